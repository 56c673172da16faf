import { canonicalJson } from '../base/hash.ts';
import { printName, printPart } from './identity.ts';
import type { Catalog, Difference, Name } from './model.ts';

export interface DifferenceOptions {
  /** Owners say nothing, for example between a server and a sandbox whose roles differ. */
  readonly owners?: 'compare' | 'ignore';
  /** Grants say nothing, for the same reason. */
  readonly grants?: 'compare' | 'ignore';
}

type Thing = Readonly<Record<string, unknown>>;

/** How the objects of one list are told apart and shown. */
interface Kind {
  /** Property of the parent that holds the list. */
  readonly list: string;
  readonly word: string | ((thing: Thing) => string);
  /** Identity within the parent, as people write it. */
  readonly name: (thing: Thing) => string;
  /** The whole object in one line, for one that exists on one side only. */
  readonly shown: (thing: Thing) => string;
  readonly parts: readonly Kind[];
  /** The order of the list means something and is compared beside its members. */
  readonly ordered?: boolean;
}

const qualified = (thing: Thing): string => printName(thing as unknown as Name);
const named = (thing: Thing): string => printPart(text(thing.name));
const definition = (thing: Thing): string => text(thing.definition);

const grants: Kind = {
  list: 'grants',
  word: 'grant',
  name: ({ privilege, to }) => `${text(privilege)} to ${text(to)}`,
  shown: ({ grantable }) => (grantable ? 'granted with grant option' : 'granted'),
  parts: [],
};
const columns: Kind = {
  list: 'columns',
  word: 'column',
  name: named,
  shown: (column) =>
    [
      text(column.type),
      ...(column.notNull ? ['not null'] : []),
      ...(column.default === undefined ? [] : [`default ${text(column.default)}`]),
      ...(column.identity === undefined ? [] : [`identity ${text(column.identity)}`]),
      ...(column.generated === undefined
        ? []
        : [`generated ${text((column.generated as Thing).expression)}`]),
    ].join(' '),
  parts: [grants],
  ordered: true,
};
const indexes: Kind = { list: 'indexes', word: 'index', name: named, shown: definition, parts: [] };
const triggers: Kind = { list: 'triggers', word: 'trigger', name: named, shown: definition, parts: [] };

/** The shape of a catalog as the comparison walks it; properties that are not listed are compared by value. */
const kinds: readonly Kind[] = [
  { list: 'schemas', word: 'schema', name: named, shown: () => 'exists', parts: [grants] },
  {
    list: 'extensions',
    word: 'extension',
    name: named,
    shown: ({ version }) => `version ${text(version)}`,
    parts: [],
  },
  {
    list: 'tables',
    word: 'table',
    name: qualified,
    shown: (table) =>
      `${text(table.kind)} (${list(table.columns)
        .map((column) => printPart(text(column.name)))
        .join(', ')})`,
    parts: [
      columns,
      { list: 'constraints', word: 'constraint', name: named, shown: definition, parts: [] },
      indexes,
      triggers,
      {
        list: 'policies',
        word: 'policy',
        name: named,
        shown: ({ command, using, check }) =>
          `for ${text(command)} using ${text(using)} check ${text(check)}`,
        parts: [],
      },
      grants,
    ],
  },
  {
    list: 'views',
    word: 'view',
    name: qualified,
    shown: definition,
    parts: [columns, indexes, triggers, grants],
  },
  {
    list: 'routines',
    word: ({ kind }) => text(kind),
    name: (routine) => `${qualified(routine)}(${text(routine.arguments)})`,
    shown: definition,
    parts: [grants],
  },
  {
    list: 'types',
    word: 'type',
    name: qualified,
    shown: (type) => `${text(type.kind)} ${type.kind === 'enum' ? text(type.labels) : definition(type)}`,
    parts: [grants],
  },
  {
    list: 'sequences',
    word: 'sequence',
    name: qualified,
    shown: ({ type, start, increment }) => `${text(type)} start ${text(start)} increment ${text(increment)}`,
    parts: [grants],
  },
  {
    list: 'others',
    word: ({ kind }) => text(kind),
    name: ({ name }) => text(name),
    shown: definition,
    parts: [],
  },
];

/** The order of the list tells positions better. */
const silent = new Set(['position']);

/** What a definition says already; told apart only while the definitions are equal. */
const derived = new Set(
  'kind columns references validated deferrable deferred enforced method unique keys includes predicate routine base'.split(
    ' ',
  ),
);

/**
 * Every way in which two catalogs differ, in a stable order; empty when they are equal. Servers before 18 keep not-null
 * as a property of columns only, so between such a server and a newer one the constraints of that name say nothing.
 */
export function differences(
  before: Catalog,
  after: Catalog,
  options: DifferenceOptions = {},
): readonly Difference[] {
  // Documents compare a catalog with itself, once per page.
  if (before === after) return [];
  const ignored = new Set<string>([
    ...(options.owners === 'ignore' ? ['owner'] : []),
    ...(options.grants === 'ignore' ? ['grants'] : []),
  ]);
  const found: Difference[] = [];
  const [one, other] =
    namesNotNull(before) === namesNotNull(after)
      ? [before, after]
      : [withoutNotNull(before), withoutNotNull(after)];
  walk('', one as unknown as Thing, other as unknown as Thing, kinds, ignored, found);
  return found;
}

function walk(
  path: string,
  before: Thing,
  after: Thing,
  parts: readonly Kind[],
  ignored: ReadonlySet<string>,
  found: Difference[],
): void {
  const lists = new Set(parts.map((part) => part.list));
  const redefined = before.definition !== after.definition;
  const properties = path === '' ? [] : [...new Set([...Object.keys(before), ...Object.keys(after)])];
  for (const property of properties) {
    if (
      lists.has(property) ||
      ignored.has(property) ||
      silent.has(property) ||
      (redefined && derived.has(property))
    )
      continue;
    const [was, is] = [before[property], after[property]];
    if (was === is || canonicalJson(was ?? null) === canonicalJson(is ?? null)) continue;
    found.push({ path: `${path} ${words(property)}`, ...side('before', was), ...side('after', is) });
  }
  for (const part of parts)
    if (!ignored.has(part.list))
      compareLists(path, list(before[part.list]), list(after[part.list]), part, ignored, found);
}

function compareLists(
  path: string,
  before: readonly Thing[],
  after: readonly Thing[],
  kind: Kind,
  ignored: ReadonlySet<string>,
  found: Difference[],
): void {
  const label = (thing: Thing) =>
    `${typeof kind.word === 'string' ? kind.word : kind.word(thing)} ${kind.name(thing)}`;
  const was = new Map(before.map((thing) => [label(thing), thing]));
  const is = new Map(after.map((thing) => [label(thing), thing]));
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const here = path === '' ? key : `${path} ${key}`;
    const [one, other] = [was.get(key), is.get(key)];
    if (one && other) walk(here, one, other, kind.parts, ignored, found);
    else if (one) found.push({ path: here, before: kind.shown(one) });
    else if (other) found.push({ path: here, after: kind.shown(other) });
  }
  if (!kind.ordered) return;
  const common = (things: readonly Thing[]) =>
    things
      .map((thing) => text(thing.name))
      .filter((name) => was.has(label({ name })) && is.has(label({ name })));
  const [one, other] = [common(before), common(after)];
  if (one.join('\0') !== other.join('\0'))
    found.push({
      path: `${path} ${words(kind.list)} order differs`,
      before: one.join(', '),
      after: other.join(', '),
    });
}

/** Whether the same members only stand in another order: a column that was made anew stands last. */
export function isOrderOnly({ path }: Difference): boolean {
  return path.endsWith(' order differs');
}

/** Whether the server names not-null constraints. */
function namesNotNull(catalog: Catalog): boolean {
  return Number.parseInt(catalog.version, 10) >= 18;
}

function withoutNotNull(catalog: Catalog): Catalog {
  return {
    ...catalog,
    tables: catalog.tables.map((table) => ({
      ...table,
      constraints: table.constraints.filter(({ kind }) => kind !== 'not-null'),
    })),
  };
}

function side(name: 'before' | 'after', value: unknown): Partial<Difference> {
  return value === undefined ? {} : { [name]: text(value) };
}

function list(value: unknown): readonly Thing[] {
  return Array.isArray(value) ? (value as readonly Thing[]) : [];
}

/** `partitionKey` → `partition key`. */
function words(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(text).join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, item]) => `${words(key)} ${text(item)}`)
      .join(', ');
  return String(value as number | boolean);
}
