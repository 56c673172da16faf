import { fail } from '../../base/error.ts';
import type { Derived } from '../../task/model.ts';
import { columnsOf, relationsFrom, tableOf, type Draft, type TableDraft } from '../draft.ts';

/** What a summary is made of, with every name resolved and quoted. */
export interface Summary {
  readonly table: TableDraft;
  readonly source: TableDraft;
  readonly keys: readonly Part[];
  readonly measures: readonly Measure[];
  /** Keys that can be null in the source: such rows belong to no group. */
  readonly optional: readonly string[];
  readonly onSourceDelete: Derived['onSourceDelete'];
}

interface Part {
  /** Quoted column of the summary. */
  readonly column: string;
  /** Expression over the source's columns. */
  readonly from: string;
}

export interface Measure {
  readonly column: string;
  readonly kind: 'count' | 'count by' | 'sum' | 'min' | 'max';
  /** Quoted source column; empty for count. */
  readonly of: string;
}

/** Resolves the claim of a derived entity to columns. */
export function readSummary(draft: Draft, table: TableDraft, derived: Derived): Summary {
  const { identifier } = draft.engine.quote;
  const source = tableOf(draft, derived.from);
  const optional: string[] = [];
  const keys = Object.entries(derived.by).flatMap(([name, from]) => {
    const own = columnsOf(table, name);
    const relation = relationsFrom(draft, source).find((each) => each.name === from);
    const known =
      relation !== undefined ||
      source.columns.some(({ of }) => of === from) ||
      source.existing?.columns.some((column) => column.name === from);
    const sources = known ? columnsOf(source, from).map(identifier) : [`(${from})`];
    if (sources.length !== own.length)
      fail(
        'task.wrong-value',
        `The key ${name} of ${table.of} has ${own.length} columns, ${from} has ${sources.length}.`,
      );
    return own.map((column, index) => ({ column: identifier(column), from: sources[index]! }));
  });
  for (const { from } of keys) if (!isRequired(source, from)) optional.push(from);
  const measures = Object.entries(derived.set).map(([name, text]) =>
    readMeasure(draft, table, source, name, text),
  );
  if (measures.filter(({ kind }) => kind === 'count by').length > 1)
    fail(
      'task.refused',
      `${table.of} counts by two fields at once; this version keeps one such counter per summary.`,
    );
  return { table, source, keys, measures, optional, onSourceDelete: derived.onSourceDelete };
}

function isRequired(source: TableDraft, from: string): boolean {
  const columns = [...source.columns, ...(source.existing?.columns ?? [])];
  return columns.some(({ name, notNull }) => notNull && (from === name || from === `"${name}"`));
}

function readMeasure(
  draft: Draft,
  table: TableDraft,
  source: TableDraft,
  name: string,
  text: string,
): Measure {
  const match = /^(count by|count|sum|min|max)(?:\s+(.+))?$/.exec(text.trim());
  const kind = match?.[1] as Measure['kind'] | undefined;
  if (!kind || (kind === 'count') === (match?.[2] !== undefined)) {
    return fail(
      'task.wrong-value',
      `${table.of}.${name} is set to \`${text}\`; expected count, count by <field>, sum <field>, min <field> or max <field>.`,
    );
  }
  const { identifier } = draft.engine.quote;
  return {
    column: identifier(columnsOf(table, name)[0]!),
    kind,
    of: kind === 'count' ? '' : identifier(columnsOf(source, match![2]!)[0]!),
  };
}

/** Groups of some rows: the columns of the summary, in order of its key. `rows` is a table or a subquery over the source's columns. */
export function groups(summary: Summary, rows: string, indent: string): string {
  const { keys, measures } = summary;
  const counter = measures.find(({ kind }) => kind === 'count by');
  const columns = keys.map(({ column }) => column);
  const where =
    summary.optional.length > 0
      ? `\n${indent}WHERE ${summary.optional.map((from) => `${from} IS NOT NULL`).join(' AND ')}`
      : '';
  const selected = keys.map(({ column, from }) =>
    column === from ? column : `${from.replace(/^\((.*)\)$/s, unwrapped)} AS ${column}`,
  );
  const positions = (count: number): string =>
    Array.from({ length: count }, (_, index) => index + 1).join(', ');
  if (!counter) {
    const values = measures.map((measure) => `${plainAggregate(measure)} AS ${measure.column}`);
    return `SELECT ${[...selected, ...values].join(', ')}\n${indent}FROM ${rows}${where}\n${indent}GROUP BY ${positions(keys.length)}`;
  }
  const inner = indent === '' ? '  ' : `${indent}  `;
  const parts = measures.filter((measure) => measure.kind !== 'count by' && measure.kind !== 'count');
  const innerWhere = where.replace(`\n${indent}`, `\n${inner}`);
  const innerSelect = [
    ...selected,
    `${counter.of} AS counted`,
    'count(*) AS times',
    ...parts.map((measure) => `${plainAggregate(measure)} AS ${measure.column}`),
  ];
  const outer = measures.map((measure) => `${outerAggregate(measure)} AS ${measure.column}`);
  return (
    `SELECT ${[...columns, ...outer].join(', ')}\n${indent}FROM (\n${inner}SELECT ${innerSelect.join(', ')}\n${inner}FROM ${rows}${innerWhere}\n` +
    `${inner}GROUP BY ${positions(keys.length + 1)}\n${indent}) AS each\n${indent}GROUP BY ${positions(keys.length)}`
  );
}

/** Outer parentheses go when nothing outside needs them. */
function unwrapped(whole: string, inside: string): string {
  let depth = 0;
  for (const letter of inside) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (depth < 0) return whole;
  }
  return inside;
}

function plainAggregate({ kind, of }: Measure): string {
  if (kind === 'count') return 'count(*)';
  return kind === 'sum' ? `coalesce(sum(${of}), 0)` : `${kind}(${of})`;
}

function outerAggregate({ kind, column }: Measure): string {
  if (kind === 'count by')
    return "coalesce(jsonb_object_agg(counted, times) FILTER (WHERE counted IS NOT NULL), '{}')";
  if (kind === 'count') return 'sum(times)';
  return `${kind}(${column})`;
}

/** New value of a measure when groups come to the kept row, or go from it. */
export function merged({ kind, column }: Measure, other: string, sign: '+' | '-', indent: string): string {
  if (kind === 'count' || kind === 'sum') return `kept.${column} ${sign} ${other}.${column}`;
  if (kind === 'min' || kind === 'max')
    return `${kind === 'min' ? 'least' : 'greatest'}(kept.${column}, ${other}.${column})`;
  const value = sign === '-' ? '-value::bigint' : 'value::bigint';
  return (
    `(\n${indent}  SELECT coalesce(jsonb_object_agg(key, total) FILTER (WHERE total <> 0), '{}')\n${indent}  FROM (\n` +
    `${indent}    SELECT key, sum(times) AS total\n${indent}    FROM (\n` +
    `${indent}      SELECT key, value::bigint FROM jsonb_each_text(kept.${column})\n${indent}      UNION ALL\n` +
    `${indent}      SELECT key, ${value} FROM jsonb_each_text(${other}.${column})\n` +
    `${indent}    ) AS both_sides (key, times)\n${indent}    GROUP BY key\n${indent}  ) AS totals\n${indent})`
  );
}
