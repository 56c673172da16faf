/** Variants of a tree: fewer rows by a predicate, more columns kept along. */
import type { AccessCondition, IndexFormKey } from '../../engine/model.ts';

export interface Narrowing {
  readonly predicate: string;
  readonly because: string;
  /** Keys that need no place in the index, since all its rows have one value of them. */
  readonly drops: ReadonlySet<string>;
}

/** Values of a column that are few enough to name one in a predicate. */
const mostValues = 20;
/** An index of more of the rows is hardly smaller than a whole one. */
const mostRows = 0.6;
/** Live rows are nearly all, and the dead ones stay out all the same. */
const mostLive = 0.98;

/** Predicates of a use: constants in its text that few rows have, rows not deleted, values that are there. */
export function partialsOf(
  conditions: readonly AccessCondition[],
  share: (condition: AccessCondition) => number,
  distinct: (column: string) => number | undefined,
): readonly Narrowing[] {
  const fits = (condition: AccessCondition): boolean => {
    const { kind, columns, operator, predicate } = condition;
    if (predicate === undefined) return false;
    const rows = share(condition);
    const few = (distinct(columns[0] ?? '') ?? Infinity) <= mostValues && rows > 0;
    if (kind === 'null' || kind === 'not-null') return rows <= mostLive;
    if (kind === 'equal' || kind === 'in') return few && rows <= mostRows;
    return kind === 'other' && (operator === '<>' || operator === 'NOT IN') && few && rows <= mostLive;
  };
  const usable = conditions.filter(fits);
  const drops = (list: readonly AccessCondition[]): ReadonlySet<string> =>
    new Set(list.flatMap(({ kind, key }) => (kind === 'equal' || kind === 'null' ? [key] : [])));
  const one = (list: readonly AccessCondition[]): Narrowing => ({
    predicate: list.map(({ predicate }) => predicate).join(' AND '),
    because: list.every(({ kind }) => kind === 'null')
      ? `rows without a value (${list.map(({ key }) => key).join(', ')})`
      : 'only rows with a constant of the query',
    drops: drops(list),
  });
  const singles = usable
    .toSorted((a, b) => share(a) - share(b))
    .slice(0, 2)
    .map((condition) => one([condition]));
  return usable.length > 1 ? [one(usable), ...singles] : singles;
}

/** The keys that a partial index still needs; those of the primary key where none are left. */
export function narrowed(
  keys: readonly IndexFormKey[],
  { drops }: Narrowing,
  primary: readonly string[],
): readonly IndexFormKey[] {
  const left = keys.filter(({ key }) => !drops.has(key));
  return left.length > 0 ? left : primary.map((key) => ({ key, expression: false }));
}

/** Columns that a covering index carries at most, and their bytes. */
const maxIncludes = 5;
const maxBytes = 120;

/** What a tree carries along so that the table need not be read; undefined when that is nothing or too much. */
export function includesOf(
  keys: readonly IndexFormKey[],
  reads: readonly string[],
  width: (column: string) => number | undefined,
): readonly string[] | undefined {
  if (reads.length === 0 || reads.includes('*') || keys.some(({ expression }) => expression))
    return undefined;
  const more = reads.filter((name) => !keys.some(({ key }) => key === name));
  if (more.length === 0 || more.length > maxIncludes) return undefined;
  const widths = more.map(width);
  return widths.includes(undefined) || widths.reduce((sum: number, one) => sum + one!, 0) > maxBytes
    ? undefined
    : more.toSorted();
}
