/** Indexes of other kinds than trees that one use of a table asks for. */
import type { AccessCondition, IndexFormKey, IndexWay, TableAccess } from '../../engine/model.ts';
import type { TableFigures } from './figures.ts';

export interface Special {
  readonly method: IndexWay['method'];
  readonly keys: readonly IndexFormKey[];
  readonly because: string;
}

/** Pages of 128, which one summary describes, that a table must have at least: ten summaries. */
const leastBytes = 10 * 128 * 8192;
/** Rows lie in the order of the column. */
const leastCorrelation = 0.9;
/** Bytes from which a hash is clearly shorter than the value. */
const longKey = 24;

const words: Readonly<Record<string, string>> = {
  contains: 'what a value contains',
  overlaps: 'values in common',
  'exists-key': 'keys of documents',
  'text-search': 'words of a text',
  pattern: 'a pattern within texts',
  prefix: 'a pattern within texts',
  distance: 'the nearest first',
  other: 'ranges and networks',
};

/** GIN, GiST, BRIN, hash indexes and the like for the conditions that they serve. */
export function specialsOf(
  access: TableAccess,
  figures: TableFigures,
  onlyEqual: (key: string) => boolean,
): readonly Special[] {
  const conditions = [...access.conditions, ...access.branches.flat(2)];
  return conditions.flatMap((condition) =>
    condition.ways.flatMap((way) =>
      way.method === 'btree' || !worth(way, condition, figures, onlyEqual)
        ? []
        : [
            {
              method: way.method,
              keys: [
                {
                  key: condition.key,
                  expression: condition.expression,
                  ...(way.class === undefined ? {} : { class: way.class }),
                },
              ],
              because:
                way.method === 'brin'
                  ? 'rows lie in the order of the column'
                  : way.method === 'hash'
                    ? 'long values, looked up by equality only'
                    : (words[condition.kind] ?? 'one condition'),
            },
          ],
    ),
  );
}

function worth(
  { method }: IndexWay,
  { columns, expression, against, key }: AccessCondition,
  figures: TableFigures,
  onlyEqual: (key: string) => boolean,
): boolean {
  const known = expression ? undefined : figures.column(columns[0] ?? '');
  if (method === 'brin')
    return (
      against.kind !== 'column' &&
      (figures.bytes ?? 0) >= leastBytes &&
      known?.correlation !== undefined &&
      Math.abs(known.correlation) >= leastCorrelation
    );
  if (method === 'hash') return (known?.averageWidth ?? 0) >= longKey && onlyEqual(key);
  return true;
}
