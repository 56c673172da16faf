import type { Relation } from '../../task/model.ts';
import { columnsOf, tableOf, type Draft, type TableDraft } from '../draft.ts';
import { cased } from '../naming.ts';
import { circleCheck, hasParent, moved, type Tree } from './circle.ts';
import { addClosure } from './closure.ts';
import type { Pattern } from './pattern.ts';
import { keyOf } from './relation.ts';
import { addFunction, addTrigger, fullName } from './trigger.ts';

/** Hierarchies: a parent that never is a row's own descendant, and where asked a table of all ancestors. */
export const tree: Pattern = {
  name: 'tree',
  apply(draft) {
    for (const each of draft.task.requirements.relations) {
      if (each.via !== undefined || each.to.length > 1) continue;
      const table = tableOf(draft, each.from);
      if (tableOf(draft, each.to[0]!) !== table) continue;
      if (each.tree !== undefined) grow(draft, table, each);
      else
        draft.choose(
          `${table.name.name}.${each.name}`,
          'rows may refer to each other in a circle',
          'the task does not call it a tree; `tree: adjacency` keeps circles out',
          [each.id],
        );
      if (each.tree !== 'closure') advise(draft, table, each);
    }
  },
};

function grow(draft: Draft, table: TableDraft, relation: Relation): void {
  const { quote } = draft.engine;
  const key = keyOf(draft, table).map(({ name }) => quote.identifier(name));
  const own = columnsOf(table, relation.name);
  const made: Tree = {
    relation,
    table,
    name: fullName(draft, table.name),
    key,
    parent: own.map((name) => quote.identifier(name)),
    column: own[0]!,
    rule: draft.take({
      schema: table.name.schema,
      name: cased(`${table.name.name}_${relation.name}_circle`, draft.habits),
    }),
    claims: [relation.id],
  };
  const closure = relation.tree === 'closure' ? addClosure(draft, made) : undefined;
  if (!closure) guard(draft, made);
  draft.features.push({
    kind: 'tree',
    entity: table.of,
    relation: relation.id,
    table: table.name,
    key: keyOf(draft, table).map(({ name }) => name),
    parent: own,
    rule: made.rule,
    ...(closure ? { closure } : {}),
  });
}

function guard(draft: Draft, made: Tree): void {
  const { table, claims, parent, rule } = made;
  const body = `IF TG_OP = 'UPDATE' THEN
  PERFORM pg_advisory_xact_lock(TG_RELID::bigint);
END IF;
${circleCheck(draft, made)}
RETURN NULL;`;
  const routine = addFunction(draft, table, {
    name: cased(`${table.name.name}_${made.relation.name}_guard`, draft.habits),
    body,
    rights: 'owner',
    claims,
    reason: `Keeps ${table.name.name} free of circles`,
  });
  for (const [suffix, event, when] of [
    ['', 'INSERT', hasParent(made, 'NEW')],
    ['_move', 'UPDATE', `(${moved(parent)}) AND ${hasParent(made, 'NEW')}`],
  ] as const)
    addTrigger(draft, table, {
      name: `${rule}${suffix}`,
      when: `AFTER ${event}`,
      lines: ['FOR EACH ROW', `WHEN (${when})`],
      routine,
      claims,
      reason: 'No row is above itself, however many move at once',
    });
  draft.choose(
    `${table.name.name}.${made.relation.name}`,
    'each row knows its parent; a trigger keeps circles out',
    'a check sees one row only; moves wait for each other, inserts for nobody',
    claims,
  );
}

/** Says when a table of all ancestors would pay, where a query of the task climbs the tree. */
function advise(draft: Draft, table: TableDraft, relation: Relation): void {
  const named = new RegExp(`(?<![\\p{L}\\p{N}_])"?${escaped(table.name.name)}"?(?![\\p{L}\\p{N}_])`, 'iu');
  const climbing = draft.task.requirements.access.filter(
    ({ sql }) => sql !== undefined && /\bwith\s+recursive\b/i.test(sql) && named.test(sql),
  );
  if (climbing.length === 0) return;
  draft.choose(
    `${table.name.name}.${relation.name}`,
    `${climbing.map(({ id }) => id).join(', ')} climbs the tree step by step; \`tree: closure\` keeps all ancestors in a table`,
    'it pays where such reads are many and trees deep: one index scan instead of one per level; each insert then writes a row per ancestor, each move all paths of the rows below',
    [relation.id, ...climbing.map(({ id }) => id)],
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
