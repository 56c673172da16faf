import { text as textOf } from '../../grammar/tree.ts';
import { quote } from '../../quote.ts';
import { parametersOf, rangeEdited, removed, renumbered, withCondition } from '../edits.ts';
import { isPlain, qualifiedName, targetsOf } from '../looking.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { keysOf, neverNull, resolved, type Seen } from '../sight.ts';
import type { Edit } from '../text.ts';

/** LIMIT … OFFSET: a page begins after the last row of the page before, instead of counting all rows before it. */
export const offsetToKeyset: RewriteRule = {
  id: 'offset-to-keyset',
  find: (place) => rewritten(place) ?? [],
};

/** More parameters than a statement can have. */
const beyond = 100_000;

interface Key {
  readonly seen: Seen;
  readonly descending: boolean;
}

function rewritten(place: Place): readonly Found[] | undefined {
  const { sql, level, core } = place;
  if (level.parent || !level.offset || !level.limit || !level.order || !isPlain(place)) return undefined;
  const keys = keysFor(place);
  if (!keys) return undefined;
  const places = placesOf(place, keys);
  if (!places) return undefined;
  const offset = removed(sql, { from: level.offset.start, to: level.offset.to });
  const limit = removed(sql, { from: level.limit.start, to: level.limit.to });
  const order: Edit = {
    from: level.order.from,
    to: level.order.to,
    text: keys.map((key) => `${qualifiedName(key.seen)}${key.descending ? ' DESC' : ''}`).join(', '),
  };
  const columns: readonly Edit[] =
    places.added.length > 0
      ? [
          {
            from: core.targets.at(-1)!.to,
            to: core.targets.at(-1)!.to,
            text: places.added.map((name) => `, ${name}`).join(''),
          },
        ]
      : [];
  const whole = { from: 0, to: sql.length };
  const first = rangeEdited(sql, whole, [offset, order, ...columns]);
  const kept = parametersOf(first);
  const number = (old: number): number => kept.indexOf(old) + 1;
  const all = rangeEdited(sql, whole, [offset, limit, order, ...columns]);
  const asked = parametersOf(all);
  const size = level.tree.limitCount;
  const sized = size && 'ParamRef' in size ? number(size.ParamRef.number ?? 0) - 1 : undefined;
  // Numbers that no parameter of the statement bears, until all of them get new ones.
  const after = withCondition(place, afterLast(keys, beyond, 0));
  const mark = (old: number): number => (old > beyond ? kept.length + old - beyond : number(old));
  const withLimit = (limited: Edit | undefined, isNext = false): string =>
    renumbered(
      rangeEdited(sql, whole, [
        offset,
        order,
        ...columns,
        ...(limited ? [limited] : []),
        ...(isNext ? after : []),
      ]),
      mark,
    );
  const two: Edit = { from: level.limit.start, to: level.limit.to, text: 'LIMIT 2' };
  const small =
    parametersOf(sql, level.limit).length === 0
      ? { first: withLimit(two), next: withLimit(two, true) }
      : undefined;
  return [
    {
      edits: [{ ...whole, text: withLimit(undefined, true) }],
      because:
        'OFFSET reads and throws away every row before the page, more with each page; a page that begins after the last row seen reads only its own rows',
      provided: ['the caller goes from page to page, and does not jump to a page by its number'],
      contract: `Pass ${keys.map(({ seen }) => seen.name).join(', ')} of the last row of the page before; the first page is asked for without them.`,
      takes: kept.map((one) => one - 1),
      pages: {
        first: withLimit(undefined),
        whole: renumbered(all, (old) => asked.indexOf(old) + 1),
        wholeTakes: asked.map((one) => one - 1),
        last: places.at,
        added: places.added.length,
        ...(sized === undefined ? {} : { size: sized }),
        ...(small ? { small } : {}),
      },
    },
  ];
}

/** Columns of ORDER BY with the rest of a unique key behind them, all of them never null; undefined where there is no such order. */
function keysFor(place: Place): readonly Key[] | undefined {
  const { level, sight } = place;
  const targets = targetsOf(place);
  const keys: Key[] = [];
  for (const item of level.tree.sortClause ?? []) {
    const sort = 'SortBy' in item ? item.SortBy : undefined;
    if (!sort?.node || sort.sortby_dir === 'SORTBY_USING') return undefined;
    let node = sort.node;
    const position = 'A_Const' in node ? node.A_Const.ival?.ival : undefined;
    if (position !== undefined) node = targets?.[position - 1]?.expression.node ?? node;
    else if ('ColumnRef' in node && node.ColumnRef.fields?.length === 1) {
      const name = textOf(node.ColumnRef.fields[0]);
      const target = targets?.find((one) => one.named && one.name === name);
      node = target?.expression.node ?? node;
    }
    const seen = 'ColumnRef' in node ? resolved(node.ColumnRef, sight) : undefined;
    if (!seen || seen.correlated || !neverNull(seen)) return undefined;
    keys.push({ seen, descending: sort.sortby_dir === 'SORTBY_DESC' });
  }
  const source = sight.sources[0];
  const unique = source?.table && !source.outer ? keysOf(source.table) : [];
  if (!source?.table || unique.length === 0) return undefined;
  const has = (column: string): boolean =>
    keys.some(({ seen }) => seen.source === source && seen.name === column);
  const chosen = unique.find((one) => one.every(has)) ?? unique[0]!;
  const descending = keys.at(-1)?.descending ?? false;
  for (const name of chosen)
    if (!has(name))
      keys.push({
        seen: {
          source,
          name,
          correlated: false,
          column: source.table.columns.find((one) => one.name === name),
        },
        descending,
      });
  return keys;
}

/** Where the keys stand in a row, and what has to be added to the list so that they do. */
function placesOf(
  place: Place,
  keys: readonly Key[],
): { readonly at: readonly number[]; readonly added: readonly string[] } | undefined {
  const outputs = outputsOf(place);
  if (!outputs) return undefined;
  const added: string[] = [];
  const at = keys.map(({ seen }) => {
    const found = outputs.findIndex((one) => one?.source === seen.source && one.name === seen.name);
    if (found >= 0) return found;
    added.push(`${qualifiedName(seen)} AS ${quote.identifier(`keyset_${added.length + 1}`)}`);
    return outputs.length + added.length - 1;
  });
  return { at, added };
}

/** The column that each output is, if it is a plain one; undefined where a star hides how many there are. */
function outputsOf({ core, sight }: Place): readonly (Seen | undefined)[] | undefined {
  const outputs: (Seen | undefined)[] = [];
  for (const item of core.tree.targetList ?? []) {
    const value = 'ResTarget' in item ? item.ResTarget.val : undefined;
    const fields = value && 'ColumnRef' in value ? (value.ColumnRef.fields ?? []) : [];
    if (fields.some((field) => 'A_Star' in field)) {
      const owner = textOf(fields.at(-2));
      const sources =
        owner === undefined ? sight.sources : sight.sources.filter(({ called }) => called === owner);
      for (const source of sources) {
        if (!source.columns) return undefined;
        for (const name of source.columns)
          outputs.push({
            source,
            name,
            correlated: false,
            column: source.table?.columns.find((one) => one.name === name),
          });
      }
    } else outputs.push(value && 'ColumnRef' in value ? resolved(value.ColumnRef, sight) : undefined);
  }
  return outputs;
}

/** What is true of the rows after the last one: a row comparison where all keys go one way, else spelled out behind a bound that an index can use. */
function afterLast(keys: readonly Key[], parameters: number, from: number): string {
  const own = keys.slice(from);
  const name = (key: Key): string => qualifiedName(key.seen);
  const value = (at: number): string => `$${parameters + from + at + 1}`;
  if (own.every(({ descending }) => descending === own[0]!.descending)) {
    const sign = own[0]!.descending ? '<' : '>';
    return own.length === 1
      ? `${name(own[0]!)} ${sign} ${value(0)}`
      : `(${own.map(name).join(', ')}) ${sign} (${own.map((_, at) => value(at)).join(', ')})`;
  }
  const [head] = own;
  const sign = head!.descending ? '<' : '>';
  const rest = afterLast(keys, parameters, from + 1);
  const bound = `${name(head!)} ${sign}= ${value(0)}`;
  return `${bound} AND (${name(head!)} ${sign} ${value(0)} OR (${rest}))`;
}
