/** A column's type changes: which values of today do not fit into the new one. */
import { uniqueKeys } from '../../../catalog/find.ts';
import type { Precondition } from '../../../engine/model.ts';
import { holdsAll } from '../online/stored-rows.ts';
import { quote } from '../quote.ts';
import { unique } from './promises.ts';
import { asked, given, nothing, printed, rowQuestion } from './say.ts';
import { layer, rowsOf, type State, type TableState } from './state.ts';
import { columnsIn, inParentheses, short } from './text.ts';

/** What ALTER COLUMN … TYPE says. */
export interface Retype {
  readonly column: string;
  readonly type: string;
  readonly using?: string;
}

const ranges: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
};
const synonyms: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  decimal: 'numeric',
  'character varying': 'varchar',
  character: 'char',
  'bit varying': 'varbit',
};

/** Questions of a new type, of the keys and checks over its values, and what the column holds from then on. */
export function retyped(state: State, table: TableState, retype: Retype): readonly Precondition[] {
  const { column, type, using } = retype;
  const before = table.columns.get(column);
  const says = `every value of ${printed(table)}.${column} fits into ${type}`;
  if (!before) return [given(table, 'structure', says, false, `there is no column ${column}`)];
  const old = before.type ?? '';
  const lossless = using === undefined && holdsAll(old, type);
  const asks = lossless
    ? [given(table, 'conversion', says, true, `${type} holds every ${old}`)]
    : fits(state, table, retype, old, says);
  const missing = state.needs(`${type} ${using ?? ''}`);
  const unknown = before.unknown ?? (missing === undefined ? undefined : `${missing} is made by this change`);
  if (!lossless && unknown === undefined)
    layer(table, { [column]: `(${using ?? quote.identifier(column)})::${type}` });
  const { unknown: _unknown, ...kept } = before;
  table.columns.set(column, {
    ...kept,
    type,
    ...(lossless ? {} : { altered: true as const }),
    ...(unknown === undefined ? {} : { unknown }),
  });
  return lossless ? asks : [...asks, ...over(table, column)];
}

function fits(
  state: State,
  table: TableState,
  { column, type, using }: Retype,
  old: string,
  says: string,
): readonly Precondition[] {
  const own = `${quote.identifier(table.name.name)}.${quote.identifier(column)}`;
  const labels = state.labels.get(bare(type)) ?? enumLabels(state, type);
  const castOnly =
    using === undefined || squeezed(using).startsWith(squeezed(quote.identifier(column)) + '::');
  if (labels && castOnly)
    return [
      rowQuestion(
        table,
        'label',
        `every value of ${printed(table)}.${column} is a label of ${type}`,
        [column],
        `${own} IS NOT NULL AND ${own}::text NOT IN (${labels.map((label) => quote.literal(label)).join(', ')})`,
      ),
    ];
  const condition = using === undefined ? tooLarge(own, old, type) : undefined;
  if (condition !== undefined) return [rowQuestion(table, 'narrowing', says, [column], condition)];
  if (
    state.context.serverVersion >= 160_000 &&
    castOnly &&
    isText(old) &&
    !isText(type) &&
    state.context.catalog.types.every(({ name }) => name !== bare(type))
  )
    return [
      rowQuestion(
        table,
        'conversion',
        says,
        [column],
        `${own} IS NOT NULL AND NOT pg_input_is_valid(${own}::text, ${quote.literal(type)})`,
      ),
    ];
  const missing = state.needs(`${type} ${using ?? ''}`);
  if (missing !== undefined) return [nothing(table, 'conversion', says, `${missing} is made by this change`)];
  const rows = rowsOf(table, [column]);
  if ('unknown' in rows) return [nothing(table, 'conversion', says, rows.unknown)];
  return [
    asked('conversion', says, table.today, {
      sql: `SELECT count((${using ?? own})::${type}) FROM ${rows.sql}`,
      mode: 'no error',
      shown: [],
    }),
  ];
}

/** Condition of a value that an assignment to the type refuses; undefined where a comparison does not tell. */
function tooLarge(own: string, from: string, to: string): string | undefined {
  const [, word = '', sizes] = /^([a-z][a-z0-9 ]*?)\s*(?:\(([^)]*)\))?$/i.exec(to.trim().toLowerCase()) ?? [];
  const name = synonyms[word] ?? word;
  const [size, scale = 0] = (sizes ?? '').split(',').filter(Boolean).map(Number);
  const source = synonyms[from] ?? from;
  const range = ranges[name];
  if (range && source in ranges) return `${own} NOT BETWEEN ${range[0]} AND ${range[1]}`;
  if (range && source.startsWith('numeric')) return `round(${own}) NOT BETWEEN ${range[0]} AND ${range[1]}`;
  if (range && /^(?:real|double precision)$/.test(source))
    return `${own} = 'NaN' OR round(${own}) < ${range[0]} OR round(${own}) >= ${range[1]} + 1.0`;
  if (name === 'numeric' && size !== undefined && (source in ranges || source.startsWith('numeric')))
    return `${own} <> 'NaN'::numeric AND abs(round(${own}, ${scale})) >= 1e${size - scale}::numeric`;
  // Spaces at the end are cut without a word, everything else is refused.
  if (name === 'varchar' && size !== undefined) return `char_length(rtrim(${own}::text, ' ')) > ${size}`;
  if (name === 'char') return `char_length(rtrim(${own}::text, ' ')) > ${size ?? 1}`;
  if (name === 'varbit' && size !== undefined) return `bit_length(${own}) > ${size}`;
  return undefined;
}

/** Keys and checks that hold the column, over its new values. */
function over(table: TableState, column: string): readonly Precondition[] {
  const { today } = table;
  if (!today) return [];
  const uniques = uniqueKeys(today)
    .filter((key) => key.includes(column))
    .map((key) =>
      unique(
        table,
        key.map((name) => ({ sql: quote.identifier(name), column: name })),
        { together: false },
      ),
    );
  const checks = today.constraints
    .filter(
      (one) =>
        one.kind === 'check' &&
        one.enforced &&
        one.validated &&
        columnsIn(one.definition, table).includes(column),
    )
    .map((one) =>
      rowQuestion(
        table,
        'check',
        `${one.name} holds for the new values: CHECK (${short(inParentheses(one.definition))})`,
        columnsIn(one.definition, table),
        `NOT (${inParentheses(one.definition)})`,
      ),
    );
  const others = today.constraints.filter(
    ({ kind, columns }) => (kind === 'foreign' || kind === 'exclude') && columns.includes(column),
  );
  return [
    ...uniques,
    ...checks,
    ...others.map(({ name, kind }) =>
      nothing(
        table,
        kind === 'foreign' ? 'foreign-key' : 'exclusion',
        `${name} holds for the new values`,
        'it is not asked for converted values',
      ),
    ),
  ];
}

function enumLabels(state: State, type: string): readonly string[] | undefined {
  return state.context.catalog.types.find(({ kind, name }) => kind === 'enum' && name === bare(type))?.labels;
}

/** The type's own name. */
function bare(type: string): string {
  const last = type.trim().split('.').at(-1) ?? '';
  return last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last.toLowerCase();
}

const isText = (type: string): boolean => /^(?:text|character|varchar|char|citext)/i.test(type);
const squeezed = (text: string): string => text.toLowerCase().replaceAll(/[\s()]/g, '');
