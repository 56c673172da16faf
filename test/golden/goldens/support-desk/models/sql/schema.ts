// The tables: what a row holds, and what their names are in SQL.
// Written by dbd from the catalog and the task; a later run overwrites it.

import type { Json } from './values.js';

/** A row of public.accounts: A company that uses the support desk */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly plan: string;
  readonly createdAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewAccount {
  readonly id?: string;
  readonly name: string;
  readonly plan?: string;
  readonly createdAt?: Date;
}

/** A row of public.members: A person who works for an account */
export interface Member {
  readonly id: bigint;
  readonly accountId: string;
  /** [class: personal; purpose: To answer tickets; readers: desk_app] (DESK-12 P1) */
  readonly email: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewMember {
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
  readonly createdAt?: Date;
}

/** A row of public.messages: One answer in a ticket's conversation [class: confidential; owner: support-platform; retention: 24 months, then archive] (DESK-12 E3) */
export interface Message {
  readonly id: bigint;
  readonly accountId: string;
  readonly ticketId: bigint;
  /** [class: personal; purpose: To answer tickets; readers: desk_app] (DESK-12 P2) */
  readonly body: string;
  readonly sentAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewMessage {
  readonly accountId: string;
  readonly ticketId: bigint;
  readonly body: string;
  readonly sentAt?: Date;
}

/** A row of public.messages_archive: Rows of messages that were older than 24 months (DESK-12 C1) */
export interface MessagesArchive {
  readonly id: bigint;
  readonly accountId: string;
  readonly ticketId: bigint;
  /** [class: personal; purpose: To answer tickets; readers: desk_app] (DESK-12 P2) */
  readonly body: string;
  readonly sentAt: Date;
  readonly archivedAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewMessagesArchive {
  readonly id: bigint;
  readonly accountId: string;
  readonly ticketId: bigint;
  readonly body: string;
  readonly sentAt: Date;
  readonly archivedAt?: Date;
}

/** A row of public.outbox: Messages that wait for a consumer, oldest first; what was taken is gone (DESK-12 E2) */
export interface Outbox {
  readonly id: bigint;
  readonly topic: string;
  readonly key: Json;
  readonly operation: string;
  readonly payload: Json;
  readonly writtenAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewOutbox {
  readonly topic: string;
  readonly key: Json;
  readonly operation: string;
  readonly payload: Json;
  readonly writtenAt?: Date;
}

/** A row of public.priorities: How urgent a ticket is [class: internal; owner: support-platform] (DESK-12 E1) */
export interface Priority {
  readonly name: string;
  readonly answerWithin: string;
}

/** What an insert gives; what is left out gets its default. */
export interface NewPriority {
  readonly name: string;
  readonly answerWithin: string;
}

/** A row of public.tenant_usage: Rows of each tenant in tables with a limit, kept by their triggers (DESK-12 tenancy) */
export interface TenantUsage {
  readonly accountId: string;
  readonly counted: string;
  readonly kept: bigint;
}

/** What an insert gives; what is left out gets its default. */
export interface NewTenantUsage {
  readonly accountId: string;
  readonly counted: string;
  readonly kept: bigint;
}

/** A row of public.tickets: What a customer asks for [class: confidential; owner: support-platform] (DESK-12 E2) */
export interface Ticket {
  readonly id: bigint;
  readonly accountId: string;
  readonly requesterId: bigint;
  readonly priorityName: string;
  readonly subject: string;
  readonly status: string;
  readonly labels: string[] | null;
  readonly context: Json | null;
  readonly createdAt: Date;
  /** When the row was deleted; empty while it is alive */
  readonly deletedAt: Date | null;
  /** Raised by every update; an update that gives the version it has read finds no row once another has written */
  readonly version: number;
}

/** What an insert gives; what is left out gets its default. */
export interface NewTicket {
  readonly accountId: string;
  readonly requesterId: bigint;
  readonly priorityName: string;
  readonly subject: string;
  readonly status?: string;
  readonly labels?: string[] | null;
  readonly context?: Json | null;
  readonly createdAt?: Date;
  readonly deletedAt?: Date | null;
  readonly version?: number;
}

export interface TableOf {
  readonly table: string;
  readonly columns: { readonly [property: string]: ColumnOf };
}

export interface ColumnOf {
  readonly name: string;
  readonly kind: string;
  /** Programs give it a value. */
  readonly given: boolean;
}

export const accountTable: TableOf = {
  table: 'public.accounts',
  columns: {
    id: { name: 'id', kind: 'uuid', given: true },
    name: { name: 'name', kind: 'text', given: true },
    plan: { name: 'plan', kind: 'text', given: true },
    createdAt: { name: 'created_at', kind: 'instant', given: true },
  },
};

export const memberTable: TableOf = {
  table: 'public.members',
  columns: {
    id: { name: 'id', kind: 'bigint', given: false },
    accountId: { name: 'account_id', kind: 'uuid', given: true },
    email: { name: 'email', kind: 'text', given: true },
    name: { name: 'name', kind: 'text', given: true },
    createdAt: { name: 'created_at', kind: 'instant', given: true },
  },
};

export const messageTable: TableOf = {
  table: 'public.messages',
  columns: {
    id: { name: 'id', kind: 'bigint', given: false },
    accountId: { name: 'account_id', kind: 'uuid', given: true },
    ticketId: { name: 'ticket_id', kind: 'bigint', given: true },
    body: { name: 'body', kind: 'text', given: true },
    sentAt: { name: 'sent_at', kind: 'instant', given: true },
  },
};

export const messagesArchiveTable: TableOf = {
  table: 'public.messages_archive',
  columns: {
    id: { name: 'id', kind: 'bigint', given: true },
    accountId: { name: 'account_id', kind: 'uuid', given: true },
    ticketId: { name: 'ticket_id', kind: 'bigint', given: true },
    body: { name: 'body', kind: 'text', given: true },
    sentAt: { name: 'sent_at', kind: 'instant', given: true },
    archivedAt: { name: 'archived_at', kind: 'instant', given: true },
  },
};

export const outboxTable: TableOf = {
  table: 'public.outbox',
  columns: {
    id: { name: 'id', kind: 'bigint', given: false },
    topic: { name: 'topic', kind: 'text', given: true },
    key: { name: 'key', kind: 'json', given: true },
    operation: { name: 'operation', kind: 'text', given: true },
    payload: { name: 'payload', kind: 'json', given: true },
    writtenAt: { name: 'written_at', kind: 'instant', given: true },
  },
};

export const priorityTable: TableOf = {
  table: 'public.priorities',
  columns: {
    name: { name: 'name', kind: 'text', given: true },
    answerWithin: { name: 'answer_within', kind: 'interval', given: true },
  },
};

export const tenantUsageTable: TableOf = {
  table: 'public.tenant_usage',
  columns: {
    accountId: { name: 'account_id', kind: 'uuid', given: true },
    counted: { name: 'counted', kind: 'text', given: true },
    kept: { name: 'kept', kind: 'bigint', given: true },
  },
};

export const ticketTable: TableOf = {
  table: 'public.tickets',
  columns: {
    id: { name: 'id', kind: 'bigint', given: false },
    accountId: { name: 'account_id', kind: 'uuid', given: true },
    requesterId: { name: 'requester_id', kind: 'bigint', given: true },
    priorityName: { name: 'priority_name', kind: 'text', given: true },
    subject: { name: 'subject', kind: 'text', given: true },
    status: { name: 'status', kind: 'text', given: true },
    labels: { name: 'labels', kind: 'text[]', given: true },
    context: { name: 'context', kind: 'json', given: true },
    createdAt: { name: 'created_at', kind: 'instant', given: true },
    deletedAt: { name: 'deleted_at', kind: 'instant', given: true },
    version: { name: 'version', kind: 'integer', given: true },
  },
};
