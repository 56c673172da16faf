import { inline } from './inline.ts';
import type { AdfNode, Notes } from './model.ts';

type Blocks = (nodes: readonly AdfNode[], notes: Notes) => string;

interface Cell {
  readonly text: string;
  readonly header: boolean;
}

/** Kinds of blocks that no cell of a Markdown table can hold. */
const apart = new Set(['codeBlock', 'table']);

/** Most cells of a table that are covered by others; beyond them cells count as single ones. */
const mostCovered = 2000;

/** A pipe table; cells that span several columns or rows leave empty ones, and code or tables inside a cell follow below with their place. */
export function table({ content: rows }: AdfNode, notes: Notes, blocks: Blocks): string {
  const below: string[] = [];
  let spare = mostCovered;
  const grid: (Cell | undefined)[][] = rows.map(() => []);
  rows.forEach((row, y) => {
    let x = 0;
    for (const cell of row.content) {
      while (grid[y]![x]) x += 1;
      const wanted = span(cell.attrs['colspan']);
      const high = Math.min(span(cell.attrs['rowspan']), rows.length - y);
      // A few signs must not become a table of millions of cells.
      const [colspan, rowspan] = wanted * high <= spare ? [wanted, high] : [1, 1];
      spare -= colspan * rowspan - 1;
      const header = cell.type === 'tableHeader';
      const text = cellText(cell.content, notes, blocks, (node) => {
        const number = below.length + 1;
        below.push(
          `${number}\\. In row ${y + 1}, column ${x + 1} of the table above:\n\n${blocks([node], notes)}`,
        );
        return `(see ${number}\\. below)`;
      });
      for (let dy = 0; dy < rowspan; dy++)
        for (let dx = 0; dx < colspan; dx++)
          grid[y + dy]![x + dx] = { text: dx + dy === 0 ? text : '', header };
      x += colspan;
    }
  });
  return [printed(grid), ...below].filter((part) => part !== '').join('\n\n');
}

/** Columns or rows that one cell covers; more than a page shows are not believed. */
function span(value: unknown): number {
  const number = Math.trunc(Number(value ?? 1));
  return number >= 1 && number <= 100 ? number : 1;
}

function printed(grid: readonly (readonly (Cell | undefined)[])[]): string {
  const width = Math.max(0, ...grid.map((row) => row.length));
  if (width === 0) return '';
  const [first] = grid;
  const headed = first!.length > 0 && first!.every((cell) => cell?.header);
  const line = (cells: readonly string[]): string =>
    `| ${Array.from({ length: width }, (_, x) => cells[x] ?? '').join(' | ')} |`;
  const body = headed ? grid.slice(1) : grid;
  return [
    line(headed ? first!.map((cell) => cell?.text ?? '') : []),
    `|${' --- |'.repeat(width)}`,
    ...body.map((row) =>
      line(row.map((cell) => (cell?.header && cell.text !== '' ? `**${cell.text}**` : (cell?.text ?? '')))),
    ),
  ].join('\n');
}

/** A cell's blocks in one line: paragraphs and list items are parted by `<br>`. */
function cellText(
  content: readonly AdfNode[],
  notes: Notes,
  blocks: Blocks,
  below: (node: AdfNode) => string,
): string {
  const parts = content.map((node) => {
    if (holdsApart(node)) return below(node);
    if (node.type === 'paragraph') return inline(node.content, notes, '<br>');
    return blocks([node], notes)
      .replaceAll('\\\n', '<br>')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => line.replace(/^ +/, (spaces) => '&nbsp;'.repeat(spaces.length)))
      .join('<br>');
  });
  return parts
    .filter((part) => part !== '')
    .join('<br>')
    .replaceAll(/\\?\|/g, '\\|');
}

function holdsApart(node: AdfNode): boolean {
  return apart.has(node.type) || node.content.some(holdsApart);
}
