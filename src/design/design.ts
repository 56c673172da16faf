import { fail } from '../base/error.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Wish } from '../change/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Task } from '../task/model.ts';
import { startDraft, type Draft } from './draft.ts';
import type { Design } from './model.ts';
import { requestedWishes } from './change-request.ts';
import { patterns } from './patterns/all.ts';
import { designedTenancy } from './tenancy/who.ts';
import { writeAll } from './write.ts';

/** Turns the requirements into statements on top of the current catalog; the engine's grammar must be ready. Throws `task.refused`, `task.wrong-value`, `task.unknown-reference`, `task.circular` and `sql.refused`. */
export function design({
  task,
  catalog,
  engine,
}: {
  readonly task: Task;
  readonly catalog: Catalog;
  readonly engine: Engine;
}): Design {
  refuse(task);
  const draft = startDraft(task, catalog, engine);
  for (const pattern of patterns) pattern.apply(draft);
  const own = task.requirements.schema !== undefined;
  draft.late.push(...requestedWishes(draft));
  const wishes = [...extensions(draft), ...renames(draft), ...writeAll(draft), ...(own ? [] : draft.late)];
  const { relations, derived, parted, constraints, purges, features, upkeep, supports, choices, questions } =
    draft;
  const tenancy = designedTenancy(draft);
  return {
    wishes,
    tables: tables(draft),
    standing: draft.tables.filter(({ entity, existing }) => entity && existing).map(({ name }) => name),
    columns: columns(draft),
    relations,
    derived,
    parted,
    constraints,
    purges,
    features,
    upkeep,
    nevers: draft.nevers,
    routines: draft.routines,
    late: own ? draft.late : [],
    ...(tenancy ? { tenancy } : {}),
    masked: draft.masked,
    copies: draft.copies,
    supports,
    choices,
    notes: draft.notes,
    questions,
  };
}

function refuse({ requirements }: Task): void {
  const { kind, split, merge } = requirements.change;
  const parts = split ? 'split' : merge ? 'merge' : kind;
  if ((parts === 'split' || parts === 'merge') && requirements.schema === undefined) {
    fail('task.refused', `This version does not design a ${parts} by itself.`, {
      hint: 'Give the statements as `schema:` SQL; they are planned safely.',
    });
  }
}

function extensions({ task, catalog, engine, extensions: needed }: Draft): readonly Wish[] {
  const wanted = new Map([
    ...task.requirements.extensions.map((name) => [name, []] as const),
    ...[...needed].filter(([name]) => !task.requirements.extensions.includes(name)),
  ]);
  return [...wanted]
    .filter(([name]) => !catalog.extensions.some((extension) => extension.name === name))
    .map(([name, claims]) => {
      const sql = `CREATE EXTENSION IF NOT EXISTS ${engine.quote.identifier(name)}`;
      const refused = engine.grammar.refusal(engine.grammar.split(sql)[0]!);
      if (refused) fail('sql.refused', refused, { hint: 'Remove it from `extensions:`.' });
      return {
        sql,
        claims,
        reason:
          claims.length > 0
            ? `${claims.join(', ')} needs the extension ${name}`
            : `The task asks for the extension ${name}`,
        undo: `DROP EXTENSION ${engine.quote.identifier(name)}`,
      };
    });
}

/** Renames that no statement of the task carries out. */
function renames({ task, engine }: Draft): readonly Wish[] {
  if (task.requirements.schema !== undefined) return [];
  const { quote } = engine;
  return Object.entries(task.requirements.change.rename).map(([from, to]) => {
    const [table = '', column] = from.split('.');
    const sql =
      column === undefined
        ? `ALTER TABLE ${quote.identifier(table)} RENAME TO ${quote.identifier(to)}`
        : `ALTER TABLE ${quote.identifier(table)} RENAME COLUMN ${quote.identifier(column)} TO ${quote.identifier(to)}`;
    return { sql, claims: [], reason: `The task renames ${from} to ${to}` };
  });
}

function tables(draft: Draft): Design['tables'] {
  return new Map(
    draft.tables.flatMap(({ of, entity, name }) => [
      [of, name] as const,
      ...(entity ? [[entity.name, name] as const] : []),
    ]),
  );
}

function columns(draft: Draft): Design['columns'] {
  return new Map(
    draft.tables.flatMap((table) => {
      const { requirements } = draft.task;
      const names = new Set([
        ...table.columns.map(({ of }) => of),
        ...(table.entity?.fields ?? []).map(({ name }) => name),
        ...requirements.relations
          .filter(({ from }) => from === table.of || from === table.entity?.name)
          .map(({ name }) => name),
      ]);
      const own = new Map(
        [...names]
          .map(
            (name) =>
              [
                name,
                table.placed?.get(name) ??
                  table.columns.filter(({ of }) => of === name).map((column) => column.name),
              ] as const,
          )
          .map(([name, list]) => [name, list.length > 0 ? list : [name]] as const),
      );
      return [[table.of, own] as const, ...(table.entity ? [[table.entity.name, own] as const] : [])];
    }),
  );
}
