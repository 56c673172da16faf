// Records: found by a specification, inserted, and loaded together with their children.
// Written by dbd from the catalog and the task; a later run overwrites it.

import { run, type Db } from './connect.js';
import { type AnalyticsDailySummary, type NewAnalyticsDailySummary, analyticsDailySummaryTable, type AnalyticsEvent, type NewAnalyticsEvent, analyticsEventTable, type User, type NewUser, userTable, type TableOf } from './schema.js';
import { comparison, known, specify, type Page, type Specification } from './specification.js';
import { decode, encode } from './values.js';

export type { AnalyticsDailySummary, NewAnalyticsDailySummary, AnalyticsEvent, NewAnalyticsEvent, User, NewUser };

/** Finds analyticsDailySummaries; all of them when nothing is asked. */
export function findAnalyticsDailySummaries(db: Db, where?: Specification<AnalyticsDailySummary>, page: Page<AnalyticsDailySummary> = {}): Promise<AnalyticsDailySummary[]> {
  return find<AnalyticsDailySummary>(db, analyticsDailySummaryTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertAnalyticsDailySummary(db: Db, row: NewAnalyticsDailySummary): Promise<AnalyticsDailySummary> {
  return insert<AnalyticsDailySummary>(db, analyticsDailySummaryTable, row);
}

/** Finds analyticsEvents; all of them when nothing is asked. */
export function findAnalyticsEvents(db: Db, where?: Specification<AnalyticsEvent>, page: Page<AnalyticsEvent> = {}): Promise<AnalyticsEvent[]> {
  return find<AnalyticsEvent>(db, analyticsEventTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertAnalyticsEvent(db: Db, row: NewAnalyticsEvent): Promise<AnalyticsEvent> {
  return insert<AnalyticsEvent>(db, analyticsEventTable, row);
}

/** Finds users; all of them when nothing is asked. */
export function findUsers(db: Db, where?: Specification<User>, page: Page<User> = {}): Promise<User[]> {
  return find<User>(db, userTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertUser(db: Db, row: NewUser): Promise<User> {
  return insert<User>(db, userTable, row);
}

/** users and the analyticsDailySummaries of each: two statements, however many there are. */
export async function usersWithAnalyticsDailySummaries(
  db: Db,
  where?: Specification<User>,
  page: Page<User> = {},
): Promise<(User & { readonly analyticsDailySummaries: AnalyticsDailySummary[] })[]> {
  const parents = await findUsers(db, where, page);
  const child = specify<AnalyticsDailySummary>();
  const children = parents.length === 0 ? [] : await findAnalyticsDailySummaries(db, child.oneOf('userId', parents.map((parent) => parent.id).filter((key) => key !== null)));
  const byKey = new Map<string, AnalyticsDailySummary[]>();
  for (const row of children) {
    const key = keyText([row.userId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, analyticsDailySummaries: byKey.get(keyText([parent.id])) ?? [] }));
}

/** users and the analyticsEvents of each: two statements, however many there are. */
export async function usersWithAnalyticsEvents(
  db: Db,
  where?: Specification<User>,
  page: Page<User> = {},
): Promise<(User & { readonly analyticsEvents: AnalyticsEvent[] })[]> {
  const parents = await findUsers(db, where, page);
  const child = specify<AnalyticsEvent>();
  const children = parents.length === 0 ? [] : await findAnalyticsEvents(db, child.oneOf('userId', parents.map((parent) => parent.id).filter((key) => key !== null)));
  const byKey = new Map<string, AnalyticsEvent[]>();
  for (const row of children) {
    const key = keyText([row.userId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, analyticsEvents: byKey.get(keyText([parent.id])) ?? [] }));
}

function keyText(values: readonly unknown[]): string {
  return JSON.stringify(values.map((value) => (value instanceof Date ? value.toISOString() : String(value))));
}

async function find<T extends object>(db: Db, table: TableOf, where: Specification<T> | undefined, page: Page<T>): Promise<T[]> {
  const values: (string | null)[] = [];
  const condition = where === undefined ? [] : [`WHERE ${conditionOf(table, where, values)}`];
  const order = (page.orderBy ?? []).map(([field, direction]) => `${known(table.columns, field).name} ${direction === 'desc' ? 'DESC' : 'ASC'}`);
  const text = [
    `SELECT ${columnList(table)} FROM ${table.table}`,
    ...condition,
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    ...(page.limit === undefined ? [] : [`LIMIT $${values.push(String(Math.trunc(page.limit)))}`]),
  ].join(' ');
  return (await run(db, { text }, values)).rows.map((row) => decoded<T>(table, row));
}

async function insert<T extends object>(db: Db, table: TableOf, row: object): Promise<T> {
  const given = Object.entries(row).filter(([field, value]) => value !== undefined && known(table.columns, field).given);
  const names = given.map(([field]) => known(table.columns, field).name);
  const values = given.map(([field, value]) => encode(known(table.columns, field).kind, value));
  const list = names.length === 0 ? 'DEFAULT VALUES' : `(${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`;
  const { rows } = await run(db, { text: `INSERT INTO ${table.table} ${list} RETURNING ${columnList(table)}` }, values);
  return decoded<T>(table, rows[0]!);
}

function columnList({ columns }: TableOf): string {
  return Object.values(columns).map(({ name }, at) => `${name} AS c${at}`).join(', ');
}

function decoded<T>({ columns }: TableOf, row: Readonly<Record<string, unknown>>): T {
  return Object.fromEntries(Object.entries(columns).map(([field, { kind }], at) => [field, decode(kind, row[`c${at}`])])) as T;
}

function conditionOf<T>(table: TableOf, where: Specification<T>, values: (string | null)[]): string {
  if (where.kind === 'not') return `NOT (${conditionOf(table, where.of, values)})`;
  if (where.kind === 'all' || where.kind === 'any') {
    const parts = where.of.map((part) => `(${conditionOf(table, part, values)})`);
    return parts.length === 0 ? (where.kind === 'all' ? 'true' : 'false') : parts.join(where.kind === 'all' ? ' AND ' : ' OR ');
  }
  const { name, kind } = known(table.columns, where.field);
  const bound = (as: string, value: unknown): string => `$${values.push(encode(as, value))}`;
  switch (where.operator) {
    case 'null':
      return `${name} IS NULL`;
    case 'in':
      return `${name} = ANY (${bound(`${kind}[]`, where.value)})`;
    case 'like':
      return `${name} LIKE ${bound(kind, where.value)}`;
    default:
      return `${name} ${comparison(where.operator)} ${bound(kind, where.value)}`;
  }
}
