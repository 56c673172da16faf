import { fail } from '../../base/error.ts';
import type { Draft, TableDraft } from '../draft.ts';
import type { Pattern } from './pattern.ts';
import { indented } from './summary.ts';
import { addFunction, addTrigger, raise } from './trigger.ts';

const column = 'version';

/** Optimistic locking: a number that every update raises, so that `WHERE version = …` finds nothing once somebody else has written. */
export const version: Pattern = {
  name: 'version',
  apply(draft) {
    for (const table of draft.tables) if (table.entity?.optimistic) count(draft, table);
  },
};

function count(draft: Draft, table: TableDraft): void {
  const { quote } = draft.engine;
  const entity = table.entity!;
  const claims = [entity.id];
  if (
    table.columns.some(({ name }) => name === column) ||
    table.existing?.columns.some(({ name }) => name === column)
  )
    fail(
      'task.wrong-value',
      `${entity.id} is locked optimistically and has a field called ${column} already.`,
      { hint: 'Give the field another name, or leave out `optimistic`.' },
    );
  table.columns.push({
    name: column,
    type: 'integer',
    notNull: true,
    default: '1',
    of: column,
    rank: 3,
    claims,
    comment:
      'Raised by every update; an update that gives the version it has read finds no row once another has written',
  });
  const { schema } = table.name;
  const rule = draft.take({ schema, name: `${table.name.name}_${column}` });
  const refuse = raise(draft, table.name, {
    rule,
    column,
    message: `format('the row has version %s: it becomes %s, not %s', OLD.${column}, OLD.${column} + 1, NEW.${column})`,
    hint: 'Read the row again, and update it WHERE version = the version that was read.',
  });
  const routine = addFunction(draft, table, {
    name: `${table.name.name}_raise_${column}`,
    body: `IF NEW.${column} IS NULL OR NEW.${column} NOT IN (OLD.${column}, OLD.${column} + 1) THEN\n${indented(refuse, 2)}\nEND IF;\nNEW.${column} := OLD.${column} + 1;\nRETURN NEW;`,
    rights: 'caller',
    claims,
    reason: `Raises the version of ${table.name.name} by one`,
  });
  addTrigger(draft, table, {
    name: rule,
    when: 'BEFORE UPDATE',
    lines: ['FOR EACH ROW'],
    routine,
    claims,
    reason: `No update of ${table.name.name} leaves the version as it was`,
  });
  draft.features.push({ kind: 'version', entity: entity.id, table: table.name, column, rule });
  draft.choose(
    `${table.name.name}.${column}`,
    `UPDATE ${quote.name(table.name)} SET … WHERE ${draft.list(table.key.length > 0 ? table.key : ['id'])} = … AND version = :version`,
    'no row is changed when somebody else has written since it was read: the application then reads again; nothing is locked meanwhile',
    claims,
  );
}
