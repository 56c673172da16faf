import type { Rename, RenameKind, RenameQuestion } from '../../../engine/planner/model.ts';
import { parts, pathOf } from './dotted.ts';
import type { Things } from './fates.ts';
import type { Kind, NewName, Sides, Thing } from './model.ts';

/** A rename with the statements that carry it out. */
export interface Renamed {
  readonly sql: string;
  readonly path: string;
  readonly because: string;
}

/** Parts of a whole are renamed while that has its old name. */
const order: readonly RenameKind[] = [
  'label',
  'attribute',
  'column',
  'constraint',
  'trigger',
  'policy',
  'index',
  'routine',
  'view',
  'sequence',
  'type',
  'table',
  'schema',
  'role',
];

/** Kinds whose names stand within another thing. */
const within: ReadonlySet<RenameKind> = new Set([
  'label',
  'attribute',
  'column',
  'constraint',
  'trigger',
  'policy',
]);

/** Kinds that share their names. */
const relations: ReadonlySet<RenameKind> = new Set(['table', 'view', 'sequence', 'index']);

/** Statements for renames that were answered, in an order in which no name is taken; `lost` are those that name nothing. */
export function renamesOf(
  answers: readonly Rename[],
  from: Things,
  to: Things,
): { readonly statements: readonly Renamed[]; readonly lost: readonly Rename[] } {
  const wanted = answers.filter((answer) => answer.to !== undefined && answer.to !== answer.from);
  if (wanted.length === 0) return { statements: [], lost: [] };
  const byName = namesOf(from);
  const found = wanted.flatMap((answer) => {
    const one = byName.get(`${answer.kind} ${answer.from}`);
    return one ? [{ ...one, answer }] : [];
  });
  const lost = wanted.filter((answer) => !byName.has(`${answer.kind} ${answer.from}`));
  const statements: Renamed[] = [...missingSchemas(found, from, to)];
  const schemas = new Map(
    wanted
      .filter(({ kind }) => kind === 'schema')
      .map((answer) => [parts(answer.to!)[0]!, parts(answer.from)[0]!]),
  );
  const taken = new Map<string, Found>();
  for (const one of byName.values()) taken.set(placeOf(one.renaming.kind, parts(one.name)), one);
  const aside = new Map<string, string>();
  for (const kind of order) {
    const here = found.filter(({ answer }) => answer.kind === kind);
    const moving = new Set(here.map(({ name }) => name));
    for (const { answer, renaming, thing, name } of here) {
      const old = parts(name);
      const target = targetOf(answer, old, schemas);
      const place = placeOf(kind, pathTo(kind, old, target));
      const holder = taken.get(place);
      if (holder && holder.name !== name && !aside.has(holder.name)) {
        // Whoever has the name steps aside: to be dropped there, or to go on to its own new name.
        const spare = { ...targetOf({ ...answer, to: holder.name }, parts(holder.name), schemas) };
        const free = {
          schema: spare.schema,
          name: spareName(spare.name, (next) =>
            taken.has(placeOf(kind, pathTo(kind, parts(holder.name), { schema: spare.schema, name: next }))),
          ),
        };
        statements.push(
          ...holder.renaming
            .statements(holder.thing, free)
            .map((sql) => ({ sql, path: holder.thing.path, because: 'its name is needed' })),
        );
        if (moving.has(holder.name)) aside.set(holder.name, free.name);
      }
      const stands = aside.get(name);
      const start =
        stands === undefined
          ? thing
          : (renaming.called?.(thing, stands) ?? {
              ...thing,
              object: { ...(thing.object as object), name: stands },
            });
      statements.push(
        ...renaming
          .statements(start, target)
          .map((sql) => ({ sql, path: thing.path, because: 'another name' })),
      );
      taken.delete(placeOf(kind, old));
    }
  }
  return { statements, lost };
}

interface Found {
  readonly thing: Thing;
  readonly name: string;
  readonly renaming: NonNullable<Kind['renames']>;
}

function namesOf(things: Things): ReadonlyMap<string, Found> {
  const names = new Map<string, Found>();
  for (const { kind, thing } of things.values())
    if (kind.renames) {
      const name = kind.renames.name(thing);
      names.set(`${kind.renames.kind} ${name}`, { thing, name, renaming: kind.renames });
    }
  return names;
}

/** What tells a name apart from others that could be in its way. */
function placeOf(kind: RenameKind, path: readonly string[]): string {
  return `${relations.has(kind) ? 'relation' : kind} ${path.join('\0')}`;
}

function pathTo(kind: RenameKind, old: readonly string[], { schema, name }: NewName): readonly string[] {
  if (within.has(kind)) return [...old.slice(0, -1), name];
  return kind === 'schema' || kind === 'role' ? [name] : [schema, name];
}

function targetOf(answer: Rename, old: readonly string[], schemas: ReadonlyMap<string, string>): NewName {
  const path = parts(answer.to!);
  const name = answer.kind === 'routine' ? bareRoutine(path.at(-1)!) : path.at(-1)!;
  if (within.has(answer.kind) || path.length < 2) return { schema: old[0]!, name };
  return { schema: schemas.get(path[0]!) ?? path[0]!, name };
}

function bareRoutine(name: string): string {
  return name.replace(/\([\s\S]*$/, '');
}

function spareName(name: string, taken: (name: string) => boolean): string {
  for (let count = 1; ; count += 1) {
    const spare = `${name.slice(0, 50)}_old_${count}`;
    if (!taken(spare)) return spare;
  }
}

/** Schemas that things move to and that only the new side has. */
function missingSchemas(
  found: readonly (Found & { readonly answer: Rename })[],
  from: Things,
  to: Things,
): readonly Renamed[] {
  const renamed = new Set(
    found.filter(({ answer }) => answer.kind === 'schema').map(({ answer }) => answer.to),
  );
  const wanted = new Set(
    found
      .filter(({ answer }) => !within.has(answer.kind) && answer.kind !== 'schema' && answer.kind !== 'role')
      .map(({ answer }) => pathOf(parts(answer.to!).slice(0, 1))),
  );
  return [...wanted]
    .filter((name) => !from.has(`schema ${name}`) && to.has(`schema ${name}`) && !renamed.has(name))
    .map((name) => ({
      sql: `CREATE SCHEMA "${parts(name)[0]!.replaceAll('"', '""')}"`,
      path: `schema ${name}`,
      because: 'something moves there',
    }));
}

/** Pairs of one kind and place beyond which only things with the same bare name are compared. */
const pairsAtMost = 100_000;

/** Things of the old side that go and things that come which are likely the same; the likeliest pairs first, each thing once. */
export function candidates(
  from: Things,
  to: Things,
  sides: Sides,
  answers: readonly Rename[],
): readonly Candidate[] {
  const back = oldNames(answers);
  const answered = new Set(answers.map(({ kind, from: name }) => `${kind} ${name}`));
  const groups = new Map<string, { readonly going: Found[]; readonly coming: Found[] }>();
  const add = (side: 'going' | 'coming', things: Things, others: Things): void => {
    for (const [key, { kind, thing }] of things) {
      if (!kind.renames || others.has(key) || (thing.partOf !== undefined && !others.has(thing.partOf)))
        continue;
      const name = kind.renames.name(thing);
      if (side === 'going' && answered.has(`${kind.renames.kind} ${back(kind.renames.kind, name)}`)) continue;
      const place = `${kind.kind} ${kind.renames.place(thing)}`;
      const group = groups.get(place) ?? { going: [], coming: [] };
      group[side].push({ thing, name, renaming: kind.renames });
      groups.set(place, group);
    }
  };
  add('going', from, to);
  add('coming', to, from);
  const pairs: Candidate[] = [];
  for (const { going, coming } of groups.values())
    for (const one of going)
      for (const other of going.length * coming.length > pairsAtMost
        ? coming.filter(({ name }) => parts(name).at(-1) === parts(one.name).at(-1))
        : coming) {
        const likeness = one.renaming.likeness(one.thing, other.thing, sides);
        if (likeness < 0.5) continue;
        const free = one.renaming.free === true && likeness === 1;
        const { kind } = one.renaming;
        pairs.push({ kind, from: one.name, asked: back(kind, one.name), to: other.name, likeness, free });
      }
  const used = new Set<string>();
  return pairs
    .toSorted((a, b) => b.likeness - a.likeness || compareText(a.from, b.from) || compareText(a.to, b.to))
    .filter(({ kind, from: name, to: next }) => {
      const names = [`${kind} < ${name}`, `${kind} > ${next}`];
      if (names.some((one) => used.has(one))) return false;
      for (const one of names) used.add(one);
      return true;
    });
}

export interface Candidate extends RenameQuestion {
  /** Its name before any rename. */
  readonly asked: string;
  readonly free: boolean;
}

/** The name that something had before the tables and schemas around it were renamed. */
function oldNames(answers: readonly Rename[]): (kind: RenameKind, name: string) => string {
  const renamed = new Map<string, string>(
    answers.flatMap(({ kind, from, to }) => (to === undefined ? [] : [[`${kind} ${to}`, from] as const])),
  );
  if (renamed.size === 0) return (_kind, name) => name;
  return (kind, name) => {
    const path = parts(name);
    if (path.length > 2) {
      const table = pathOf(path.slice(0, 2));
      const old = ['table', 'view', 'type'].map((word) => renamed.get(`${word} ${table}`)).find(Boolean);
      if (old !== undefined) return `${old}.${pathOf(path.slice(2))}`;
    }
    const schema =
      path.length > 1 && kind !== 'schema' ? renamed.get(`schema ${pathOf(path.slice(0, 1))}`) : undefined;
    return schema === undefined ? name : `${schema}.${pathOf(path.slice(1))}`;
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
