import type { Draft, TableDraft } from '../draft.ts';
import type { DesignedRelation } from '../model.ts';
import { cased } from '../naming.ts';
import type { Pattern } from './pattern.ts';
import { keyOf } from './relation.ts';
import { indented } from './summary.ts';
import { tenantSetting, tenantTables } from '../tenancy/who.ts';
import { tenantValue } from './isolation.ts';
import { addFunction, addTrigger, fullName, raise } from './trigger.ts';

const mark = 'deleted_at';

/** References to rows that may be deleted softly: no living row begins to refer to a deleted one, and what is deleted along is deleted with its parent. */
export const alive: Pattern = {
  name: 'alive',
  apply(draft) {
    const locked = new Set<TableDraft>();
    for (const made of draft.relations) {
      const to = drafted(draft, made.to);
      const from = drafted(draft, made.table);
      if (!to || !from || to.entity?.history !== 'soft-delete') continue;
      keepAlive(draft, from, to, made);
      if (!locked.has(to)) waitForChildren(draft, to);
      locked.add(to);
      follow(draft, from, to, made);
    }
  },
};

function drafted(draft: Draft, name: TableDraft['name']): TableDraft | undefined {
  return draft.tables.find((table) => table.name.name === name.name && table.name.schema === name.schema);
}

function softly(table: TableDraft): boolean {
  return table.entity?.history === 'soft-delete';
}

/**
 * A soft deletion locks the row as a real one does, so that it waits for children that are being written and they wait for it.
 * Children then need the lock of a foreign key only: two of them can go on to change their parent without a deadlock.
 */
function waitForChildren(draft: Draft, to: TableDraft): void {
  const { quote } = draft.engine;
  const claims = to.claims.slice(0, 1);
  const key = keyOf(draft, to).map(({ name }) => quote.identifier(name));
  const name = cased(`${to.name.name}_delete_alone`, draft.habits);
  const routine = addFunction(draft, to, {
    name,
    body: `PERFORM FROM ${fullName(draft, to.name)} AS kept
WHERE ${key.map((column) => `kept.${column} = OLD.${column}`).join(' AND ')}
FOR UPDATE;
RETURN NEW;`,
    rights: 'owner',
    claims,
    reason: `Waits for rows that begin to refer to a row of ${to.name.name}, and lets no other begin`,
  });
  addTrigger(draft, to, {
    name,
    when: 'BEFORE UPDATE',
    lines: ['FOR EACH ROW', `WHEN (OLD.${mark} IS NULL AND NEW.${mark} IS NOT NULL)`],
    routine,
    claims,
    reason: 'A soft deletion excludes new references as a real one does',
  });
}

/** The parent is locked while it is looked at, so that it is not deleted before the child is there. */
function keepAlive(draft: Draft, from: TableDraft, to: TableDraft, made: DesignedRelation): void {
  const { quote } = draft.engine;
  const claims = [made.id];
  const own = made.columns.map((column) => quote.identifier(column));
  const keys = made.toColumns.map((column) => quote.identifier(column));
  const rule = draft.take({
    schema: from.name.schema,
    name: cased(`${from.name.name}_${made.columns.join('_')}_alive`, draft.habits),
  });
  const refuse = raise(draft, from.name, {
    rule,
    state: '23503',
    column: made.columns[0]!,
    message: quote.literal(`the row of ${to.name.name} is deleted`),
  });
  const locked = `${seen(draft, to, made)}SELECT parent.${mark} INTO deleted
FROM ${fullName(draft, to.name)} AS parent
WHERE ${own.map((column, i) => `parent.${keys[i]!} = NEW.${column}`).join(' AND ')}
FOR KEY SHARE;
IF deleted IS NOT NULL THEN
${indented(refuse, 2)}
END IF;
RETURN NULL;`;
  const routine = addFunction(draft, from, {
    name: cased(`${from.name.name}_${made.columns.join('_')}_guard`, draft.habits),
    declare: ['deleted timestamptz'],
    body: locked,
    rights: 'owner',
    claims,
    reason: `Looks whether the row of ${to.name.name} lives, and keeps it from being deleted meanwhile`,
  });
  const set = own.map((column) => `NEW.${column} IS NOT NULL`).join(' AND ');
  const living = softly(from) ? ` AND NEW.${mark} IS NULL` : '';
  const changed = [
    ...own.map((column) => `OLD.${column} IS DISTINCT FROM NEW.${column}`),
    ...(softly(from) ? [`OLD.${mark} IS DISTINCT FROM NEW.${mark}`] : []),
  ].join(' OR ');
  addTrigger(draft, from, {
    name: rule,
    when: 'AFTER INSERT',
    lines: ['FOR EACH ROW', `WHEN (${set}${living})`],
    routine,
    claims,
    reason: `No new row of ${from.name.name} refers to a deleted one`,
  });
  addTrigger(draft, from, {
    name: `${rule}_change`,
    when: 'AFTER UPDATE',
    lines: ['FOR EACH ROW', `WHEN ((${changed}) AND ${set}${living})`],
    routine,
    claims,
    reason: softly(from)
      ? 'Nor does a changed one, or one that comes back before its parent'
      : 'Nor does a changed one',
  });
  draft.upkeep.push({
    table: to.name,
    kind: 'settle',
    past: mark,
    sql: `UPDATE ${quote.name(to.name)} AS parent SET ${mark} = NULL\nWHERE parent.${mark} IS NOT NULL AND EXISTS (\n  SELECT FROM ${quote.name(from.name)} AS child WHERE ${own.map((column, i) => `child.${column} = parent.${keys[i]!}`).join(' AND ')}\n)`,
  });
  draft.choose(
    `${from.name.name}.${made.columns.join(', ')}`,
    `may point at living rows of ${to.name.name} only when it is written`,
    `the foreign key does not know of ${mark}: without the trigger a new row could hang below a deleted one; while it is written its parent cannot be deleted by others`,
    claims,
  );
}

/** Stops a writer who goes around row security where the owner of the function does not: rows that it may not see would pass for rows that are not there. */
function seen(draft: Draft, looked: TableDraft, made: DesignedRelation): string {
  if (draft.task.requirements.tenancy?.model !== 'shared') return '';
  const shared = tenantTables(draft).find(({ table }) => table === looked);
  if (!shared || !made.columns.includes(shared.column)) return '';
  const refuse = raise(draft, looked.name, {
    rule: `${looked.name.name}_tenant`,
    state: '42501',
    message: `'the owner of the function may not see the rows of this tenant'`,
    hint: `Set ${tenantSetting} to the tenant of the row.`,
  });
  const name = draft.engine.quote.literal(fullName(draft, looked.name));
  return `IF row_security_active(${name}::regclass)
  AND NEW.${draft.engine.quote.identifier(shared.column)} IS DISTINCT FROM ${tenantValue(shared.type)} THEN
${indented(refuse, 2)}
END IF;
`;
}

/** Where a real deletion would take children along, a soft one does so too. */
function follow(draft: Draft, from: TableDraft, to: TableDraft, made: DesignedRelation): void {
  const { quote } = draft.engine;
  const relation = draft.task.requirements.relations.find(({ id }) => id === made.id);
  if (relation?.onDelete !== 'cascade') return;
  if (!softly(from)) {
    draft.choose(
      `${from.name.name}.${made.columns.join(', ')}`,
      `rows stay when their row of ${to.name.name} is deleted softly`,
      `they are not deleted softly themselves, and a real deletion could not be taken back; they go when the row really goes`,
      [made.id],
    );
    return;
  }
  const claims = [made.id];
  const own = made.columns.map((column) => quote.identifier(column));
  const keys = made.toColumns.map((column) => quote.identifier(column));
  const name = cased(`${from.name.name}_follow_${to.name.name}`, draft.habits);
  const same = own.map((column, i) => `child.${column} = NEW.${keys[i]!}`).join(' AND ');
  const routine = addFunction(draft, from, {
    name,
    body: `${seen(draft, from, made)}IF NEW.${mark} IS NULL THEN
  UPDATE ${fullName(draft, from.name)} AS child
  SET ${mark} = NULL
  WHERE ${same} AND child.${mark} = OLD.${mark};
ELSE
  UPDATE ${fullName(draft, from.name)} AS child
  SET ${mark} = NEW.${mark}
  WHERE ${same} AND child.${mark} IS NULL;
END IF;
RETURN NULL;`,
    rights: 'owner',
    claims,
    reason: `Deletes rows of ${from.name.name} with their row of ${to.name.name}, and brings back those that went with it`,
  });
  addTrigger(
    draft,
    { ...to, after: from.after },
    {
      name,
      when: 'AFTER UPDATE',
      lines: ['FOR EACH ROW', `WHEN ((OLD.${mark} IS NULL) <> (NEW.${mark} IS NULL))`],
      routine,
      claims,
      reason: 'A soft deletion cascades as a real one does',
    },
  );
}
