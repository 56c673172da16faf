import { formatMs } from '../../base/units.ts';
import type { Bar, Block, Cell, ColumnHead, Fact, StepRow } from '../../report/model.ts';
import { shorten } from '../clean.ts';
import { barScale, cellText, lockWeight, stepEffects, waitWords } from '../words.ts';
import { chart } from './chart.ts';
import { diagram } from './diagram.ts';
import { line, prose, text } from './escape.ts';
import { colorSql } from './sql.ts';

/** Characters from which a cell asks for room, so that short cells beside it do not squeeze it to a word per line. */
const longText = 40;

/** The inside of a block's section. */
export function drawBlock(block: Block): string {
  switch (block.kind) {
    case 'code':
      return `<pre tabindex="0"><code>${text(block.text.trimEnd())}</code></pre>`;
    case 'text':
      return block.text
        .trim()
        .split(/\n\s*\n/)
        .map(
          (paragraph) =>
            `<p class="prose">${text(paragraph).replaceAll(/`([^`\n]+)`/g, '<code>$1</code>')}</p>`,
        )
        .join('');
    case 'facts':
      return drawFacts(block.facts);
    case 'table':
      return drawTable(block.title, block.columns, block.rows) + noteOf(block.note);
    case 'sql':
      return block.files.map((file) => drawSql(file, block.files.length)).join('');
    case 'steps':
      return drawSteps(block.title, block.steps);
    case 'bars':
      return `<figure>${chart(block.title, block.bars, block.unit)}<figcaption>${legend(block.bars)}${block.note ? ` ${prose(block.note)}` : ''}</figcaption></figure>`;
    case 'diagram':
      return `<figure class="diagram"><div class="scroll" tabindex="0" role="region" aria-label="${line(block.title)}">${diagram(block.svg, block.title)}</div></figure><details><summary>The diagram as Mermaid text</summary><pre><code>${text(block.mermaid)}</code></pre></details>`;
    case 'files':
      return `<ul class="files">${block.files.map((file) => `<li><code>${line(file.path)}</code><span>${prose(file.what)}</span></li>`).join('')}</ul>`;
  }
}

/** Facts as tiles, each with how it is known. */
export function drawFacts(facts: readonly Fact[]): string {
  return `<dl class="tiles">${facts
    .map(
      (fact) =>
        `<div class="tile ${fact.tone ?? 'plain'}"><dt>${line(fact.label)}</dt><dd><strong${fact.value.length > 14 ? ' class="long"' : ''}>${line(fact.value)}</strong> <span class="basis ${fact.basis}">${fact.basis}</span></dd></div>`,
    )
    .join('')}</dl>`;
}

function noteOf(note: string | undefined): string {
  return note ? `<p class="note">${prose(note)}</p>` : '';
}

function drawTable(
  title: string,
  columns: readonly ColumnHead[],
  rows: readonly (readonly Cell[])[],
): string {
  const head = columns
    .map(
      (column) =>
        `<th scope="col"${column.align === 'right' ? ' class="num"' : ''}>${line(column.title)}</th>`,
    )
    .join('');
  const body = rows
    .map(
      (row) => `<tr>${columns.map((column, at) => drawCell(column, row[at] ?? '', at === 0)).join('')}</tr>`,
    )
    .join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${line(title)}"><table><caption class="quiet">${line(title)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function drawCell(column: ColumnHead, cell: Cell, first: boolean): string {
  const tone = typeof cell === 'object' && cell.tone !== 'plain' ? cell.tone : '';
  const raw = cellText(cell);
  const wide = column.align === 'right' ? 'num' : raw.length > longText ? 'long' : '';
  const classes = [wide, column.code ? 'code' : '', tone].filter((name) => name !== '').join(' ');
  const shown = column.code && /\w/.test(raw) ? `<code>${line(raw)}</code>` : prose(raw);
  const inner = column.align === 'right' ? shown : breakable(shown);
  const tag = first ? 'th' : 'td';
  return `<${tag}${first ? ' scope="row"' : ''}${classes ? ` class="${classes}"` : ''} data-label="${line(column.title)}">${inner}</${tag}>`;
}

/** Long names may break after their joints; what is copied stays whole. */
function breakable(html: string): string {
  return html.replaceAll(/(?:_|(?<=[A-Za-z_])[./(])(?=[A-Za-z_])(?![^<]*>)/g, '$&<wbr>');
}

function drawSql(
  file: { readonly path: string; readonly sql: string; readonly note?: string },
  count: number,
): string {
  const lines = file.sql.split('\n').length;
  return `<details class="sql"${count === 1 || lines <= 60 ? ' open' : ''}><summary><code>${line(file.path)}</code>${file.note ? `<span>${prose(file.note)}</span>` : ''}</summary><pre tabindex="0"><code>${colorSql(file.sql)}</code></pre></details>`;
}

function drawSteps(title: string, steps: readonly StepRow[]): string {
  const stalls = steps.some((step) => step.stallMs !== undefined);
  const heads = [
    '<th scope="col" class="num">#</th>',
    '<th scope="col">Statement</th>',
    '<th scope="col">Locks held at its end</th>',
    '<th scope="col" class="num">Time</th>',
  ];
  if (stalls) heads.push('<th scope="col" class="num">Longest stall</th>');
  const rows = steps.map((step, index) => drawStep(step, index, stalls, steps[index - 1]?.phase));
  return `<div class="scroll" tabindex="0" role="region" aria-label="${line(title)}"><table class="steps"><caption class="quiet">${line(title)}</caption><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>
<p class="note"><span class="lock reads">reads and writes wait</span> <span class="lock writes">writes wait</span> <span class="lock nobody">nobody waits</span> say who waits for a lock of this mode while it is held.</p>`;
}

function drawStep(step: StepRow, index: number, stalls: boolean, phaseBefore: string | undefined): string {
  const phase =
    step.phase !== undefined && step.phase !== phaseBefore
      ? `<tr class="phase"><th colspan="${stalls ? 5 : 4}" scope="colgroup">${line(step.phase)}</th></tr>`
      : '';
  const locks = step.locks.map((lock) => {
    const weight = lockWeight(lock.mode);
    return `<li><span class="lock ${weight}" title="${waitWords[weight]}">${line(lock.mode)}</span> <code>${line(lock.relation)}</code></li>`;
  });
  const effects = [
    ...step.rewrites.map((table) => `<span class="tag bad">rewrites ${line(table)}</span>`),
    ...stepEffects({ ...step, rewrites: [] }).map((effect) => `<span class="tag">${line(effect)}</span>`),
  ];
  const long = step.sql.trim().length > 140 || step.sql.trim().includes('\n');
  const sql = long
    ? `<details class="inline"><summary><code>${colorSql(shorten(step.sql, 120))}</code></summary><pre><code>${colorSql(step.sql)}</code></pre></details>`
    : `<code>${colorSql(step.sql.trim())}</code>`;
  const stall = stalls
    ? `<td class="num" data-label="Longest stall">${step.stallMs === undefined ? '–' : formatMs(step.stallMs)}</td>`
    : '';
  return `${phase}<tr><td class="num soft" data-label="#">${index + 1}</td><th scope="row" data-label="Statement">${sql}${effects.length > 0 ? `<div class="effects">${effects.join(' ')}</div>` : ''}${
    step.note ? `<p class="note">${prose(step.note)}</p>` : ''
  }</th><td data-label="Locks held at its end">${locks.length > 0 ? `<ul class="locks">${locks.join('')}</ul>` : '<span class="soft">none</span>'}</td><td class="num" data-label="Time">${formatMs(step.ms)}</td>${stall}</tr>`;
}

function legend(bars: readonly Bar[]): string {
  const items = [
    ...(bars.some((bar) => bar.before !== undefined)
      ? ['<span class="key"><i class="swatch before"></i>before</span>']
      : []),
    '<span class="key"><i class="swatch after"></i>after</span>',
    ...(bars.some((bar) => bar.target !== undefined)
      ? ['<span class="key"><i class="swatch mark"></i>target</span>']
      : []),
  ];
  const scale = barScale(bars).own ? '<span class="key">each row has its own scale</span>' : '';
  return (items.length > 1 ? items.join(' ') : '') + scale;
}
