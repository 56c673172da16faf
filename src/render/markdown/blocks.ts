import { formatMs } from '../../base/units.ts';
import type { Block, StepRow } from '../../report/model.ts';
import { clean } from '../clean.ts';
import { cellText, formatBar, lockWeight, stepEffects, waitWords } from '../words.ts';
import { cell, cellCode, code, escape, fence } from './escape.ts';

/** One block with its heading. */
export function drawBlock(block: Block): string {
  return `## ${escape(block.title)}\n\n${bodyOf(block)}`;
}

function bodyOf(block: Block): string {
  switch (block.kind) {
    case 'text':
      return clean(block.text).trimEnd().split('\n').map(escape).join('\n');
    case 'code':
      return fence(clean(block.text).trimEnd(), block.language);
    case 'facts':
      return table(
        ['', '', 'Known by'],
        block.facts.map((fact) => [cell(fact.label), `**${cell(fact.value)}**`, fact.basis]),
      );
    case 'table':
      return (
        table(
          block.columns.map((head) => cell(head.title)),
          block.rows.map((row) =>
            block.columns.map((head, at) => (head.code ? cellCode : cell)(cellText(row[at] ?? ''))),
          ),
          block.columns.map((head) => head.align ?? 'left'),
        ) + (block.note ? `\n\n${escape(block.note)}` : '')
      );
    case 'sql':
      return block.files
        .map(
          (file) =>
            `<details><summary>${escape(file.path)}${file.note ? `: ${escape(file.note)}` : ''}</summary>\n\n${fence(file.sql, 'sql')}\n\n</details>`,
        )
        .join('\n\n');
    case 'steps':
      return table(
        ['#', 'Statement', 'Locks at its end', 'Effects', 'Time', 'Longest stall'],
        block.steps.map(stepCells),
        ['right', 'left', 'left', 'left', 'right', 'right'],
      );
    case 'bars':
      return (
        table(
          ['', 'Before', 'After', 'Target'],
          block.bars.map((bar) => [
            cell(bar.label),
            bar.before === undefined ? '' : formatBar(bar.before, block.unit),
            formatBar(bar.after, block.unit),
            bar.target === undefined
              ? ''
              : `${formatBar(bar.target, block.unit)}${bar.after > bar.target ? ' (missed)' : ''}`,
          ]),
          ['left', 'right', 'right', 'right'],
        ) + (block.note ? `\n\n${escape(block.note)}` : '')
      );
    case 'diagram':
      return fence(block.mermaid, 'mermaid');
    case 'files':
      return block.files.map((file) => `- ${code(file.path)}: ${escape(file.what)}`).join('\n');
  }
}

function stepCells(step: StepRow, index: number): readonly string[] {
  const locks = step.locks.map(
    (lock) => `${cell(lock.mode)} on ${cellCode(lock.relation)}: ${waitWords[lockWeight(lock.mode)]}`,
  );
  return [
    String(index + 1),
    cellCode(step.sql),
    locks.join('<br>'),
    [...stepEffects(step), ...(step.note ? [step.note] : [])].map(cell).join('<br>'),
    formatMs(step.ms),
    step.stallMs === undefined ? '' : formatMs(step.stallMs),
  ];
}

function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(heads),
    `|${heads.map((_, at) => (align[at] === 'right' ? '--:' : '---')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}
