import { plural } from '../../base/text.ts';
import { formatMs } from '../../base/units.ts';
import type { Bar, Block, Cell, ColumnHead, Fact, StepRow } from '../../report/model.ts';
import { clean, oneLine } from '../clean.ts';
import { barScale, cellText, formatBar, lockWeight, stepEffects, waitWords } from '../words.ts';
import type { Paint, Surface } from './style.ts';
import { columnsOf, cut, pad, wrap } from './width.ts';

/** Lines of SQL that one block shows in a terminal; longer files are only named, for they stand in the folder. */
const sqlLines = 40;

/** Lines that one cell of a table takes at most. */
const cellLines = 4;

/** Files of one sub-folder that are named one by one. */
const folderFiles = 4;

/** Rows of a table, and steps, that a report of many blocks shows in a terminal; the other forms show all. */
const briefRows = 8;

/** One block with its title; a `brief` one leaves out rows beyond the first, and steps that nobody has to look at. */
export function drawBlock(block: Block, surface: Surface, paint: Paint, brief = false): string {
  const lines = brief ? briefly(block, surface, paint) : bodyOf(block, surface, paint);
  return lines.length === 0 ? '' : [paint.strong(oneLine(block.title)), ...lines].join('\n');
}

function bodyOf(block: Block, surface: Surface, paint: Paint): readonly string[] {
  switch (block.kind) {
    case 'text':
      return wrap(clean(block.text).trimEnd(), surface.width - 2).map((line) => `  ${line}`);
    case 'code':
      // Text in a language is copied, and a break would change it: YAML lives by its indents.
      return clean(block.text)
        .trimEnd()
        .split('\n')
        .flatMap((line) =>
          block.language !== '' || columnsOf(line) <= surface.width - 2
            ? [line]
            : wrap(line, surface.width - 2),
        )
        .map((line) => `  ${line}`);
    case 'facts':
      return drawFacts(block.facts, surface, paint);
    case 'table':
      return [...drawTable(block.columns, block.rows, surface, paint), ...noteOf(block.note, surface, paint)];
    case 'sql':
      return drawSqlFiles(block.files, paint);
    case 'steps':
      return drawSteps(block.steps, surface, paint);
    case 'bars':
      return [
        ...drawBars(block.bars, block.unit, surface, paint),
        ...noteOf(
          barScale(block.bars).own ? `Each row has its own scale. ${block.note ?? ''}` : block.note,
          surface,
          paint,
        ),
      ];
    case 'diagram':
      return [`  ${paint.faint('Drawn in the HTML and Markdown forms of this report.')}`];
    case 'files':
      return drawPairs(inFolders(block.files), surface, paint);
  }
}

function briefly(block: Block, surface: Surface, paint: Paint): readonly string[] {
  const rest = (left: number, what: string): string =>
    `  ${paint.faint(`and ${plural(left, what)} more, in the HTML and Markdown forms of this report`)}`;
  if (block.kind === 'table' && block.rows.length > briefRows + 2)
    return [
      ...bodyOf({ ...block, rows: block.rows.slice(0, briefRows) }, surface, paint),
      rest(block.rows.length - briefRows, 'row'),
    ];
  if (block.kind === 'steps' && block.steps.length > briefRows + 2) {
    const shown = new Set(worthSeeing(block.steps).slice(0, briefRows));
    return [...drawSteps(block.steps, surface, paint, shown), rest(block.steps.length - shown.size, 'step')];
  }
  return bodyOf(block, surface, paint);
}

/** Steps by what they did to others: failures, waits, rewrites, then the locks that make readers or writers wait. */
function worthSeeing(steps: readonly StepRow[]): readonly StepRow[] {
  const weight = (step: StepRow): number =>
    (step.note?.includes('failed') ? 1e6 : 0) +
    (step.stallMs ?? 0) * 10 +
    step.rewrites.length * 1e4 +
    step.scans.length * 100 +
    Math.max(0, ...step.locks.map(({ mode }) => lockRank[lockWeight(mode)] ?? 0));
  return steps.toSorted((a, b) => weight(b) - weight(a));
}

const lockRank: Readonly<Record<string, number>> = { reads: 50, writes: 20 };

function noteOf(note: string | undefined, surface: Surface, paint: Paint): readonly string[] {
  return note ? wrap(oneLine(note), surface.width - 2).map((line) => `  ${paint.faint(line)}`) : [];
}

function drawFacts(facts: readonly Fact[], surface: Surface, paint: Paint): readonly string[] {
  const width = Math.min(40, Math.max(...facts.map((fact) => columnsOf(oneLine(fact.label))), 0));
  return facts.flatMap((fact) => {
    const brush =
      fact.tone === 'good' ? paint.good : fact.tone === 'bad' ? paint.bad : (text: string): string => text;
    const value = oneLine(fact.value);
    const text = `${value} (${fact.basis})`;
    const room = surface.width - width - 4;
    // An address or a path is copied: one word stays whole, however long.
    const lines = columnsOf(value) > room && !value.includes(' ') ? [text] : wrap(text, room);
    return lines.map((line, at) => `  ${pad(at === 0 ? oneLine(fact.label) : '', width)}  ${brush(line)}`);
  });
}

function drawTable(
  columns: readonly ColumnHead[],
  rows: readonly (readonly Cell[])[],
  surface: Surface,
  paint: Paint,
): readonly string[] {
  const texts = rows.map((row) => columns.map((_, at) => oneLine(cellText(row[at] ?? ''))));
  const widths = fit(
    columns.map((head, at) =>
      Math.max(columnsOf(oneLine(head.title)), ...texts.map((row) => columnsOf(row[at]!))),
    ),
    surface.width - 2 - 2 * (columns.length - 1),
  );
  const draw = (cells: readonly string[], brush: (text: string, at: number) => string): readonly string[] => {
    const wrapped = cells.map((cell, at) => {
      const lines = wrap(cell, widths[at]!);
      return lines.length <= cellLines
        ? lines
        : [
            ...lines.slice(0, cellLines - 1),
            cut(lines.slice(cellLines - 1).join(' '), widths[at]!, paint.glyph.rest),
          ];
    });
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, row) =>
      `  ${wrapped.map((lines, at) => brush(pad(lines[row] ?? '', widths[at]!, columns[at]!.align === 'right' ? 'left' : 'right'), at)).join('  ')}`.trimEnd(),
    );
  };
  return [
    ...draw(
      columns.map((head) => oneLine(head.title)),
      (text) => paint.faint(text),
    ),
    ...texts.flatMap((row, index) =>
      draw(row, (text, at) => {
        const cell = rows[index]![at];
        const tone = typeof cell === 'object' ? cell.tone : 'plain';
        return tone === 'good' ? paint.good(text) : tone === 'bad' ? paint.bad(text) : text;
      }),
    ),
  ];
}

/** Narrows the widest columns until all fit. */
function fit(wanted: readonly number[], room: number): readonly number[] {
  const widths = [...wanted];
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= 6) break;
    widths[widest]! -= 1;
  }
  return widths;
}

function drawSqlFiles(
  files: readonly { readonly path: string; readonly sql: string; readonly note?: string }[],
  paint: Paint,
): readonly string[] {
  let room = sqlLines;
  return files.flatMap((file) => {
    const lines = clean(file.sql).trimEnd().split('\n');
    const fits = lines.length <= room;
    if (fits) room -= lines.length;
    const about = [plural(lines.length, 'line'), ...(file.note ? [oneLine(file.note)] : [])].join(', ');
    const body = lines.map((line) => `    ${line.trimStart().startsWith('--') ? paint.faint(line) : line}`);
    return [`  ${paint.accent(oneLine(file.path))} ${paint.faint(about)}`, ...(fits ? body : [])];
  });
}

function drawSteps(
  steps: readonly StepRow[],
  surface: Surface,
  paint: Paint,
  shown: ReadonlySet<StepRow> = new Set(steps),
): readonly string[] {
  return steps.flatMap((step, index) => {
    if (!shown.has(step)) return [];
    const number = String(index + 1).padStart(String(steps.length).length);
    const indent = ' '.repeat(number.length + 4);
    const figures = [
      formatMs(step.ms),
      ...(step.stallMs === undefined ? [] : [`stall ${formatMs(step.stallMs)}`]),
    ].join(', ');
    const room = surface.width - indent.length - columnsOf(figures) - 2;
    const same = index > 0 && shown.has(steps[index - 1]!) && sameLocks(step, steps[index - 1]!);
    const locks = (same ? [] : step.locks).map((lock) => {
      const weight = lockWeight(lock.mode);
      const text = `${oneLine(lock.mode)} on ${oneLine(lock.relation)} ${paint.glyph.dot} ${waitWords[weight]}`;
      return weight === 'reads' ? paint.bad(text) : weight === 'writes' ? paint.warn(text) : text;
    });
    const effects = [...(same && step.locks.length > 0 ? ['locks as before'] : []), ...stepEffects(step)]
      .map(oneLine)
      .join(', ');
    return [
      `  ${paint.faint(number)}  ${pad(cut(oneLine(step.sql), room, paint.glyph.rest), room)}  ${figures}`,
      ...locks.map((text) => indent + text),
      ...(effects
        ? wrap(effects, surface.width - indent.length).map((line) => indent + paint.faint(line))
        : []),
      ...(step.note
        ? wrap(oneLine(step.note), surface.width - indent.length).map((line) => indent + paint.faint(line))
        : []),
    ];
  });
}

function sameLocks(step: StepRow, before: StepRow): boolean {
  const key = (row: StepRow): string => JSON.stringify(row.locks.map((lock) => [lock.relation, lock.mode]));
  return key(step) === key(before);
}

function drawBars(
  bars: readonly Bar[],
  unit: 'ms' | 'bytes' | 'rows',
  surface: Surface,
  paint: Paint,
): readonly string[] {
  const labels = Math.min(28, Math.max(...bars.map((bar) => columnsOf(oneLine(bar.label))), 0));
  const room = Math.max(10, surface.width - labels - 34);
  const scale = barScale(bars);
  const word = bars.some(({ before }) => before !== undefined) ? 'after  ' : '';
  const bar = (row: Bar, value: number): string =>
    paint.glyph.full.repeat(Math.max(1, Math.round((value / scale.full(row)) * room)));
  return bars.flatMap((row) => {
    const missed = row.target !== undefined && row.after > row.target;
    const target = row.target === undefined ? '' : ` ${paint.faint(`target ${formatBar(row.target, unit)}`)}`;
    return [
      ...(row.before === undefined
        ? []
        : [
            `  ${pad(cut(oneLine(row.label), labels, paint.glyph.rest), labels)}  before ${paint.faint(bar(row, row.before))} ${formatBar(row.before, unit)}`,
          ]),
      `  ${pad(row.before === undefined ? cut(oneLine(row.label), labels, paint.glyph.rest) : '', labels)}  ${word}${(missed ? paint.bad : paint.good)(bar(row, row.after))} ${formatBar(row.after, unit)}${target}${missed ? ` ${paint.bad('missed')}` : ''}`,
    ];
  });
}

/** A line per file; of a sub-folder with many files one line, with what is said of all of them. */
function inFolders(
  files: readonly { readonly path: string; readonly what: string }[],
): readonly (readonly [string, string])[] {
  const folders = new Map<string, (typeof files)[number][]>();
  for (const file of files) {
    const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders].flatMap(([folder, inside]): readonly (readonly [string, string])[] => {
    if (folder === '' || inside.length <= folderFiles)
      return inside.map(({ path, what }) => [oneLine(path), oneLine(what)]);
    const [about, ...others] = new Set(inside.map(({ what }) => what.split(':', 1)[0]!));
    const said = about === undefined || about === '' || others.length > 0 ? '' : `: ${oneLine(about)}`;
    return [[oneLine(folder), `${plural(inside.length, 'file')}${said}`]];
  });
}

function drawPairs(
  pairs: readonly (readonly [string, string])[],
  surface: Surface,
  paint: Paint,
): readonly string[] {
  const width = Math.min(44, Math.max(...pairs.map(([first]) => columnsOf(first)), 0));
  return pairs.map(
    ([first, second]) =>
      `  ${pad(first, width)}  ${paint.faint(cut(second, Math.max(20, surface.width - width - 4), paint.glyph.rest))}`,
  );
}
