// Records: found by a specification, inserted, and loaded together with their children.
// Written by dbd from the catalog and the task; a later run overwrites it.

import { run, type Db } from './connect.js';
import { type Account, type NewAccount, accountTable, type Member, type NewMember, memberTable, type Message, type NewMessage, messageTable, type MessagesArchive, type NewMessagesArchive, messagesArchiveTable, type Outbox, type NewOutbox, outboxTable, type Priority, type NewPriority, priorityTable, type TenantUsage, type NewTenantUsage, tenantUsageTable, type Ticket, type NewTicket, ticketTable, type TableOf } from './schema.js';
import { comparison, known, specify, type Page, type Specification } from './specification.js';
import { decode, encode } from './values.js';

export type { Account, NewAccount, Member, NewMember, Message, NewMessage, MessagesArchive, NewMessagesArchive, Outbox, NewOutbox, Priority, NewPriority, TenantUsage, NewTenantUsage, Ticket, NewTicket };

/** Finds accounts; all of them when nothing is asked. */
export function findAccounts(db: Db, where?: Specification<Account>, page: Page<Account> = {}): Promise<Account[]> {
  return find<Account>(db, accountTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertAccount(db: Db, row: NewAccount): Promise<Account> {
  return insert<Account>(db, accountTable, row);
}

/** Finds members; all of them when nothing is asked. */
export function findMembers(db: Db, where?: Specification<Member>, page: Page<Member> = {}): Promise<Member[]> {
  return find<Member>(db, memberTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertMember(db: Db, row: NewMember): Promise<Member> {
  return insert<Member>(db, memberTable, row);
}

/** Finds messages; all of them when nothing is asked. */
export function findMessages(db: Db, where?: Specification<Message>, page: Page<Message> = {}): Promise<Message[]> {
  return find<Message>(db, messageTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertMessage(db: Db, row: NewMessage): Promise<Message> {
  return insert<Message>(db, messageTable, row);
}

/** Finds messagesArchives; all of them when nothing is asked. */
export function findMessagesArchives(db: Db, where?: Specification<MessagesArchive>, page: Page<MessagesArchive> = {}): Promise<MessagesArchive[]> {
  return find<MessagesArchive>(db, messagesArchiveTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertMessagesArchive(db: Db, row: NewMessagesArchive): Promise<MessagesArchive> {
  return insert<MessagesArchive>(db, messagesArchiveTable, row);
}

/** Finds outboxes; all of them when nothing is asked. */
export function findOutboxes(db: Db, where?: Specification<Outbox>, page: Page<Outbox> = {}): Promise<Outbox[]> {
  return find<Outbox>(db, outboxTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertOutbox(db: Db, row: NewOutbox): Promise<Outbox> {
  return insert<Outbox>(db, outboxTable, row);
}

/** Finds priorities; all of them when nothing is asked. */
export function findPriorities(db: Db, where?: Specification<Priority>, page: Page<Priority> = {}): Promise<Priority[]> {
  return find<Priority>(db, priorityTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertPriority(db: Db, row: NewPriority): Promise<Priority> {
  return insert<Priority>(db, priorityTable, row);
}

/** Finds tenantUsages; all of them when nothing is asked. */
export function findTenantUsages(db: Db, where?: Specification<TenantUsage>, page: Page<TenantUsage> = {}): Promise<TenantUsage[]> {
  return find<TenantUsage>(db, tenantUsageTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertTenantUsage(db: Db, row: NewTenantUsage): Promise<TenantUsage> {
  return insert<TenantUsage>(db, tenantUsageTable, row);
}

/** Finds tickets; all of them when nothing is asked. */
export function findTickets(db: Db, where?: Specification<Ticket>, page: Page<Ticket> = {}): Promise<Ticket[]> {
  return find<Ticket>(db, ticketTable, where, page);
}

/** Inserts one and returns it as the server has it. */
export function insertTicket(db: Db, row: NewTicket): Promise<Ticket> {
  return insert<Ticket>(db, ticketTable, row);
}

/** accounts and the members of each: two statements, however many there are. */
export async function accountsWithMembers(
  db: Db,
  where?: Specification<Account>,
  page: Page<Account> = {},
): Promise<(Account & { readonly members: Member[] })[]> {
  const parents = await findAccounts(db, where, page);
  const child = specify<Member>();
  const children = parents.length === 0 ? [] : await findMembers(db, child.oneOf('accountId', parents.map((parent) => parent.id).filter((key) => key !== null)));
  const byKey = new Map<string, Member[]>();
  for (const row of children) {
    const key = keyText([row.accountId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, members: byKey.get(keyText([parent.id])) ?? [] }));
}

/** accounts and the messages of each: two statements, however many there are. */
export async function accountsWithMessages(
  db: Db,
  where?: Specification<Account>,
  page: Page<Account> = {},
): Promise<(Account & { readonly messages: Message[] })[]> {
  const parents = await findAccounts(db, where, page);
  const child = specify<Message>();
  const children = parents.length === 0 ? [] : await findMessages(db, child.oneOf('accountId', parents.map((parent) => parent.id).filter((key) => key !== null)));
  const byKey = new Map<string, Message[]>();
  for (const row of children) {
    const key = keyText([row.accountId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, messages: byKey.get(keyText([parent.id])) ?? [] }));
}

/** accounts and the tenantUsages of each: two statements, however many there are. */
export async function accountsWithTenantUsages(
  db: Db,
  where?: Specification<Account>,
  page: Page<Account> = {},
): Promise<(Account & { readonly tenantUsages: TenantUsage[] })[]> {
  const parents = await findAccounts(db, where, page);
  const child = specify<TenantUsage>();
  const children = parents.length === 0 ? [] : await findTenantUsages(db, child.oneOf('accountId', parents.map((parent) => parent.id).filter((key) => key !== null)));
  const byKey = new Map<string, TenantUsage[]>();
  for (const row of children) {
    const key = keyText([row.accountId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, tenantUsages: byKey.get(keyText([parent.id])) ?? [] }));
}

/** accounts and the tickets of each: two statements, however many there are. */
export async function accountsWithTickets(
  db: Db,
  where?: Specification<Account>,
  page: Page<Account> = {},
): Promise<(Account & { readonly tickets: Ticket[] })[]> {
  const parents = await findAccounts(db, where, page);
  const child = specify<Ticket>();
  const children = parents.length === 0 ? [] : await findTickets(db, child.oneOf('accountId', parents.map((parent) => parent.id).filter((key) => key !== null)));
  const byKey = new Map<string, Ticket[]>();
  for (const row of children) {
    const key = keyText([row.accountId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, tickets: byKey.get(keyText([parent.id])) ?? [] }));
}

/** members and the tickets of each: two statements, however many there are. */
export async function membersWithTickets(
  db: Db,
  where?: Specification<Member>,
  page: Page<Member> = {},
): Promise<(Member & { readonly tickets: Ticket[] })[]> {
  const parents = await findMembers(db, where, page);
  const child = specify<Ticket>();
  const children = parents.length === 0 ? [] : await findTickets(db, child.any(...parents.map((parent) => child.all(child.is('accountId', parent.accountId!), child.is('requesterId', parent.id!)))));
  const byKey = new Map<string, Ticket[]>();
  for (const row of children) {
    const key = keyText([row.accountId, row.requesterId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, tickets: byKey.get(keyText([parent.accountId, parent.id])) ?? [] }));
}

/** priorities and the tickets of each: two statements, however many there are. */
export async function prioritiesWithTickets(
  db: Db,
  where?: Specification<Priority>,
  page: Page<Priority> = {},
): Promise<(Priority & { readonly tickets: Ticket[] })[]> {
  const parents = await findPriorities(db, where, page);
  const child = specify<Ticket>();
  const children = parents.length === 0 ? [] : await findTickets(db, child.oneOf('priorityName', parents.map((parent) => parent.name).filter((key) => key !== null)));
  const byKey = new Map<string, Ticket[]>();
  for (const row of children) {
    const key = keyText([row.priorityName]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, tickets: byKey.get(keyText([parent.name])) ?? [] }));
}

/** tickets and the messages of each: two statements, however many there are. */
export async function ticketsWithMessages(
  db: Db,
  where?: Specification<Ticket>,
  page: Page<Ticket> = {},
): Promise<(Ticket & { readonly messages: Message[] })[]> {
  const parents = await findTickets(db, where, page);
  const child = specify<Message>();
  const children = parents.length === 0 ? [] : await findMessages(db, child.any(...parents.map((parent) => child.all(child.is('accountId', parent.accountId!), child.is('ticketId', parent.id!)))));
  const byKey = new Map<string, Message[]>();
  for (const row of children) {
    const key = keyText([row.accountId, row.ticketId]);
    const found = byKey.get(key);
    if (found) found.push(row);
    else byKey.set(key, [row]);
  }
  return parents.map((parent) => ({ ...parent, messages: byKey.get(keyText([parent.accountId, parent.id])) ?? [] }));
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
