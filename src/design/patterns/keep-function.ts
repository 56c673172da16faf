import type { Draft } from '../draft.ts';
import { groups, indented, keysOf, merged, type Measure, type Summary } from './summary.ts';

/**
 * The trigger function that keeps a summary. Each branch visits its groups in one pass in order of the key, so that two
 * writers never wait for each other in a circle; what comes is added before what goes is taken, so that no check sees a
 * state in between.
 */
export function keepFunction(draft: Draft, summary: Summary, routine: string): string {
  const { quote } = draft.engine;
  const subtract = summary.onSourceDelete === 'subtract';
  const name = quote.name(summary.table.name);
  const branches = [
    ...(subtract ? [branch('TRUNCATE', `DELETE FROM ${name};`)] : []),
    branch(
      'INSERT',
      arrive(summary, name, groups(summary, 'added'), `ORDER BY ${columnsOf(summary).join(', ')}\n`),
    ),
    ...(subtract ? [branch('DELETE', deleted(draft, summary, name))] : []),
    changed(draft, summary, name),
    'RETURN NULL;',
  ];
  return `CREATE FUNCTION ${routine}() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ${quote.identifier(summary.table.name.schema)}, pg_temp
AS $keep$
DECLARE
  change record;
BEGIN
${branches.map((text) => indented(text, 2)).join('\n\n')}
END
$keep$`;
}

/** Adds the counts of one jsonb object to another; what reaches zero goes. */
export function adderFunction(adder: string): string {
  return `CREATE FUNCTION ${adder}(counts jsonb, more jsonb, factor integer) RETURNS jsonb
  LANGUAGE sql IMMUTABLE
  SET search_path = pg_catalog, pg_temp
AS $add$
  SELECT coalesce(jsonb_object_agg(key, total) FILTER (WHERE total <> 0), '{}')
  FROM (
    SELECT key, sum(times) AS total
    FROM (
      SELECT key, value::bigint FROM jsonb_each_text(counts)
      UNION ALL
      SELECT key, factor * value::bigint FROM jsonb_each_text(more)
    ) AS each (key, times)
    GROUP BY key
  ) AS totals
$add$`;
}

function branch(event: string, body: string): string {
  return `IF TG_OP = '${event}' THEN\n${indented(body, 2)}\n  RETURN NULL;\nEND IF;`;
}

function columnsOf({ keys }: Summary): readonly string[] {
  return keys.map(({ column }) => column);
}

function arrive(summary: Summary, name: string, rows: string, order = ''): string {
  const keys = columnsOf(summary).join(', ');
  const { measures } = summary;
  const sets = measures
    .map((measure) => `  ${measure.column} = ${merged(summary, measure, `excluded.${measure.column}`, '+')}`)
    .join(',\n');
  return `INSERT INTO ${name} AS kept (${keys}, ${measures.map(({ column }) => column).join(', ')})\n${rows}\n${order}ON CONFLICT (${keys}) DO UPDATE SET\n${sets};`;
}

/** Deleted rows leave groups that are there, or that a cascade took away already. */
function deleted(draft: Draft, summary: Summary, name: string): string {
  const keys = columnsOf(summary);
  const match = keys.map((column) => `kept.${column} = gone.${column}`).join(' AND ');
  const gone = `(\n${indented(groups(summary, 'removed'), 2)}\n) AS gone`;
  const lock = `PERFORM 1\nFROM ${name} AS kept\nJOIN (${keysOf(summary, 'removed')}) AS gone USING (${keys.join(', ')})\nORDER BY ${keys.join(', ')}\nFOR UPDATE OF kept;`;
  const empty = emptied(draft, summary, ({ column }) => `gone.${column}`);
  const sets = taken(draft, summary, ({ column }) => `gone.${column}`);
  return [
    lock,
    ...(empty ? [`DELETE FROM ${name} AS kept\nUSING ${gone}\nWHERE ${match}\n  AND ${empty};`] : []),
    ...(sets.length > 0
      ? [
          `UPDATE ${name} AS kept SET\n${sets.map((set) => `  ${set}`).join(',\n')}\nFROM ${gone}\nWHERE ${match};`,
        ]
      : []),
  ].join('\n');
}

/** An update takes rows out of their groups and puts them into others; rows whose group and values stay are left alone. */
function changed(draft: Draft, summary: Summary, name: string): string {
  const { keys, measures, reads } = summary;
  const list = columnsOf(summary).join(', ');
  const first = columnsOf(summary)[0]!;
  const match = columnsOf(summary)
    .map((column) => `kept.${column} = change.${column}`)
    .join(' AND ');
  const difference = (as: string, from: string, less: string): string =>
    `${as} AS (\n  SELECT ${reads.join(', ')} FROM ${from}\n  EXCEPT ALL\n  SELECT ${reads.join(', ')} FROM ${less}\n)`;
  const side = (rows: string, as: string): string => `(\n${indented(groups(summary, rows), 2)}\n) AS ${as}`;
  const selected = [
    `gone.${first} IS NOT NULL AS has_gone`,
    `came.${first} IS NOT NULL AS has_come`,
    ...measures.map(({ column, gone }) => `gone.${column} AS ${gone}`),
    ...measures.map(({ column, came }) => `came.${column} AS ${came}`),
  ];
  const query = `WITH ${difference('left_behind', 'removed', 'added')}, ${difference('arrived', 'added', 'removed')}
SELECT ${[list, ...selected].join(',\n  ')}
FROM ${side('left_behind', 'gone')}
FULL JOIN ${side('arrived', 'came')} USING (${list})
ORDER BY ${list}`;
  const values = `VALUES (${[...keys.map(({ column }) => `change.${column}`), ...measures.map(({ came }) => `change.${came}`)].join(', ')})`;
  const empty = emptied(draft, summary, ({ gone }) => `change.${gone}`);
  const sets = taken(draft, summary, ({ gone }) => `change.${gone}`);
  const found =
    (summary.onSourceDelete === 'subtract' || measures.some(({ kind }) => kind === 'count')) &&
    measures.some(({ kind }) => kind === 'min' || kind === 'max');
  const leave = [
    // What is found again must be found after the group is locked.
    ...(found || empty?.startsWith('NOT EXISTS')
      ? [`PERFORM 1 FROM ${name} AS kept WHERE ${match} FOR UPDATE;`]
      : []),
    ...(empty ? [`DELETE FROM ${name} AS kept\nWHERE ${match}\n  AND ${empty};`] : []),
    ...(sets.length > 0
      ? [`UPDATE ${name} AS kept SET\n${sets.map((set) => `  ${set}`).join(',\n')}\nWHERE ${match};`]
      : []),
  ].join('\n');
  const parts = [
    `IF change.has_come THEN\n${indented(arrive(summary, name, values), 2)}\nEND IF;`,
    ...(leave ? [`IF change.has_gone THEN\n${indented(leave, 2)}\nEND IF;`] : []),
  ];
  return `FOR change IN\n${indented(query, 2)}\nLOOP\n${indented(parts.join('\n'), 2)}\nEND LOOP;`;
}

/** SET clauses that take a group's rows away from the kept one. */
function taken(draft: Draft, summary: Summary, other: (measure: Measure) => string): readonly string[] {
  const source = draft.engine.quote.name(summary.source.name);
  const inGroup = summary.keys.map(({ column, from }) => `${grouped(from)} = kept.${column}`).join(' AND ');
  const counter = summary.measures.find(({ kind }) => kind === 'count');
  return summary.measures.flatMap((measure) => {
    const { kind, column, of } = measure;
    if (kind !== 'min' && kind !== 'max')
      return [`${column} = ${merged(summary, measure, other(measure), '-')}`];
    // A lowest or highest value cannot be taken away: it is found again among the rows that stay.
    const found = `(SELECT ${kind}(${of}) FROM ${source} WHERE ${inGroup})`;
    if (summary.onSourceDelete === 'subtract') return [`${column} = ${found}`];
    // Where deleted rows stay counted, only a group that none was deleted of: as many rows are there as are counted.
    return counter
      ? [
          `${column} = CASE WHEN ${merged(summary, counter, other(counter), '-')} = (SELECT count(*) FROM ${source} WHERE ${inGroup})\n    THEN ${found}\n    ELSE kept.${column} END`,
        ]
      : [];
  });
}

/** When nothing is left of a group, so that the summary equals one counted from scratch; undefined when only the past could tell. */
function emptied(draft: Draft, summary: Summary, other: (measure: Measure) => string): string | undefined {
  const counter = summary.measures.find(({ kind }) => kind === 'count by' || kind === 'count');
  if (counter)
    return counter.kind === 'count'
      ? `kept.${counter.column} = ${other(counter)}`
      : `${merged(summary, counter, other(counter), '-')} = '{}'`;
  if (summary.onSourceDelete === 'keep') return undefined;
  const inGroup = summary.keys.map(({ column, from }) => `${grouped(from)} = kept.${column}`).join(' AND ');
  return `NOT EXISTS (SELECT FROM ${draft.engine.quote.name(summary.source.name)} WHERE ${inGroup})`;
}

/** An expression that other operators may stand beside. */
function grouped(expression: string): string {
  return /^(?:[\w$]+|"(?:[^"]|"")*")$/.test(expression) ? expression : `(${expression})`;
}
