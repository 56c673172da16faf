import type { Name } from '../../catalog/model.ts';
import type { Routine } from '../../task/model.ts';
import { tableOf, type ColumnDraft, type Draft, type TableDraft } from '../draft.ts';
import { dollarTag, shifted, writableColumns, type PlainColumn } from '../writable.ts';
import { conflictColumns, conflictTarget } from './upsert.ts';

/** A staging table, a table of refused rows, and a procedure that moves rows from the first into the entity's table in batches. */
export function addBulk(draft: Draft, each: Routine, name: Name): void {
  const { quote } = draft.engine;
  const table = tableOf(draft, each.of!);
  const on = conflictColumns(draft, table, each);
  const columns = writableColumns(table, on);
  const free = (wanted: string): string =>
    columns.some((column) => column.name === wanted) ? free(`${wanted}_`) : wanted;
  const key = free('load_id');
  const staging = side(draft, table, each, {
    name: `${table.name.name}_load`,
    key,
    comment: `Rows on their way into ${table.name.name}: all text, so that COPY takes what comes`,
    columns: columns.map((column) => ({ name: column.name, type: 'text', notNull: false })),
  });
  const errors = side(draft, table, each, {
    name: `${table.name.name}_load_error`,
    key: 'error_id',
    comment: `Rows that ${table.name.name} refused, with the reason`,
    columns: [
      { name: 'staged_row', type: 'jsonb', notNull: true },
      { name: 'sqlstate', type: 'text', notNull: true },
      { name: 'reason', type: 'text', notNull: true },
      { name: 'constraint_name', type: 'text', notNull: false },
      { name: 'failed_at', type: 'timestamptz', notNull: true, default: 'clock_timestamp()' },
    ],
  });
  const routine = quote.name(name);
  const body = bodyOf(draft, {
    routine: quote.identifier(name.name),
    table,
    columns,
    on,
    key,
    staging,
    errors,
  });
  const tag = dollarTag('load', body);
  const says = quote.literal(`${each.says} (${draft.task.id} ${each.id})`);
  draft.late.push(
    {
      sql: `CREATE PROCEDURE ${routine}(\n  INOUT loaded bigint DEFAULT 0,\n  INOUT failed bigint DEFAULT 0,\n  IN batch integer DEFAULT ${each.batch}\n)\n  LANGUAGE plpgsql\nAS ${tag}\n${body}\n${tag}`,
      claims: [each.id],
      reason: `${each.id}: ${each.says}`,
      undo: `DROP PROCEDURE ${routine}`,
    },
    {
      sql: `COMMENT ON PROCEDURE ${routine}(bigint, bigint, integer) IS ${says}`,
      claims: [each.id],
      reason: `Documents ${name.name}`,
      undo: '',
    },
  );
  for (const each_ of [staging, errors]) draft.upkeep.push({ table: each_, sql: '', kind: 'exact' });
  draft.routines.push({
    kind: 'bulk',
    id: each.id,
    name,
    table: table.name,
    columns: columns.map((column) => column.name),
    on,
    staging,
    stagedKey: key,
    errors,
  });
  draft.choose(
    name.name,
    `COPY into ${staging.name}, then CALL ${name.name}()`,
    'a staging table takes any number of rows at the speed of COPY, where one argument of jsonb would have to fit into memory; what was loaded leaves it in the same transaction, so a call that was interrupted is simply made again',
    [each.id],
  );
  draft.choose(
    name.name,
    'names are written with their schema, and there is no SET search_path',
    'a procedure with settings of its own may not end transactions',
    [each.id],
  );
}

interface Side {
  readonly name: string;
  readonly key: string;
  readonly comment: string;
  readonly columns: readonly Pick<ColumnDraft, 'name' | 'type' | 'notNull' | 'default'>[];
}

/** A table beside the entity's own. */
function side(draft: Draft, table: TableDraft, each: Routine, wanted: Side): Name {
  const { schema } = table.name;
  const name = { schema, name: draft.take({ schema, name: wanted.name }) };
  const common = { claims: [each.id], rank: 2 as const };
  draft.tables.push({
    of: `${each.id} ${wanted.name}`,
    name,
    columns: [
      {
        ...common,
        name: wanted.key,
        of: wanted.key,
        type: 'bigint',
        notNull: true,
        generated: 'GENERATED ALWAYS AS IDENTITY',
        rank: 0,
      },
      ...wanted.columns.map((column) => ({ ...common, ...column, of: column.name })),
    ],
    key: [wanted.key],
    constraints: [
      {
        name: draft.take({ schema, name: draft.habits.templates.primary(name.name, [wanted.key]) }),
        kind: 'primary',
        columns: [wanted.key],
        definition: `PRIMARY KEY (${draft.list([wanted.key])})`,
        claims: [each.id],
      },
    ],
    indexes: [],
    after: [],
    claims: [each.id],
    comment: wanted.comment,
  });
  return name;
}

interface Load {
  readonly routine: string;
  readonly table: TableDraft;
  readonly columns: readonly PlainColumn[];
  readonly on: readonly string[];
  readonly key: string;
  readonly staging: Name;
  readonly errors: Name;
}

function bodyOf(draft: Draft, { routine, table, columns, on, key, staging, errors }: Load): string {
  const { quote, types } = draft.engine;
  const full = ({ schema, name }: Name): string => `${quote.identifier(schema)}.${quote.identifier(name)}`;
  const id = quote.identifier(key);
  const value = (column: PlainColumn): string => {
    const text = `staged.${quote.identifier(column.name)}`;
    // A cast to a text of some length would cut what is too long; the assignment refuses it.
    const typed = types.family(column.type) === 'text' ? text : `${text}::${column.type}`;
    return column.default === undefined ? typed : `coalesce(${typed}, ${column.default})`;
  };
  const changed = columns.filter((column) => !on.includes(column.name) && !table.key.includes(column.name));
  const sets = changed.map(
    (column) => `${quote.identifier(column.name)} = excluded.${quote.identifier(column.name)}`,
  );
  const conflict =
    on.length === 0
      ? ''
      : `\nON CONFLICT ${conflictTarget(draft, table, on)} ${sets.length > 0 ? `DO UPDATE SET\n  ${sets.join(',\n  ')}` : 'DO NOTHING'}`;
  const insert = (
    where: string,
  ): string => `INSERT INTO ${full(table.name)} (${draft.list(columns.map((column) => column.name))})
SELECT
  ${columns.map(value).join(',\n  ')}
FROM ${full(staging)} AS staged
WHERE staged.${id} ${where}
ORDER BY ${[...on.map((column) => `staged.${quote.identifier(column)}`), `staged.${id}`].join(', ')}${conflict};`;
  return `#variable_conflict use_column
<<bulk>>
DECLARE
  taken       bigint[];
  one         bigint;
  error_state text;
  error_text  text;
  error_name  text;
BEGIN
  IF batch < 1 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'batch must be at least 1';
  END IF;
  loaded := 0;
  failed := 0;
  LOOP
    -- Rows that another session is loading are left to it.
    SELECT array_agg(next.${id} ORDER BY next.${id}) INTO taken
    FROM (
      SELECT staged.${id}
      FROM ${full(staging)} AS staged
      ORDER BY staged.${id}
      LIMIT ${routine}.batch
      FOR UPDATE SKIP LOCKED
    ) AS next;
    EXIT WHEN taken IS NULL;

    BEGIN
${shifted(insert('= ANY (bulk.taken)'), 6)}
      loaded := loaded + cardinality(taken);
    EXCEPTION WHEN data_exception OR integrity_constraint_violation OR cardinality_violation OR raise_exception THEN
      -- One of them is bad: row by row, so that only that one is left out.
      FOREACH one IN ARRAY taken LOOP
        BEGIN
${shifted(insert('= bulk.one'), 10)}
          loaded := loaded + 1;
        EXCEPTION WHEN data_exception OR integrity_constraint_violation OR raise_exception THEN
          GET STACKED DIAGNOSTICS
            error_state = RETURNED_SQLSTATE, error_text = MESSAGE_TEXT, error_name = CONSTRAINT_NAME;
          INSERT INTO ${full(errors)} (staged_row, sqlstate, reason, constraint_name)
          SELECT to_jsonb(staged), bulk.error_state, bulk.error_text, nullif(bulk.error_name, '')
          FROM ${full(staging)} AS staged
          WHERE staged.${id} = bulk.one;
          failed := failed + 1;
        END;
      END LOOP;
    END;

    DELETE FROM ${full(staging)} AS staged WHERE staged.${id} = ANY (bulk.taken);
    -- What was loaded stays, whatever happens to the rest.
    COMMIT;
  END LOOP;
END`;
}
