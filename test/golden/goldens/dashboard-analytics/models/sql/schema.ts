// The tables: what a row holds, and what their names are in SQL.
// Written by dbd from the catalog and the task; a later run overwrites it.

import type { Json } from './values.js';

/** A row of public.analytics_daily_summary: Events per user and day, for the dashboard's first page (KAN-29 E2) */
export interface AnalyticsDailySummary {
  readonly userId: bigint;
  readonly day: string;
  readonly eventCounts: Json;
}

/** What an insert gives; what is left out gets its default. */
export interface NewAnalyticsDailySummary {
  readonly userId: bigint;
  readonly day: string;
  readonly eventCounts: Json;
}

/** A row of public.analytics_events: One thing a user did on the dashboard [retention: 6 months, then delete] (KAN-29 E1) */
export interface AnalyticsEvent {
  readonly id: bigint;
  readonly userId: bigint;
  readonly eventType: string;
  readonly eventData: Json | null;
  readonly createdAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewAnalyticsEvent {
  readonly userId: bigint;
  readonly eventType: string;
  readonly eventData?: Json | null;
  readonly createdAt?: Date;
}

/** A row of public.users: One person with an account */
export interface User {
  readonly id: bigint;
  /** Address used to sign in, in lower case [class: personal; readers: app] (KAN-29 P1) */
  readonly email: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What an insert gives; what is left out gets its default. */
export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
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

export const analyticsDailySummaryTable: TableOf = {
  table: 'public.analytics_daily_summary',
  columns: {
    userId: { name: 'user_id', kind: 'bigint', given: true },
    day: { name: 'day', kind: 'date', given: true },
    eventCounts: { name: 'event_counts', kind: 'json', given: true },
  },
};

export const analyticsEventTable: TableOf = {
  table: 'public.analytics_events',
  columns: {
    id: { name: 'id', kind: 'bigint', given: false },
    userId: { name: 'user_id', kind: 'bigint', given: true },
    eventType: { name: 'event_type', kind: 'text', given: true },
    eventData: { name: 'event_data', kind: 'json', given: true },
    createdAt: { name: 'created_at', kind: 'instant', given: true },
  },
};

export const userTable: TableOf = {
  table: 'public.users',
  columns: {
    id: { name: 'id', kind: 'bigint', given: false },
    email: { name: 'email', kind: 'text', given: true },
    name: { name: 'name', kind: 'text', given: true },
    createdAt: { name: 'created_at', kind: 'instant', given: true },
    updatedAt: { name: 'updated_at', kind: 'instant', given: true },
  },
};
