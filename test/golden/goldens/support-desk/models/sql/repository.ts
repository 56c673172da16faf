// Access patterns. Each statement stays prepared in its session under its name.
// Written by dbd from the catalog and the task; a later run overwrites it.

import { run, type Db, type Statement } from './connect.js';
import { insertTicket, insertMessage, type NewTicket, type Ticket, type NewMessage, type Message } from './records.js';
import { decode, encode, type Json } from './values.js';

export type { Json };

export interface AccountsOpenTicketsParameters {
  readonly accountId: string;
}

export interface AccountsOpenTicketsRow {
  readonly id: bigint;
  readonly subject: string;
  readonly status: string;
  readonly priority_name: string;
  readonly created_at: Date;
}

const accountsOpenTicketsStatement: Statement = {
  name: 'accountsOpenTickets_ca8ea307',
  text: 'SELECT id, subject, status, priority_name, created_at FROM tickets WHERE account_id = $1 AND status = \'open\' ORDER BY created_at DESC LIMIT 50',
  columns: { id: 'bigint', subject: 'text', status: 'text', priority_name: 'text', created_at: 'instant' },
};

/** Q1: An account's open tickets, newest first */
export async function accountsOpenTickets(db: Db, parameters: AccountsOpenTicketsParameters): Promise<AccountsOpenTicketsRow[]> {
  return decoded<AccountsOpenTicketsRow>(accountsOpenTicketsStatement, (await run(db, accountsOpenTicketsStatement, [encode('uuid', parameters.accountId)])).rows);
}

export interface ConversationOfTicketParameters {
  readonly accountId: string;
  readonly ticketId: bigint;
}

export interface ConversationOfTicketRow {
  readonly id: bigint;
  readonly body: string;
  readonly sent_at: Date;
}

const conversationOfTicketStatement: Statement = {
  name: 'conversationOfTicket_71c84e85',
  text: 'SELECT id, body, sent_at FROM messages WHERE account_id = $1 AND ticket_id = $2 ORDER BY sent_at',
  columns: { id: 'bigint', body: 'text', sent_at: 'instant' },
};

/** Q2: The conversation of a ticket */
export async function conversationOfTicket(db: Db, parameters: ConversationOfTicketParameters): Promise<ConversationOfTicketRow[]> {
  return decoded<ConversationOfTicketRow>(conversationOfTicketStatement, (await run(db, conversationOfTicketStatement, [encode('uuid', parameters.accountId), encode('bigint', parameters.ticketId)])).rows);
}

/** Q3: File a ticket */
export function fileTicket(db: Db, row: NewTicket): Promise<Ticket> {
  return insertTicket(db, row);
}

/** Q4: Answer */
export function answer(db: Db, row: NewMessage): Promise<Message> {
  return insertMessage(db, row);
}

function decoded<R>(statement: Statement, rows: readonly Readonly<Record<string, unknown>>[]): R[] {
  return rows.map((row) => Object.fromEntries(Object.entries(statement.columns).map(([name, kind]) => [name, decode(kind, row[name])])) as R);
}
