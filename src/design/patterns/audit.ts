import type { Draft, TableDraft } from '../draft.ts';
import { singularOf } from '../naming.ts';
import type { Pattern } from './pattern.ts';
import { keyOf } from './relation.ts';

/** A history of every insert, update and delete, written by a trigger into a table of its own. */
export const audit: Pattern = {
  name: 'audit',
  apply(draft) {
    for (const table of draft.tables.slice()) if (table.entity?.history === 'audit') addHistory(draft, table);
  },
};

function addHistory(draft: Draft, table: TableDraft): void {
  const { engine, habits } = draft;
  const { quote } = engine;
  const entity = table.entity!;
  const claims = [entity.id];
  const { schema } = table.name;
  const name = {
    schema,
    name: draft.take({
      schema,
      name: habits.camel ? `${singularOf(table.name.name)}Audit` : `${singularOf(table.name.name)}_audit`,
    }),
  };
  const key = keyOf(draft, table);
  const history: TableDraft = {
    of: `${entity.id} audit`,
    name,
    columns: [],
    key: ['audit_id'],
    constraints: [],
    indexes: [],
    after: [],
    claims: [...claims],
    comment: `Every change of ${table.name.name}: who, when, before and after`,
  };
  const column = (
    name_: string,
    type: string,
    more: { readonly default?: string; readonly generated?: string; readonly notNull?: boolean } = {},
  ): void => {
    history.columns.push({
      name: name_,
      type,
      notNull: more.notNull ?? true,
      of: name_,
      rank: 2,
      claims,
      ...(more.default ? { default: more.default } : {}),
      ...(more.generated ? { generated: more.generated } : {}),
    });
  };
  column('audit_id', 'bigint', { generated: 'GENERATED ALWAYS AS IDENTITY' });
  for (const part of key) column(part.name, part.type);
  column('operation', 'text');
  column('changed_at', 'timestamptz', { default: 'clock_timestamp()' });
  column('changed_by', 'text', { default: 'session_user' });
  column('old_row', 'jsonb', { notNull: false });
  column('new_row', 'jsonb', { notNull: false });
  const constraint = (suffix: string): string => draft.take({ schema, name: `${name.name}_${suffix}` });
  history.constraints.push(
    {
      name: draft.take({ schema, name: habits.templates.primary(name.name, ['audit_id']) }),
      kind: 'primary',
      columns: ['audit_id'],
      definition: 'PRIMARY KEY (audit_id)',
      claims,
    },
    {
      name: constraint('operation_check'),
      kind: 'check',
      columns: ['operation'],
      definition: "CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE'))",
      claims,
    },
  );
  const keyColumns = key.map((part) => part.name);
  const indexColumns = [...keyColumns, 'audit_id'];
  history.indexes.push({
    name: draft.take({ schema, name: habits.templates.index(name.name, keyColumns) }),
    unique: false,
    columns: indexColumns,
    definition: `(${draft.list(indexColumns)})`,
    claims,
    support: false,
    reason: `The history of one row of ${table.name.name}, in order`,
  });
  draft.tables.splice(draft.tables.indexOf(table) + 1, 0, history);

  const secret = entity.fields
    .filter(({ sensitive }) => sensitive)
    .flatMap((field) => table.columns.filter(({ of }) => of === field.name).map((each) => each.name));
  const json = (row: string): string =>
    `to_jsonb(${row})${secret.map((each) => ` - ${quote.literal(each)}`).join('')}`;
  const routine = quote.name({ schema, name: draft.take({ schema, name: `${name.name}_write` }) });
  const insert = (row: string, before: string, after: string): string =>
    `    INSERT INTO ${quote.name(name)} (${draft.list(keyColumns)}, operation, old_row, new_row)\n    VALUES (${keyColumns.map((each) => `${row}.${quote.identifier(each)}`).join(', ')}, TG_OP, ${before}, ${after});`;
  history.after.push(
    {
      sql: `CREATE FUNCTION ${routine}() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = ${quote.identifier(schema)}, pg_temp
AS $audit$
BEGIN
  IF TG_OP = 'INSERT' THEN
${insert('NEW', 'NULL', json('NEW'))}
  ELSIF TG_OP = 'DELETE' THEN
${insert('OLD', json('OLD'), 'NULL')}
  ELSIF OLD.* IS DISTINCT FROM NEW.* THEN
${insert('NEW', json('OLD'), json('NEW'))}
  END IF;
  RETURN NULL;
END
$audit$`,
      claims,
      reason: `Writes what happened to ${table.name.name}`,
      undo: `DROP FUNCTION ${routine}()`,
    },
    {
      sql: `CREATE TRIGGER ${quote.identifier(`${name.name}_write`)}\n  AFTER INSERT OR UPDATE OR DELETE ON ${quote.name(table.name)}\n  FOR EACH ROW EXECUTE FUNCTION ${routine}()`,
      claims,
      reason: `Every change of ${table.name.name} is written down`,
      undo: `DROP TRIGGER ${quote.identifier(`${name.name}_write`)} ON ${quote.name(table.name)}`,
    },
  );
  draft.choose(
    table.name.name,
    `history in ${name.name}, written by a trigger`,
    `no way of writing goes around it${secret.length > 0 ? '; sensitive fields are left out' : ''}`,
    claims,
  );
}
