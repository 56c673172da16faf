import { fail } from '../../base/error.ts';
import type { Rule } from '../../task/model.ts';
import { columnsOf, type Draft, type TableDraft } from '../draft.ts';
import { columnIn } from '../writable.ts';

/** Kinds of values that a GiST index takes by itself; all others need btree_gist. */
const native: readonly string[] = ['range', 'other', 'json', 'array'];

/** Adds the exclusion constraint of a rule and returns its name; throws `task.wrong-value` for what no exclusion can hold. */
export function addExclusion(draft: Draft, table: TableDraft, each: Rule, wanted: string): string {
  const { engine } = draft;
  const relations = draft.task.requirements.relations;
  const parts = Object.entries(each.exclude ?? {}).flatMap(([name, operator]) => {
    if (operator.includes('--') || operator.includes('/*'))
      fail('task.wrong-value', `The rule ${each.id} excludes by ${operator}, which is a comment.`);
    const choices = relations.find(
      (relation) => relation.name === name && relation.from === each.of && relation.to.length > 1,
    );
    if (choices)
      fail(
        'task.wrong-value',
        `The rule ${each.id} excludes by ${name}, of which one column is always empty: two rows would never meet.`,
        { hint: 'Give the rule one relation per target, or say it with `never:`.' },
      );
    return columnsOf(table, name).map((column) => ({ ...columnIn(table, column), operator }));
  });
  // What is compared for equality narrows the search most.
  const ordered = parts.toSorted((a, b) => Number(a.operator !== '=') - Number(b.operator !== '='));
  if (ordered.some(({ type }) => !native.includes(engine.types.family(type)))) {
    draft.extensions.set('btree_gist', [...(draft.extensions.get('btree_gist') ?? []), each.id]);
    draft.choose(
      'btree_gist',
      'the extension is needed',
      'a plain value and a range share one index only with it; it comes with the server and any owner of the database may install it',
      [each.id],
    );
  }
  const name = draft.take({ schema: table.name.schema, name: wanted });
  const alive =
    table.entity?.history === 'soft-delete'
      ? ` WHERE (${engine.quote.identifier('deleted_at')} IS NULL)`
      : '';
  const list = ordered.map(
    ({ name: column, operator }) => `${engine.quote.identifier(column)} WITH ${operator}`,
  );
  table.constraints.push({
    name,
    kind: 'exclude',
    columns: ordered.map((part) => part.name),
    definition: `EXCLUDE USING gist (${list.join(', ')})${alive}`,
    claims: [each.id],
    comment: `${each.id}: ${each.says}`,
    ...(table.existing ? { probe: meeting(draft, table, ordered) } : {}),
  });
  const optional = ordered.filter(({ notNull }) => !notNull).map((part) => part.name);
  draft.choose(
    `${table.name.name} (${ordered.map((part) => part.name).join(', ')})`,
    `exclusion constraint ${name}`,
    `the server itself keeps two rows apart, also when both are written at the same moment${
      optional.length > 0 ? `; a row without ${optional.join(' or ')} meets nobody` : ''
    }`,
    [each.id],
  );
  return name;
}

/** Two rows that the constraint would not let stand beside each other. */
function meeting(
  { engine }: Draft,
  table: TableDraft,
  parts: readonly { readonly name: string; readonly operator: string }[],
): string {
  const name = engine.quote.name(table.name);
  const meets = parts.map(({ name: column, operator }) => {
    const quoted = engine.quote.identifier(column);
    return `one.${quoted} ${operator} two.${quoted}`;
  });
  return `SELECT one.*\nFROM ${name} AS one\nJOIN ${name} AS two ON one.ctid <> two.ctid AND ${meets.join(' AND ')}\nLIMIT 1`;
}
