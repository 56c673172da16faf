/** Statements whose rows are compared: ties broken, rows as text. */
import type { Catalog } from '../../../catalog/model.ts';
import { text as textOf } from '../grammar/tree.ts';
import { levelsOf, type Core, type Level } from './levels.ts';
import { sightOf } from './sight.ts';
import { edited, tokensOf, type Edit, type Range } from './text.ts';

/** Breaks the ties of the outermost order and of every limit by all columns of the row; undefined where their number is not known. */
export function settled(sql: string, catalog: Catalog): string | undefined {
  const edits: Edit[] = [];
  const tail = bracketedOrder(sql);
  const first = tail && levelsOf(sql)[0];
  if (tail && first) {
    const width = widthOf(first.cores[0]!, first, catalog);
    if (width === undefined) return undefined;
    edits.push({ from: tail.to, to: tail.to, text: `, ${positions(width)}` });
  }
  for (const level of levelsOf(sql)) {
    const limited = level.limit !== undefined || level.offset !== undefined;
    if (!limited && (level.parent || !level.order)) continue;
    // A first row per key is chosen by what the order says beyond the key; the rest of the row decides between equals.
    const width = widthOf(level.cores[0]!, level, catalog);
    if (width === undefined) return undefined;
    const all = positions(width);
    const at = level.order?.to ?? level.cores.at(-1)!.to;
    edits.push({ from: at, to: at, text: level.order ? `, ${all}` : ` ORDER BY ${all}` });
  }
  return edited(sql, edits);
}

/** Whether the outermost query asks for an order. */
export function ordered(sql: string): boolean {
  return bracketedOrder(sql) !== undefined || levelsOf(sql).some((level) => level.from === 0 && level.order);
}

function positions(width: number): string {
  return Array.from({ length: width }, (_, at) => String(at + 1)).join(', ');
}

/** ORDER BY of a set operation whose parts stand in brackets. */
function bracketedOrder(sql: string): Range | undefined {
  const tokens = tokensOf(sql);
  if (tokens[0]?.text !== '(') return undefined;
  const own = tokens.filter(({ depth, kind }) => depth === 0 && kind !== 'symbol');
  const order = own.findIndex(
    ({ text }, at) => text.toLowerCase() === 'order' && own[at + 1]?.text.toLowerCase() === 'by',
  );
  if (order < 0) return undefined;
  const end = own.find(({ text }, at) => at > order && /^(?:limit|offset|fetch|for)$/i.test(text));
  const last = tokens.findLast(({ to }) => to <= (end?.from ?? sql.length));
  return { from: own[order]!.from, to: last!.to };
}

/** Each row as one text. */
export function asText(sql: string, keys: readonly number[] = []): string {
  const names = Array.from({ length: Math.max(0, ...keys.map((at) => at + 1)) }, (_, at) => `c${at + 1}`);
  const shown = keys.map((at, key) => `, c${at + 1}::text AS key_${key + 1}`);
  return `SELECT dbd_row::text AS "row"${shown.join('')} FROM (\n${sql}\n) AS dbd_row${names.length > 0 ? `(${names.join(', ')})` : ''}`;
}

function widthOf(core: Core, level: Level, catalog: Catalog): number | undefined {
  const sight = sightOf(core, level, catalog);
  let width = 0;
  for (const item of core.tree.targetList ?? []) {
    const value = 'ResTarget' in item ? item.ResTarget.val : undefined;
    const fields = value && 'ColumnRef' in value ? (value.ColumnRef.fields ?? []) : [];
    if (!('A_Star' in (fields.at(-1) ?? {}))) {
      width += 1;
      continue;
    }
    const owner = textOf(fields.at(-2));
    const sources =
      owner === undefined ? sight.sources : sight.sources.filter(({ called }) => called === owner);
    if (sources.length === 0 || sources.some(({ columns }) => columns === undefined)) return undefined;
    width += sources.reduce((sum, { columns = [] }) => sum + columns.length, 0);
  }
  return width;
}
