// Access patterns. Each statement stays prepared in its session under its name.
// Written by dbd from the catalog and the task; a later run overwrites it.

import { run, type Db, type Statement } from './connect.js';
import { insertAnalyticsEvent, type NewAnalyticsEvent, type AnalyticsEvent } from './records.js';
import { decode, encode, type Json } from './values.js';

export type { Json };

export interface EventsPerUserRow {
  readonly email: string;
  readonly event_type: string;
  readonly day: Date | null;
  readonly events: bigint;
}

const eventsPerUserStatement: Statement = {
  name: 'eventsPerUser_57206fc6',
  text: `SELECT u.email, ae.event_type, date_trunc('day', ae.created_at) AS day, count(*) AS events
FROM analytics_events ae JOIN users u ON u.id = ae.user_id
WHERE ae.created_at >= now() - interval '30 days' AND ae.event_type IN ('page_view', 'button_click', 'form_submit')
GROUP BY 1, 2, 3 ORDER BY 3 DESC, 4 DESC LIMIT 100`,
  columns: { email: 'text', event_type: 'text', day: 'instant', events: 'bigint' },
};

/** Q1: Events per user, type and day, last 30 days, the first hundred */
export async function eventsPerUser(db: Db): Promise<EventsPerUserRow[]> {
  return decoded<EventsPerUserRow>(eventsPerUserStatement, (await run(db, eventsPerUserStatement, [])).rows);
}

export interface UsersLatestEventsParameters {
  readonly userId: bigint;
}

export interface UsersLatestEventsRow {
  readonly id: bigint;
  readonly user_id: bigint;
  readonly event_type: string;
  readonly event_data: Json | null;
  readonly created_at: Date;
}

const usersLatestEventsStatement: Statement = {
  name: 'usersLatestEvents_39511742',
  text: 'SELECT * FROM analytics_events WHERE user_id = $1 ORDER BY created_at DESC LIMIT 50',
  columns: { id: 'bigint', user_id: 'bigint', event_type: 'text', event_data: 'json', created_at: 'instant' },
};

/** Q2: A user's latest events */
export async function usersLatestEvents(db: Db, parameters: UsersLatestEventsParameters): Promise<UsersLatestEventsRow[]> {
  return decoded<UsersLatestEventsRow>(usersLatestEventsStatement, (await run(db, usersLatestEventsStatement, [encode('bigint', parameters.userId)])).rows);
}

/** Q3: Record an event */
export function recordEvent(db: Db, row: NewAnalyticsEvent): Promise<AnalyticsEvent> {
  return insertAnalyticsEvent(db, row);
}

export interface DashboardsFirstPageParameters {
  readonly userId: bigint;
}

export interface DashboardsFirstPageRow {
  readonly day: string;
  readonly event_counts: Json;
}

const dashboardsFirstPageStatement: Statement = {
  name: 'dashboardsFirstPage_85fd2927',
  text: 'SELECT day, event_counts FROM analytics_daily_summary WHERE user_id = $1 AND day >= current_date - 30 ORDER BY day',
  columns: { day: 'date', event_counts: 'json' },
};

/** Q4: The dashboard's first page, a user's last 30 days */
export async function dashboardsFirstPage(db: Db, parameters: DashboardsFirstPageParameters): Promise<DashboardsFirstPageRow[]> {
  return decoded<DashboardsFirstPageRow>(dashboardsFirstPageStatement, (await run(db, dashboardsFirstPageStatement, [encode('bigint', parameters.userId)])).rows);
}

function decoded<R>(statement: Statement, rows: readonly Readonly<Record<string, unknown>>[]): R[] {
  return rows.map((row) => Object.fromEntries(Object.entries(statement.columns).map(([name, kind]) => [name, decode(kind, row[name])])) as R);
}
