import { fail } from '../../base/error.ts';
import type { Derived } from '../../task/model.ts';
import { columnsOf, relationsFrom, tableOf, type Draft, type TableDraft } from '../draft.ts';

/** What a summary is made of, with every name resolved and quoted. */
export interface Summary {
  readonly table: TableDraft;
  readonly source: TableDraft;
  /** In the order of the summary's key. */
  readonly keys: readonly Part[];
  readonly measures: readonly Measure[];
  /** Source columns that keys and measures read, quoted. */
  readonly reads: readonly string[];
  /** Function that adds two counters; only with a `count by` measure. */
  readonly adder: string;
  readonly onSourceDelete: Derived['onSourceDelete'];
}

interface Part {
  /** Quoted column of the summary. */
  readonly column: string;
  /** Expression over the source's columns. */
  readonly from: string;
  /** The expression can be empty: such rows belong to no group. */
  readonly optional: boolean;
}

export interface Measure {
  /** Quoted column of the summary. */
  readonly column: string;
  /** Quoted names for what goes from a group and what comes to it. */
  readonly gone: string;
  readonly came: string;
  readonly kind: 'count' | 'count by' | 'sum' | 'min' | 'max';
  /** Quoted source column; empty for count. */
  readonly of: string;
  readonly optional: boolean;
}

/** Resolves the claim of a derived entity to columns. */
export function readSummary(draft: Draft, table: TableDraft, derived: Derived, adder: string): Summary {
  const identifier = (name: string): string => draft.engine.quote.identifier(name);
  const source = tableOf(draft, derived.from);
  const columns = [...(source.existing?.columns ?? []), ...source.columns];
  const optional = (used: readonly string[]): boolean =>
    columns.some(({ name, notNull, ...rest }) => used.includes(name) && !notNull && !('generated' in rest));
  const keys = Object.entries(derived.by).flatMap(([name, from]) => {
    const own = columnsOf(table, name);
    const sources = sourcesOf(draft, source, from);
    if (sources && sources.length !== own.length)
      fail(
        'task.wrong-value',
        `The key ${name} of ${table.of} has ${own.length} columns, ${from} has ${sources.length}.`,
      );
    return own.map((column, index): Part => {
      const plain = sources?.[index];
      if (plain !== undefined)
        return { column: identifier(column), from: identifier(plain), optional: optional([plain]) };
      // An expression that can invent an empty value is taken to do so.
      const empty = optional(used(columns, from)) || /\bcase\b|\bnullif\b|->/i.test(from);
      return { column: identifier(column), from, optional: empty };
    });
  });
  const place = (column: string): number => table.key.findIndex((each) => identifier(each) === column);
  const measures = Object.entries(derived.set).map(([name, text]) => {
    const { kind, of } = readMeasure(table, name, text);
    const column = of === undefined ? undefined : columnsOf(source, of)[0]!;
    const own = columnsOf(table, name)[0]!;
    return {
      column: identifier(own),
      gone: identifier(`gone_${own}`),
      came: identifier(`came_${own}`),
      kind,
      of: column ? identifier(column) : '',
      optional: column !== undefined && optional([column]),
    };
  });
  if (measures.filter(({ kind }) => kind === 'count by').length > 1)
    fail(
      'task.refused',
      `${table.of} counts by two fields at once; this version keeps one such counter per summary.`,
    );
  const text = [...keys.map(({ from }) => from), ...measures.map(({ of }) => of)].join(' ');
  return {
    table,
    source,
    measures,
    adder,
    keys: keys.toSorted((a, b) => place(a.column) - place(b.column)),
    reads: used(columns, text).map((name) => identifier(name)),
    onSourceDelete: derived.onSourceDelete,
  };
}

/** Columns of a relation or field of the source; undefined when the text is an expression. */
function sourcesOf(draft: Draft, source: TableDraft, from: string): readonly string[] | undefined {
  const known =
    relationsFrom(draft, source).some(({ name }) => name === from) ||
    source.columns.some(({ of }) => of === from) ||
    source.existing?.columns.some(({ name }) => name === from);
  return known ? columnsOf(source, from) : undefined;
}

function used(columns: readonly { readonly name: string }[], text: string): readonly string[] {
  return columns
    .map(({ name }) => name)
    .filter((name) =>
      new RegExp(
        `(?<![\\p{L}\\p{N}_])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\p{L}\\p{N}_])`,
        'iu',
      ).test(text),
    );
}

function readMeasure(
  table: TableDraft,
  name: string,
  text: string,
): { readonly kind: Measure['kind']; readonly of?: string } {
  const match = /^(count by|count|sum|min|max)(?:\s+(.+))?$/.exec(text.trim());
  const kind = match?.[1] as Measure['kind'] | undefined;
  const of = match?.[2];
  if (!kind || (kind === 'count') === (of !== undefined)) {
    return fail(
      'task.wrong-value',
      `${table.of}.${name} is set to \`${text}\`; expected count, count by <field>, sum <field>, min <field> or max <field>.`,
    );
  }
  return { kind, ...(of === undefined ? {} : { of }) };
}

/** A query for the groups of some rows: keys and measures by their column names. */
export function groups({ keys, measures }: Summary, rows: string): string {
  const selected = keys.map(({ column, from }) => (column === from ? column : `${from} AS ${column}`));
  const empty = keys.filter(({ optional }) => optional).map(({ from }) => `(${from}) IS NOT NULL`);
  const where = empty.length > 0 ? [`WHERE ${empty.join(' AND ')}`] : [];
  const counter = measures.find(({ kind }) => kind === 'count by');
  const parts = measures.filter((measure) => measure !== counter);
  const values = parts.map((measure) => `${aggregate(measure)} AS ${measure.column}`);
  const by = keys.map((_key, index) => index + 1);
  if (!counter)
    return [
      `SELECT ${[...selected, ...values].join(', ')}`,
      `FROM ${rows}`,
      ...where,
      `GROUP BY ${by.join(', ')}`,
    ].join('\n');
  const counted = `jsonb_object_agg(counted, times)`;
  const outer = measures.map((measure) => {
    if (measure !== counter) return `${again(measure)} AS ${measure.column}`;
    return `${measure.optional ? `coalesce(${counted} FILTER (WHERE counted IS NOT NULL), '{}')` : counted} AS ${measure.column}`;
  });
  return [
    `SELECT ${[...keys.map(({ column }) => column), ...outer].join(', ')}`,
    'FROM (',
    `  SELECT ${[...selected, `${counter.of} AS counted`, 'count(*) AS times', ...values.filter((_value, index) => parts[index]!.kind !== 'count')].join(', ')}`,
    `  FROM ${rows}`,
    ...where.map((line) => `  ${line}`),
    `  GROUP BY ${[...by, by.length + 1].join(', ')}`,
    ') AS each',
    `GROUP BY ${by.join(', ')}`,
  ].join('\n');
}

/** A query for the keys of some rows. */
export function keysOf({ keys }: Summary, rows: string): string {
  return `SELECT DISTINCT ${keys.map(({ column, from }) => (column === from ? column : `${from} AS ${column}`)).join(', ')} FROM ${rows}`;
}

function aggregate({ kind, of }: Measure): string {
  if (kind === 'count') return 'count(*)';
  return kind === 'sum' ? `coalesce(sum(${of}), 0)` : `${kind}(${of})`;
}

/** A measure of parts, of which each has the measure already. */
function again({ kind, column }: Measure): string {
  return kind === 'count' ? 'sum(times)' : `${kind}(${column})`;
}

/** New value of a measure when `other` comes to the kept row, or goes from it. */
export function merged(
  { adder }: Summary,
  { kind, column }: Measure,
  other: string,
  sign: '+' | '-',
): string {
  if (kind === 'count' || kind === 'sum') return `kept.${column} ${sign} ${other}`;
  if (kind === 'count by') return `${adder}(kept.${column}, ${other}, ${sign === '+' ? 1 : -1})`;
  return `${kind === 'min' ? 'least' : 'greatest'}(kept.${column}, ${other})`;
}

/** Indents every line of a text. */
export function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
}
