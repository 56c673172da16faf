/** Everything that the catalogs hold about a database's own objects. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Observation, ObserveOptions, Session } from '../../../engine/model.ts';
import type { CatalogRows } from './definition.ts';
import { changedRights, gathered } from './gathered.ts';
import { leftOut } from './left-out.ts';
import { namesOf, type Names } from './names.ts';
import { objects } from './objects.ts';
import { relations } from './relations.ts';
import { shownRights } from './rights.ts';
import { shapeOf, type Shape, type ShapeColumn } from './shape.ts';
import { byText, userFrom } from './words.ts';

/** Settings that decide how the server writes expressions. */
const settings: Readonly<Record<string, string>> = {
  search_path: 'pg_catalog',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  quote_all_identifiers: 'off',
  lc_monetary: 'C',
};

/** Sums of hidden values can be compared inside this process only, so that they cannot be guessed from a report. */
const hidden = randomBytes(32);

type Row = Readonly<Record<string, string | null>>;
type Facts = Record<string, string>;

/** Reads in a transaction of its own; the session must not be inside one. */
export async function observe(session: Session, options: ObserveOptions = {}): Promise<Observation> {
  const local = Object.entries(settings).map(([name, value]) => `; SET LOCAL ${name} = '${value}'`);
  try {
    await session.run(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY${local.join('')}`);
    return await read(session, options);
  } finally {
    await session.run('ROLLBACK');
  }
}

async function read(session: Session, options: ObserveOptions): Promise<Observation> {
  const shape = await shapeOf(session);
  const asked = [...relations, ...objects].filter(
    ({ catalog, server }) => (shape.catalogs.get(catalog)?.length ?? 0) > 0 && (!server || options.roles),
  );
  const owner = options.owner ?? '';
  const names = await namesOf(session, asked, owner);
  const objectsFound = new Map<string, Facts>();
  const texts = new Map<string, string>();
  const note = (path: string): Facts => {
    const facts = objectsFound.get(path) ?? {};
    objectsFound.set(path, facts);
    return facts;
  };
  const add: Add = (path, fact, value) => {
    // Most values repeat: one copy of each is kept.
    const kept = texts.get(value) ?? value;
    if (value.length < 80) texts.set(value, kept);
    note(path)[fact] = kept;
  };
  const filled = await filledCatalogs(session, asked);
  for (const definition of asked)
    if (filled.has(definition.catalog)) await rowsOf(session, definition, shape, names, owner, { note, add });
  for (const [path, order] of names.orders()) add(path, 'pg_attribute.attnum', order.join(', '));
  await gather(session, options, asked, shape, names, add);
  return { version: session.serverVersion, objects: objectsFound, unread: unreadOf(shape, options) };
}

function unreadOf(shape: Shape, options: ObserveOptions): readonly string[] {
  const told = new Set([
    ...[...relations, ...objects].map(({ catalog }) => catalog),
    ...gathered.map(({ catalog }) => catalog),
    ...Object.keys(leftOut),
  ]);
  const shared = new Set(objects.filter(({ server }) => server).map(({ catalog }) => catalog));
  const hiddenOnes = shape.unread.filter((name) => {
    const catalog = name.split('.')[0]!;
    return !(catalog in leftOut) && (options.roles || !shared.has(catalog));
  });
  return [...hiddenOnes, ...[...shape.catalogs.keys()].filter((catalog) => !told.has(catalog))];
}

async function filledCatalogs(session: Session, asked: readonly CatalogRows[]): Promise<ReadonlySet<string>> {
  const { rows } = await session.query<{ catalog: string }>(
    asked
      .map(
        ({ catalog, own }) =>
          `SELECT '${catalog}' AS catalog WHERE EXISTS (SELECT FROM ${catalog} c WHERE ${own.replaceAll('$1', "''")})`,
      )
      .join('\nUNION ALL\n'),
  );
  return new Set(rows.map(({ catalog }) => catalog));
}

type Add = (path: string, fact: string, value: string) => void;

interface Sink {
  /** An object is there, whether or not anything is known of it. */
  readonly note: (path: string) => void;
  readonly add: Add;
}

/** The facts of one catalog's rows. */
async function rowsOf(
  session: Session,
  definition: CatalogRows,
  shape: Shape,
  names: Names,
  owner: string,
  { note, add }: Sink,
): Promise<void> {
  const { catalog, own, label, parent, column, silent, rights, leave = {} } = definition;
  const all = shape.catalogs.get(catalog)!;
  const columns = all.filter(({ name }) => !(name in leave) && name !== 'oid');
  const selected = [
    label === undefined
      ? `${parent![0]} AS "#catalog", (${parent![1]})::text AS "#oid"`
      : `'${catalog}' AS "#catalog", c.oid::text AS "#oid"`,
    ...(column === undefined ? [] : [`${column}::text AS "#column"`]),
    ...(rights ? [`(${rights[2]})::text AS "#owner"`] : []),
    ...(silent === undefined ? [] : [`(${silent})::text AS "#silent"`]),
    ...columns.map((each) => `${selectedAs(each, definition)} AS "${each.name}"`),
    ...columns
      .filter(({ columnsOf }) => columnsOf !== undefined)
      .map(({ name, columnsOf }) => `c.${columnsOf}::text AS "#${name}"`),
  ];
  const text = `SELECT ${selected.join(', ')} FROM ${catalog} c WHERE ${own}${silent === undefined ? '' : ` AND (NOT (${silent}) OR c.${rights![0]} IS NOT NULL)`}`;
  const { rows } = await session.query<Row>(text.includes('$1') ? text : `${text} AND $1::text IS NOT NULL`, [
    owner,
  ]);
  await names.learn(references(rows, columns, definition));
  for (const row of rows) {
    const path = names.path(row['#catalog']!, row['#oid']!, Number(row['#column'] ?? 0));
    if (path === undefined) continue;
    note(path);
    for (const each of columns) {
      if (row['#silent'] === 'true' && each.name !== rights?.[0]) continue;
      const value = valueOf(row, each, definition, names);
      if (value !== undefined) add(path, `${catalog}.${each.name}`, value);
    }
  }
}

function selectedAs({ name, type, refers }: ShapeColumn, definition: CatalogRows): string {
  const rendered = definition.render?.[name];
  if (rendered !== undefined) return `(${rendered})::text`;
  if (definition.rights?.[0] === name) {
    const [, kind, owner] = definition.rights;
    const rights =
      kind === undefined ? `c.${name}` : `coalesce(c.${name}, acldefault((${kind})::"char", ${owner}))`;
    return `array_to_string(${rights}, chr(1))`;
  }
  if (type === 'pg_node_tree') return `pg_get_expr(c.${name}, 0)`;
  if (type === 'regproc') return `c.${name}::oid::text`;
  if (refers === undefined && type.endsWith('[]') && definition.sets?.includes(name))
    return `array_to_string(ARRAY(SELECT o FROM unnest(c.${name}::text[]) o ORDER BY o), ', ')`;
  return `c.${name}::text`;
}

const numbersIn = (text: string): readonly string[] => text.split(/[{}, ]+/).filter((part) => part !== '');

function* references(
  rows: readonly Row[],
  columns: readonly ShapeColumn[],
  definition: CatalogRows,
): Generator<readonly [string, string]> {
  const referring = columns.filter(
    ({ name, refers }) => refers !== undefined && !(definition.render && name in definition.render),
  );
  for (const row of rows)
    for (const { name, refers } of referring)
      for (const oid of numbersIn(row[name] ?? '')) yield [refers!, oid];
}

function valueOf(
  row: Row,
  { name, refers, columnsOf }: ShapeColumn,
  definition: CatalogRows,
  names: Names,
): string | undefined {
  const value = row[name];
  if (value === null || value === undefined) return undefined;
  if (definition.rights?.[0] === name)
    return shownRights(value, names.shown('pg_authid', row['#owner']!), names) || 'nobody';
  if (definition.render && name in definition.render) return value;
  const isSet = definition.sets?.includes(name) ?? false;
  if (refers !== undefined || columnsOf !== undefined) {
    const shown = numbersIn(value).map((number) =>
      refers === undefined
        ? number === '0'
          ? '(expression)'
          : (names.column(row[`#${name}`]!, Number(number)) ?? number)
        : names.shown(refers, number),
    );
    if (shown.every((part) => part === undefined)) return undefined;
    const told = shown.map((part) => part ?? 'none');
    return (isSet ? told.toSorted(byText) : told).join(', ');
  }
  if (isSet && value === '') return undefined;
  return definition.secret?.includes(name) ? sum(value) : value;
}

function sum(value: string): string {
  return `hidden ${createHmac('sha256', hidden).update(value).digest('hex').slice(0, 16)}`;
}

type GatheredRow = {
  readonly catalog: string | null;
  readonly oid: string | null;
  readonly column: number | null;
  readonly fact: string;
  readonly value: string;
  readonly path: string | null;
};

async function gather(
  session: Session,
  options: ObserveOptions,
  asked: readonly CatalogRows[],
  shape: Shape,
  names: Names,
  add: Add,
): Promise<void> {
  const unread = new Set(shape.unread.map((name) => name.split('.')[0]));
  const parts = [
    ...gathered
      .filter(({ catalog, server }) => !unread.has(catalog) && (!server || options.roles))
      .map(({ sql }) => sql),
    ...asked.map((definition) => changedRights(definition, userFrom)).filter((sql) => sql !== undefined),
  ];
  const { rows } = await session.query<GatheredRow>(
    `SELECT * FROM (${parts.map((sql) => `(${sql})`).join('\nUNION ALL\n')}) g WHERE $1::text IS NOT NULL`,
    [options.owner ?? ''],
  );
  const isForeign = ({ catalog, oid, fact }: GatheredRow): boolean =>
    catalog !== null && oid !== null && (Number(oid) < userFrom || fact.endsWith('acl'));
  await names.learn(
    rows
      .filter(isForeign)
      .map(({ catalog, oid }) => [catalog === 'pg_attribute' ? 'pg_class' : catalog!, oid!] as const),
  );
  for (const row of rows) {
    const { catalog, oid, column, fact, value, path } = row;
    if (path !== null) {
      add(path, fact, value);
      continue;
    }
    const ofColumn = catalog === 'pg_attribute' ? 'pg_class' : catalog!;
    const own = names.path(ofColumn, oid!, column ?? 0);
    if (fact.endsWith('acl')) {
      // Own objects have theirs already.
      if (own !== undefined) continue;
      const [entries = '', holder = ''] = value.split('\u0002');
      const foreign = names.foreign(ofColumn, oid!);
      if (foreign !== undefined)
        add(
          column ? `${foreign} column ${column}` : foreign,
          fact,
          shownRights(entries, names.shown('pg_authid', holder), names) || 'nobody',
        );
    } else {
      const found = own ?? (isForeign(row) ? names.foreign(ofColumn, oid!) : undefined);
      if (found !== undefined) add(found, fact, value);
    }
  }
}
