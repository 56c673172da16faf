import type { Draft } from '../draft.ts';
import { indented, merged, type Measure, type Summary } from './summary.ts';
import { fullName } from './trigger.ts';

/** Names of the table of changes; helpers stand beside the measures and must not meet them. */
export interface Notes {
  readonly table: string;
  readonly name: string;
  /** Rows that came, less those that went. */
  readonly net: string;
  /** Whether rows went. */
  readonly gone: string;
  /** Value that a counter counts by. */
  readonly counted: string;
}

/** Statements of the function that adds up what was noted, between BEGIN and END; `lock` names the run. */
export function refreshBody(draft: Draft, summary: Summary, notes: Notes, lock: string): string {
  const { quote } = draft.engine;
  const { keys, measures } = summary;
  const list = keys.map(({ column }) => column);
  const kept = fullName(draft, summary.table.name);
  const parents = draft.relations.filter(
    ({ table, columns }) =>
      table === summary.table.name && columns.every((column) => list.includes(quote.identifier(column))),
  );
  // What a cascade took away from the summary must not come back without its parent.
  const alive = parents.map(
    ({ to, columns, toColumns }) =>
      `EXISTS (SELECT FROM ${fullName(draft, to)} AS parent WHERE ${columns.map((column, index) => `parent.${quote.identifier(toColumns[index]!)} = change.${quote.identifier(column)}`).join(' AND ')})`,
  );
  const empty = emptied(draft, summary, notes);
  const sets = measures.map((measure) => `${measure.column} = ${updated(draft, summary, notes, measure)}`);
  const first = measures.map((measure) => inserted(draft, summary, notes, measure));
  return [
    '-- One run at a time: a second one waits, and then finds what was noted meanwhile.',
    `PERFORM pg_advisory_xact_lock(hashtextextended(${quote.literal(lock)}, 0));`,
    '-- What is taken here and what is added below are one statement: a note is counted once, or stays.',
    `WITH noted AS (\n  DELETE FROM ${notes.table}\n  RETURNING *\n), changes AS (\n${indented(grouped(summary, notes), 2)}\n)`,
    `MERGE INTO ${kept} AS kept`,
    `USING (\n  SELECT change.*${alive.length > 0 ? `,\n         ${alive.join(' AND ')} AS alive` : ''}\n  FROM changes AS change\n) AS change`,
    `ON ${list.map((column) => `kept.${column} = change.${column}`).join(' AND ')}`,
    ...(empty ? [`WHEN MATCHED AND ${empty} THEN`, '  DELETE'] : []),
    'WHEN MATCHED THEN',
    `  UPDATE SET\n${sets.map((set) => `    ${set}`).join(',\n')}`,
    `WHEN NOT MATCHED AND change.${notes.net} > 0${alive.length > 0 ? ' AND change.alive' : ''} THEN`,
    `  INSERT (${[...list, ...measures.map(({ column }) => column)].join(', ')})\n  VALUES (${[...list.map((column) => `change.${column}`), ...first].join(', ')});`,
    'GET DIAGNOSTICS touched = ROW_COUNT;',
    'RETURN touched;',
  ].join('\n');
}

/** One row per group: what all notes together change. */
function grouped({ keys, measures }: Summary, notes: Notes): string {
  const list = keys.map(({ column }) => column);
  const counter = measures.find(({ kind }) => kind === 'count by');
  const sums = (outer: boolean): readonly string[] => [
    `sum(${notes.net})${outer ? '' : '::bigint'} AS ${notes.net}`,
    `bool_or(${notes.gone}) AS ${notes.gone}`,
    ...measures.flatMap(({ kind, column }) =>
      kind === 'count' || kind === 'count by' ? [] : [`${kind}(${column}) AS ${column}`],
    ),
  ];
  const select = (columns: readonly string[], from: string, by: readonly string[]): string =>
    `SELECT ${columns.join(',\n       ')}\nFROM ${from}\nGROUP BY ${by.join(', ')}`;
  if (!counter) return select([list.join(', '), ...sums(false)], 'noted', list);
  const inner = select([[...list, notes.counted].join(', '), ...sums(false)], 'noted', [
    ...list,
    notes.counted,
  ]);
  const counts = `coalesce(jsonb_object_agg(${notes.counted}, ${notes.net}) FILTER (WHERE ${notes.counted} IS NOT NULL AND ${notes.net} <> 0), '{}') AS ${counter.column}`;
  return select([list.join(', '), ...sums(true), counts], `(\n${indented(inner, 2)}\n) AS each`, list);
}

function change(notes: Notes, { kind, column }: Measure): string {
  return `change.${kind === 'count' ? notes.net : column}`;
}

function updated(draft: Draft, summary: Summary, notes: Notes, measure: Measure): string {
  const value = merged(summary, measure, change(notes, measure), '+');
  const counter = summary.measures.find(({ kind }) => kind === 'count');
  return again(draft, summary, notes, measure, {
    otherwise: value,
    ...(counter ? { counted: `kept.${counter.column} + change.${notes.net}` } : {}),
  });
}

function inserted(draft: Draft, summary: Summary, notes: Notes, measure: Measure): string {
  return again(draft, summary, notes, measure, {
    otherwise: change(notes, measure),
    counted: `change.${notes.net}`,
  });
}

/**
 * A lowest or highest value that may have gone is found among the rows that are there. Where deleted rows stay counted, only a group that none was
 * deleted of can be found again: as many rows are there as are counted. Without a count nobody knows, and the value stays.
 */
function again(
  draft: Draft,
  summary: Summary,
  notes: Notes,
  { kind, of }: Measure,
  { otherwise, counted }: { readonly otherwise: string; readonly counted?: string },
): string {
  if (kind !== 'min' && kind !== 'max') return otherwise;
  const rows = `FROM ${fullName(draft, summary.source.name)} WHERE ${inGroup(summary)}`;
  if (summary.onSourceDelete === 'subtract')
    return `CASE WHEN change.${notes.gone}\n      THEN (SELECT ${kind}(${of}) ${rows})\n      ELSE ${otherwise} END`;
  if (counted === undefined) return otherwise;
  return `CASE WHEN change.${notes.gone} AND ${counted} = (SELECT count(*) ${rows})\n      THEN (SELECT ${kind}(${of}) ${rows})\n      ELSE ${otherwise} END`;
}

function inGroup({ keys }: Summary): string {
  return keys.map(({ column, from }) => `(${from}) = change.${column}`).join(' AND ');
}

/** When nothing is left of a group; undefined when only the past could tell. */
function emptied(draft: Draft, summary: Summary, notes: Notes): string | undefined {
  const counter = summary.measures.find(({ kind }) => kind === 'count by' || kind === 'count');
  if (counter?.kind === 'count') return `kept.${counter.column} + change.${notes.net} = 0`;
  if (counter) return `${merged(summary, counter, `change.${counter.column}`, '+')} = '{}'`;
  if (summary.onSourceDelete === 'keep') return undefined;
  return `change.${notes.gone} AND NOT EXISTS (SELECT FROM ${fullName(draft, summary.source.name)} WHERE ${inGroup(summary)})`;
}
