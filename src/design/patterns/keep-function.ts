import type { Draft } from '../draft.ts';
import { groups, indented, keysOf, merged, type Summary } from './summary.ts';

/** The trigger function that keeps a summary, one branch per kind of event. */
export function keepFunction(draft: Draft, summary: Summary, routine: string): string {
  const { quote } = draft.engine;
  const subtract = summary.onSourceDelete === 'subtract';
  const branches = [
    ...(subtract ? [branch('TRUNCATE', `DELETE FROM ${quote.name(summary.table.name)};`)] : []),
    branch('INSERT', arrive(draft, summary, 'added')),
    ...(subtract
      ? [
          branch(
            'DELETE',
            [lock(draft, summary, 'removed'), leave(draft, summary, 'removed'), tidy(draft, summary)]
              .filter((text) => text !== '')
              .join('\n\n'),
          ),
        ]
      : []),
  ];
  const update = [
    '-- An update takes rows out of their groups and puts them into others; rows whose group and values stay are left alone.',
    lock(draft, summary, 'left_behind'),
    leave(draft, summary, 'left_behind'),
    arrive(draft, summary, 'arrived'),
    tidy(draft, summary),
    'RETURN NULL;',
  ]
    .filter((text) => text !== '')
    .join('\n\n')
    .replace('.\n\n', '.\n');
  return `CREATE FUNCTION ${routine}() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ${quote.identifier(summary.table.name.schema)}, pg_temp
AS $keep$
BEGIN
${[...branches, update].map((text) => indented(text, 2)).join('\n\n')}
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
  return `IF TG_OP = '${event}' THEN\n${indented(body, 2)}\n\n  RETURN NULL;\nEND IF;`;
}

/** Rows of an update that changed their group or a value; equal ones cancel out. */
function difference({ reads }: Summary, rows: string): string {
  if (rows !== 'left_behind' && rows !== 'arrived') return '';
  const [from, less] = rows === 'arrived' ? ['added', 'removed'] : ['removed', 'added'];
  const columns = reads.join(', ');
  return `WITH ${rows} AS (\n  SELECT ${columns} FROM ${from}\n  EXCEPT ALL\n  SELECT ${columns} FROM ${less}\n)\n`;
}

function columnsOf({ keys }: Summary): readonly string[] {
  return keys.map(({ column }) => column);
}

function matching(summary: Summary): string {
  return columnsOf(summary)
    .map((column) => `kept.${column} = gone.${column}`)
    .join(' AND ');
}

function arrive(draft: Draft, summary: Summary, rows: string): string {
  const keys = columnsOf(summary).join(', ');
  const { measures } = summary;
  const sets = measures
    .map((measure) => `  ${measure.column} = ${merged(summary, measure, 'excluded', '+')}`)
    .join(',\n');
  return `${difference(summary, rows)}INSERT INTO ${draft.engine.quote.name(summary.table.name)} AS kept (${keys}, ${measures.map(({ column }) => column).join(', ')})
${groups(summary, rows)}
ORDER BY ${keys}
ON CONFLICT (${keys}) DO UPDATE SET
${sets};`;
}

/** Groups are locked in order of the key, so that two writers never wait for each other in a circle. */
function lock(draft: Draft, summary: Summary, rows: string): string {
  const keys = columnsOf(summary).join(', ');
  const query = `${difference(summary, rows)}SELECT 1\nFROM ${draft.engine.quote.name(summary.table.name)} AS kept\nJOIN (${keysOf(summary, rows)}) AS gone USING (${keys})\nORDER BY ${keys}\nFOR UPDATE OF kept`;
  // PERFORM takes no WITH in front.
  return rows === 'removed'
    ? `${query.replace('SELECT 1', 'PERFORM 1')};`
    : `PERFORM FROM (\n${indented(query, 2)}\n) AS locked;`;
}

function leave(draft: Draft, summary: Summary, rows: string): string {
  const name = draft.engine.quote.name(summary.table.name);
  const found = summary.measures.filter(({ kind }) => kind === 'min' || kind === 'max');
  const taken = summary.measures
    .filter((measure) => !found.includes(measure))
    .map((measure) => `${measure.column} = ${merged(summary, measure, 'gone', '-')}`);
  const source = draft.engine.quote.name(summary.source.name);
  const inGroup = summary.keys.map(({ column, from }) => `${from} = kept.${column}`).join(' AND ');
  // A lowest or highest value cannot be taken away: it is found again among the rows that stay, now that the group is locked.
  const again =
    summary.onSourceDelete === 'subtract'
      ? found.map(
          ({ kind, of, column }) =>
            `${column} = coalesce((SELECT ${kind}(${of}) FROM ${source} WHERE ${inGroup}), kept.${column})`,
        )
      : [];
  const sets = [...taken, ...again];
  if (sets.length === 0) return '';
  return `${difference(summary, rows)}UPDATE ${name} AS kept SET\n${sets.map((set) => `  ${set}`).join(',\n')}\nFROM (\n${indented(groups(summary, rows), 2)}\n) AS gone\nWHERE ${matching(summary)};`;
}

/** Groups that nothing is left of go, so that the summary equals one counted from scratch. */
function tidy(draft: Draft, summary: Summary): string {
  const { quote } = draft.engine;
  const counter = summary.measures.find(({ kind }) => kind === 'count by' || kind === 'count');
  const inGroup = summary.keys.map(({ column, from }) => `${from} = kept.${column}`).join(' AND ');
  const empty = counter
    ? `kept.${counter.column} = ${counter.kind === 'count' ? '0' : "'{}'"}`
    : `NOT EXISTS (SELECT FROM ${quote.name(summary.source.name)} WHERE ${inGroup})`;
  return `DELETE FROM ${quote.name(summary.table.name)} AS kept\nUSING (${keysOf(summary, 'removed')}) AS gone\nWHERE ${matching(summary)}\n  AND ${empty};`;
}
