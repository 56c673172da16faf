import type { Draft, TableDraft } from '../draft.ts';
import { personalColumns, wholeTable } from './audit.ts';
import type { Pattern } from './pattern.ts';
import { keyOf } from './relation.ts';
import { indented } from './summary.ts';
import { addFunction, addTrigger, fullName } from './trigger.ts';

/** Messages that one call takes at most when the caller does not say. */
const batch = 100;

/** Messages about changed rows, written in the transaction that changes them and taken by any number of consumers. */
export const outbox: Pattern = {
  name: 'outbox',
  apply(draft) {
    const asking = draft.tables.filter(({ entity }) => entity?.outbox);
    if (asking.length === 0) return;
    const messages = messageTable(draft, asking);
    for (const table of asking) tell(draft, table, messages);
  },
};

function messageTable(draft: Draft, asking: readonly TableDraft[]): TableDraft {
  const { habits } = draft;
  const { schema } = asking[0]!.name;
  const claims = asking.map(({ of }) => of);
  const name = draft.take({ schema, name: 'outbox' });
  const messages: TableDraft = {
    of: 'outbox',
    name: { schema, name },
    columns: [],
    key: ['id'],
    constraints: [],
    indexes: [],
    after: [],
    claims,
    comment: 'Messages that wait for a consumer, oldest first; what was taken is gone',
  };
  const column = (
    name_: string,
    type: string,
    more: { readonly default?: string; readonly generated?: string } = {},
  ): void => {
    messages.columns.push({ name: name_, type, notNull: true, of: name_, rank: 2, claims, ...more });
  };
  column('id', 'bigint', { generated: 'GENERATED ALWAYS AS IDENTITY' });
  column('topic', 'text');
  column('key', 'jsonb');
  column('operation', 'text');
  column('payload', 'jsonb');
  column('written_at', 'timestamptz', { default: 'clock_timestamp()' });
  messages.constraints.push(
    {
      name: draft.take({ schema, name: habits.templates.primary(name, ['id']) }),
      kind: 'primary',
      columns: ['id'],
      definition: 'PRIMARY KEY (id)',
      claims,
    },
    {
      name: draft.take({ schema, name: `${name}_operation_check` }),
      kind: 'check',
      columns: ['operation'],
      definition: "CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE'))",
      claims,
    },
  );
  const order = ['topic', 'key', 'id'];
  messages.indexes.push({
    name: draft.take({ schema, name: habits.templates.index(name, order) }),
    unique: false,
    columns: order,
    definition: `(${draft.list(order)})`,
    claims,
    support: false,
    reason: 'Finds the oldest message about a row, so that messages about one row are taken in order',
  });
  draft.tables.push(messages);
  draft.upkeep.push({ table: messages.name, sql: '', kind: 'exact' });
  const quoted = draft.engine.quote.name(messages.name);
  draft.choose(
    name,
    takeStatement(quoted, String(batch)).replaceAll(/\s+/g, ' '),
    'what is taken is gone with the commit of its consumer and back after a rollback; consumers skip what others hold, and the messages about one row come in order, one at a time',
    claims,
  );
  return messages;
}

/** Takes the oldest message about each row, of rows whose oldest message nobody else holds. */
function takeStatement(messages: string, limit: string): string {
  return `DELETE FROM ${messages}
WHERE id = ANY (ARRAY(
  SELECT next.id
  FROM ${messages} AS next
  WHERE NOT EXISTS (
    SELECT FROM ${messages} AS earlier
    WHERE earlier.topic = next.topic AND earlier.key = next.key AND earlier.id < next.id
  )
  ORDER BY next.id
  LIMIT ${limit}
  FOR UPDATE SKIP LOCKED
))
RETURNING id, topic, key, operation, payload, written_at`;
}

function tell(draft: Draft, table: TableDraft, messages: TableDraft): void {
  const { quote } = draft.engine;
  const entity = table.entity!;
  const claims = [entity.id];
  const topic = table.name.name;
  const key = keyOf(draft, table).map(({ name }) => name);
  const hidden = personalColumns(draft, table);
  const json = (row: string): string =>
    `to_jsonb(${row})${hidden.map((each) => ` - ${quote.literal(each)}`).join('')}`;
  const keyOfRow = (row: string): string =>
    `jsonb_build_object(${key.map((each) => `${quote.literal(each)}, ${row}.${quote.identifier(each)}`).join(', ')})`;
  const into = `INSERT INTO ${fullName(draft, messages.name)} (topic, key, operation, payload)`;
  const message = (row: string): string =>
    `${into}\nVALUES (${quote.literal(topic)}, ${keyOfRow(row)}, TG_OP, ${json(row)});`;
  const body = [
    `IF TG_OP = 'TRUNCATE' THEN\n${wholeTable(draft, table)}${indented(`${into}\nSELECT ${quote.literal(topic)}, ${keyOfRow('gone')}, 'DELETE', ${json('gone')}\nFROM ${fullName(draft, table.name)} AS gone;`, 2)}`,
    `ELSIF TG_OP = 'DELETE' THEN\n${indented(message('OLD'), 2)}`,
    `ELSIF TG_OP = 'INSERT' THEN\n${indented(message('NEW'), 2)}`,
    // The image operator knows every type, also those without an equality.
    `ELSIF OLD *<> NEW THEN\n${indented(message('NEW'), 2)}`,
    'END IF;',
    'RETURN NULL;',
  ].join('\n');
  const name = `${table.name.name}_outbox`;
  const routine = addFunction(draft, messages, {
    name,
    body,
    rights: 'owner',
    claims,
    reason: `Writes a message about each changed row of ${topic}, in the same transaction`,
  });
  const trigger = (suffix: string, when: string, lines: readonly string[], reason: string): void =>
    addTrigger(
      draft,
      { ...table, after: messages.after },
      { name: `${name}${suffix}`, when, lines, routine, claims, reason },
    );
  trigger(
    '',
    'AFTER INSERT OR UPDATE OR DELETE',
    ['FOR EACH ROW'],
    `Every change of ${topic} becomes a message, or neither happens`,
  );
  trigger(
    '_truncate',
    'BEFORE TRUNCATE',
    ['FOR EACH STATEMENT'],
    'Rows that are truncated are told like deleted ones',
  );
  draft.features.push({
    kind: 'outbox',
    entity: entity.id,
    table: table.name,
    messages: messages.name,
    topic,
    take: takeStatement(quote.name(messages.name), '$1'),
  });
}
