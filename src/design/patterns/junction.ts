import { columnsOf, leads, tableOf, type Draft, type TableDraft } from '../draft.ts';
import { cased, columnOfKey, namesAlready, singularOf } from '../naming.ts';
import type { Relation } from '../../task/model.ts';
import { uniqueAmong } from './among.ts';
import type { Pattern } from './pattern.ts';
import { keyOf, reference } from './relation.ts';

/** Relations between many and many: a junction table whose key is the pair, with an index for the way back. */
export const junction: Pattern = {
  name: 'junction',
  apply(draft) {
    for (const relation of draft.task.requirements.relations)
      if (relation.via !== undefined) join(draft, relation, relation.via);
  },
};

function join(draft: Draft, relation: Relation, via: string): void {
  const ends = [tableOf(draft, relation.from), tableOf(draft, relation.to[0]!)] as const;
  const table = junctionTable(draft, relation, via);
  table.claims.push(relation.id);
  const names =
    ends[0] === ends[1]
      ? [singularOf(ends[0].name.name), relation.name]
      : ends.map(({ name }) => singularOf(name.name));
  const pair = ends.map((end, index) => {
    const own = table.entity
      ? draft.task.requirements.relations.find(
          (each) =>
            each.via === undefined &&
            tableOf(draft, each.from) === table &&
            tableOf(draft, each.to[0]!) === end,
        )
      : undefined;
    if (own) return columnsOf(table, own.name);
    const columns = keyOf(draft, end).map(({ name, type }) => {
      const base = cased(names[index]!, draft.habits);
      return {
        name: /^(?:id|uuid)$/i.test(name)
          ? columnOfKey(base, draft.habits)
          : namesAlready(base, name)
            ? name
            : cased(`${base}_${name}`, draft.habits),
        type,
      };
    });
    for (const column of columns)
      table.columns.push({ ...column, notNull: true, of: names[index]!, rank: 1, claims: [relation.id] });
    reference(
      draft,
      { ...table, key: columns.map(({ name }) => name) },
      columns.map(({ name }) => name),
      end,
      { ...relation, one: false },
      false,
    );
    return columns.map(({ name }) => name);
  });
  const [left, right] = [pair[0]!, pair[1]!];
  if (table.key.length === 0) table.key = [...left, ...right];
  else if (!table.existing) {
    const name = draft.take({
      schema: table.name.schema,
      name: draft.habits.templates.unique(table.name.name, [...left, ...right]),
    });
    uniqueAmong(draft, table, [...left, ...right], { name, claims: [relation.id] });
  }
  if (!leads(table, right)) {
    const columns = [...right, ...left];
    const name = draft.take({
      schema: table.name.schema,
      name: draft.habits.templates.index(table.name.name, columns),
    });
    table.indexes.push({
      name,
      columns,
      unique: false,
      support: true,
      definition: `(${draft.list(columns)})`,
      claims: [relation.id],
      reason: `The way back, from ${ends[1].name.name} to ${ends[0].name.name}`,
    });
  }
  draft.choose(
    table.name.name,
    `junction table with the key (${[...left, ...right].join(', ')})`,
    'each pair at most once; the second index answers the way back without reading the table',
    [relation.id],
  );
}

/** The entity that `via` names, or a new table of that name. */
function junctionTable(draft: Draft, relation: Relation, via: string): TableDraft {
  const known = draft.tables.find(
    ({ of, entity, name }) => of === via || entity?.name === via || name.name === via,
  );
  if (known) return known;
  const name = {
    schema: draft.habits.schema,
    name: draft.take({ schema: draft.habits.schema, name: cased(via, draft.habits) }),
  };
  const table: TableDraft = {
    of: relation.id,
    name,
    columns: [],
    key: [],
    constraints: [],
    indexes: [],
    after: [],
    claims: [],
    comment: relation.says,
  };
  draft.tables.push(table);
  return table;
}
