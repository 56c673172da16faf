import { fail } from '../../base/error.ts';
import { addTrigger, fullName, tagFor } from './trigger.ts';
import type { ColumnDraft, Draft, TableDraft } from '../draft.ts';
import { refreshBody, type Notes } from './rollup-refresh.ts';
import { indented, type Summary } from './summary.ts';

/** MERGE is there from this major version on. */
const firstMajor = 15;

/** What a summary on a schedule is made of, beside its table. */
export interface Rollup {
  /** Table of noted changes. */
  readonly changes: TableDraft;
  /** Statement that brings the summary up to date. */
  readonly refresh: string;
}

/**
 * A summary on a schedule: a trigger notes per statement by how much each group changes, without waiting for anybody, and a function adds up what was noted.
 * What is noted commits with its rows, so rows that come late, or commit in another order than they were written, are counted like all others.
 */
export function addRollup(
  draft: Draft,
  table: TableDraft,
  summary: Summary,
  claims: readonly string[],
): Rollup {
  if (Number.parseInt(draft.catalog.version, 10) < firstMajor)
    fail(
      'task.refused',
      `${claims[0]} is kept on a schedule, which is designed for PostgreSQL ${firstMajor} and later.`,
      {
        hint: 'Use `keep: on-write`.',
      },
    );
  const { schema } = table.name;
  const changes = changesTable(draft, table, summary, claims);
  const notes = namesOf(draft, changes, summary);
  const write = addNote(draft, table, summary, notes, claims);
  const on = summary.source;
  const trigger = (event: string, rows: string, transition: string): void =>
    addTrigger(
      draft,
      { ...on, after: table.after },
      {
        name: draft.take({ schema, name: `${table.name.name}_note_${event.toLowerCase()}` }),
        when: `AFTER ${event}`,
        lines: [...(transition ? [`REFERENCING ${transition}`] : []), 'FOR EACH STATEMENT'],
        routine: write,
        claims,
        reason: `${rows} of ${on.name.name} are noted for ${table.name.name}`,
        ...(on.existing && event !== 'INSERT' ? { joined: true } : {}),
      },
    );
  trigger('INSERT', 'New rows', 'NEW TABLE AS added');
  trigger('UPDATE', 'Changed rows', 'OLD TABLE AS removed NEW TABLE AS added');
  if (summary.onSourceDelete === 'subtract') {
    trigger('DELETE', 'Deleted rows', 'OLD TABLE AS removed');
    trigger('TRUNCATE', 'Truncations', '');
  }
  const routine = { schema, name: draft.take({ schema, name: `${table.name.name}_refresh` }) };
  const called = draft.engine.quote.name(routine);
  const body = refreshBody(draft, summary, notes, `${schema}.${routine.name}`);
  const tag = tagFor(body);
  table.after.push({
    sql: `CREATE FUNCTION ${called}() RETURNS bigint
  LANGUAGE plpgsql
  SET search_path = ${draft.engine.quote.identifier(schema)}, pg_temp
AS ${tag}
DECLARE
  touched bigint;
BEGIN
${indented(body, 2)}
END
${tag}`,
    claims,
    reason: `Brings ${table.name.name} up to date and returns how many groups changed; to be called by any scheduler, as often as the figures must be fresh`,
    undo: `DROP FUNCTION ${called}()`,
  });
  draft.upkeep.push({ table: changes.name, sql: '', kind: 'exact' });
  return { changes, refresh: `SELECT ${called}()` };
}

function changesTable(
  draft: Draft,
  table: TableDraft,
  summary: Summary,
  claims: readonly string[],
): TableDraft {
  const { schema } = table.name;
  const { quote } = draft.engine;
  const name = draft.take({ schema, name: `${table.name.name}_changes` });
  const own = (quoted: string): ColumnDraft =>
    table.columns.find((column) => quote.identifier(column.name) === quoted)!;
  const columns: ColumnDraft[] = [];
  const add = (column: string, type: string, notNull: boolean, generated?: string): void => {
    columns.push({
      name: column,
      type,
      notNull,
      of: column,
      rank: 2,
      claims,
      ...(generated ? { generated } : {}),
    });
  };
  const taken = new Set([...summary.keys, ...summary.measures].map(({ column }) => own(column).name));
  const free = (wanted: string): string => (taken.has(wanted) ? free(`${wanted}_`) : wanted);
  add(free('change_id'), 'bigint', true, 'GENERATED ALWAYS AS IDENTITY');
  for (const { column } of summary.keys) add(own(column).name, own(column).type, true);
  add(free('net_rows'), 'bigint', true);
  add(free('rows_gone'), 'boolean', true);
  for (const { kind, column, of } of summary.measures)
    if (kind === 'count by') {
      const source = [...(summary.source.existing?.columns ?? []), ...summary.source.columns].find(
        (each) => quote.identifier(each.name) === of,
      )!;
      add(free('counted'), source.type, false);
    } else if (kind !== 'count') add(own(column).name, own(column).type, false);
  const key = columns[0]!.name;
  const changes: TableDraft = {
    of: `${table.of} changes`,
    name: { schema, name },
    columns,
    key: [key],
    constraints: [
      {
        name: draft.take({ schema, name: draft.habits.templates.primary(name, [key]) }),
        kind: 'primary',
        columns: [key],
        definition: `PRIMARY KEY (${draft.list([key])})`,
        claims,
      },
    ],
    indexes: [],
    after: [],
    claims: [...claims],
    comment: `Changes of ${summary.source.name.name} that ${table.name.name} does not hold yet`,
  };
  draft.tables.splice(draft.tables.indexOf(table) + 1, 0, changes);
  return changes;
}

function namesOf(draft: Draft, changes: TableDraft, summary: Summary): Notes {
  const { quote } = draft.engine;
  const name = (wanted: string): string =>
    quote.identifier(
      changes.columns.find((column) => column.name.replace(/_+$/, '') === wanted)?.name ?? wanted,
    );
  return {
    table: fullName(draft, changes.name),
    name: changes.name.name,
    net: name('net_rows'),
    gone: name('rows_gone'),
    counted: summary.measures.some(({ kind }) => kind === 'count by') ? name('counted') : '',
  };
}

/** The trigger function that notes a statement's changes; returns its quoted name. */
function addNote(
  draft: Draft,
  table: TableDraft,
  summary: Summary,
  notes: Notes,
  claims: readonly string[],
): string {
  const { quote } = draft.engine;
  const { schema } = table.name;
  const subtract = summary.onSourceDelete === 'subtract';
  const body = [
    ...(subtract
      ? [
          `IF TG_OP = 'TRUNCATE' THEN\n  DELETE FROM ${notes.table};\n  DELETE FROM ${fullName(draft, table.name)};\n  RETURN NULL;\nEND IF;`,
        ]
      : []),
    `IF TG_OP <> 'DELETE' THEN\n${indented(note(summary, notes, 'added'), 2)}\nEND IF;`,
    `IF TG_OP <> 'INSERT' THEN\n${indented(note(summary, notes, 'removed'), 2)}\nEND IF;`,
    'RETURN NULL;',
  ].join('\n');
  const tag = tagFor(body);
  const called = quote.name({ schema, name: draft.take({ schema, name: `${table.name.name}_note` }) });
  table.after.push(
    {
      sql: `CREATE FUNCTION ${called}() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, ${quote.identifier(schema)}, pg_temp
AS ${tag}
BEGIN
${indented(body, 2)}
END
${tag}`,
      claims,
      reason: `Notes by how much a statement changes each group of ${table.name.name}: an insert, for which nobody waits`,
      undo: `DROP FUNCTION ${called}()`,
    },
    {
      sql: `REVOKE ALL ON FUNCTION ${called}() FROM PUBLIC`,
      claims,
      reason: 'It runs with the rights of its owner: nobody else may use it in a trigger of theirs',
      undo: '',
    },
  );
  return called;
}

function note({ keys, measures }: Summary, notes: Notes, rows: 'added' | 'removed'): string {
  const came = rows === 'added';
  const sign = came ? '' : '-';
  const noted = measures.flatMap((measure): readonly [string, string][] => {
    const { kind, column, of } = measure;
    if (kind === 'count') return [];
    if (kind === 'count by') return [[notes.counted, of]];
    if (kind === 'sum') return [[column, `${sign}coalesce(sum(${of}), 0)`]];
    return came ? [[column, `${kind}(${of})`]] : [];
  });
  const counter = measures.find(({ kind }) => kind === 'count by');
  const columns = [
    ...keys.map(({ column }) => column),
    notes.net,
    notes.gone,
    ...noted.map(([column]) => column),
  ];
  const values = [
    ...keys.map(({ from }) => from),
    `${sign}count(*)`,
    String(!came),
    ...noted.map(([, value]) => value),
  ];
  const empty = keys.filter(({ optional }) => optional).map(({ from }) => `(${from}) IS NOT NULL`);
  const by = [...keys.map((_key, index) => String(index + 1)), ...(counter ? [counter.of] : [])];
  return [
    `INSERT INTO ${notes.table} (${columns.join(', ')})`,
    `SELECT ${values.join(', ')}`,
    `FROM ${rows}`,
    ...(empty.length > 0 ? [`WHERE ${empty.join(' AND ')}`] : []),
    `GROUP BY ${by.join(', ')};`,
  ].join('\n');
}
