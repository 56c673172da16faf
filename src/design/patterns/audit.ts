import type { ColumnDraft, Draft, TableDraft } from '../draft.ts';
import { singularOf } from '../naming.ts';
import { tenantTables } from '../tenancy/who.ts';
import type { Pattern } from './pattern.ts';
import { keyOf } from './relation.ts';
import { indented } from './summary.ts';
import { addFunction, addTrigger, fullName, raise } from './trigger.ts';

/** A history of every insert, update and delete, written by a trigger into a table of its own. */
export const audit: Pattern = {
  name: 'audit',
  apply(draft) {
    for (const table of draft.tables.slice()) if (table.entity?.history === 'audit') addHistory(draft, table);
  },
};

/** Columns whose values must not be copied elsewhere: sensitive fields, and personal ones that a lifecycle claim empties in the table itself. */
export function personalColumns(draft: Draft, table: TableDraft): readonly string[] {
  const { requirements } = draft.task;
  const entity = table.entity!;
  const emptied = requirements.lifecycle.some(({ of, then }) => then === 'anonymise' && of === entity.id);
  const hidden = entity.fields.filter(
    ({ name, sensitive }) =>
      sensitive || (emptied && requirements.privacy.some(({ of }) => of === `${entity.id}.${name}`)),
  );
  return hidden.flatMap((field) =>
    table.columns.filter(({ of }) => of === field.name).map(({ name }) => name),
  );
}

function addHistory(draft: Draft, table: TableDraft): void {
  const { habits } = draft;
  const entity = table.entity!;
  const claims = [entity.id];
  const { schema } = table.name;
  const name = draft.take({
    schema,
    name: habits.camel ? `${singularOf(table.name.name)}Audit` : `${singularOf(table.name.name)}_audit`,
  });
  const key = keyOf(draft, table);
  const history: TableDraft = {
    of: `${entity.id} audit`,
    name: { schema, name },
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
    more: Partial<Pick<ColumnDraft, 'default' | 'generated' | 'notNull' | 'comment'>> = {},
  ): void => {
    history.columns.push({ notNull: true, ...more, name: name_, type, of: name_, rank: 2, claims });
  };
  column('audit_id', 'bigint', { generated: 'GENERATED ALWAYS AS IDENTITY' });
  for (const part of key) column(part.name, part.type);
  column('operation', 'text');
  column('changed_at', 'timestamptz', { default: 'clock_timestamp()' });
  column('changed_by', 'text', { default: 'session_user', comment: 'Role that was logged in' });
  column('changed_for', 'text', {
    notNull: false,
    default: `nullif(current_setting('app.user', true), '')`,
    comment: "Person the application acted for: SET LOCAL app.user = '…'",
  });
  column('old_row', 'jsonb', { notNull: false });
  column('new_row', 'jsonb', { notNull: false });
  const constraint = (suffix: string): string => draft.take({ schema, name: `${name}_${suffix}` });
  history.constraints.push(
    {
      name: draft.take({ schema, name: habits.templates.primary(name, ['audit_id']) }),
      kind: 'primary',
      columns: ['audit_id'],
      definition: 'PRIMARY KEY (audit_id)',
      claims,
    },
    {
      name: constraint('operation_check'),
      kind: 'check',
      columns: ['operation'],
      definition: "CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'))",
      claims,
    },
  );
  const keyColumns = key.map((part) => part.name);
  const indexColumns = [...keyColumns, 'audit_id'];
  history.indexes.push({
    name: draft.take({ schema, name: habits.templates.index(name, keyColumns) }),
    unique: false,
    columns: indexColumns,
    definition: `(${draft.list(indexColumns)})`,
    claims,
    support: false,
    reason: `The history of one row of ${table.name.name}, in order`,
  });
  draft.tables.splice(draft.tables.indexOf(table) + 1, 0, history);
  const secret = personalColumns(draft, table);
  write(draft, table, history, keyColumns, secret);
  protect(draft, history);
  draft.choose(
    table.name.name,
    `history in ${name}, written by a trigger that runs as the owner`,
    `no way of writing goes around it, TRUNCATE included, and who writes needs no rights on the history${secret.length > 0 ? `; ${secret.join(', ')} ${secret.length > 1 ? 'are' : 'is'} left out` : ''}`,
    claims,
  );
}

/** Stops a TRUNCATE of tenants' rows by an owner who would see those of one tenant only; nothing where tenants do not share the table. */
export function wholeTable(draft: Draft, table: TableDraft): string {
  const { requirements } = draft.task;
  if (requirements.tenancy?.model !== 'shared') return '';
  if (!tenantTables(draft).some((one) => one.table === table)) return '';
  const refuse = raise(draft, table.name, {
    rule: `${table.name.name}_truncate`,
    state: '42501',
    message: `'TRUNCATE takes the rows of all tenants, and those of one at most could be told of'`,
    hint: 'DELETE the rows of each tenant.',
  });
  const name = draft.engine.quote.literal(fullName(draft, table.name));
  return `  IF row_security_active(${name}::regclass) THEN\n${indented(refuse, 4)}\n  END IF;\n`;
}

function write(
  draft: Draft,
  table: TableDraft,
  history: TableDraft,
  key: readonly string[],
  secret: readonly string[],
): void {
  const { quote } = draft.engine;
  const { claims } = history;
  const json = (row: string): string =>
    `to_jsonb(${row})${secret.map((each) => ` - ${quote.literal(each)}`).join('')}`;
  const keyOfRow = (row: string): string => key.map((each) => `${row}.${quote.identifier(each)}`).join(', ');
  const into = `INSERT INTO ${fullName(draft, history.name)} (${draft.list(key)}, operation, old_row, new_row)`;
  const record = (row: string, before: string, after: string): string =>
    `${into}\nVALUES (${keyOfRow(row)}, TG_OP, ${before}, ${after});`;
  const body = [
    `IF TG_OP = 'TRUNCATE' THEN\n${wholeTable(draft, table)}${indented(`${into}\nSELECT ${keyOfRow('gone')}, TG_OP, ${json('gone')}, NULL\nFROM ${fullName(draft, table.name)} AS gone;`, 2)}`,
    `ELSIF TG_OP = 'INSERT' THEN\n${indented(record('NEW', 'NULL', json('NEW')), 2)}`,
    `ELSIF TG_OP = 'DELETE' THEN\n${indented(record('OLD', json('OLD'), 'NULL'), 2)}`,
    // The image operator knows every type, also those without an equality.
    `ELSIF OLD *<> NEW THEN\n${indented(record('NEW', json('OLD'), json('NEW')), 2)}`,
    'END IF;',
    'RETURN NULL;',
  ].join('\n');
  const name = `${history.name.name}_write`;
  const routine = addFunction(draft, history, {
    name,
    body,
    rights: 'owner',
    claims,
    reason: `Writes what happened to ${table.name.name}`,
  });
  const watched = { ...table, after: history.after };
  addTrigger(draft, watched, {
    name,
    when: 'AFTER INSERT OR UPDATE OR DELETE',
    lines: ['FOR EACH ROW'],
    routine,
    claims,
    reason: `Every change of ${table.name.name} is written down`,
  });
  addTrigger(draft, watched, {
    name: `${history.name.name}_truncate`,
    when: 'BEFORE TRUNCATE',
    lines: ['FOR EACH STATEMENT'],
    routine,
    claims,
    reason: 'A truncated row leaves a record like a deleted one',
  });
}

/** Records stay as they were written; a lifecycle claim of the history itself lets old ones go. */
function protect(draft: Draft, history: TableDraft): void {
  const { claims, name } = history;
  const rule = draft.take({ schema: name.schema, name: `${name.name}_append_only` });
  const refuse = raise(draft, name, {
    rule,
    state: '42501',
    message: `format('%s is not allowed: records of a history stay as they were written', TG_OP)`,
  });
  const kept = draft.task.requirements.lifecycle.find(
    ({ of, then }) => of === name.name && then !== 'anonymise',
  );
  const old =
    kept &&
    `IF TG_OP = 'DELETE' THEN\n  IF OLD.changed_at < now() - interval '${kept.keepDays} days' THEN\n    RETURN OLD;\n  END IF;\nEND IF;`;
  const routine = addFunction(draft, history, {
    name: `${name.name}_protect`,
    body: [...(old ? [old] : []), refuse].join('\n'),
    rights: 'caller',
    claims,
    reason: `Keeps the records of ${name.name} from being changed`,
  });
  const trigger = (suffix: string, when: string, each: string): void =>
    addTrigger(draft, history, {
      name: `${rule}${suffix}`,
      when,
      lines: [`FOR EACH ${each}`],
      routine,
      claims,
      reason:
        'Not even the owner changes a record without switching the trigger off, which the catalog shows',
    });
  trigger('', 'BEFORE UPDATE OR DELETE', 'ROW');
  trigger('_all', 'BEFORE TRUNCATE', 'STATEMENT');
}
