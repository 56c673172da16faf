/** Events of users, and their summary by user and day: the task, the tables that are there, and rows. */

/** Six users. */
export const users = `CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);
  INSERT INTO users (email) SELECT 'u' || n FROM generate_series(1, 6) AS n;`;

/** What one summary keeps, and how. */
export interface Asked {
  readonly set: string;
  readonly fields: string;
  readonly keep: 'on-write' | 'on-schedule';
  readonly onDelete?: string;
}

/** The block of the task; an event may lack its kind unless the summary is kept on write. */
export function daySummary({ set, fields, keep, onDelete = 'subtract' }: Asked): string {
  return `
entities:
  E1 Event:
    fields: { kind: { type: text${keep === 'on-write' ? ', required: true' : ''} }, amount: { type: int, required: true, default: 1 }, created_at: { type: instant, required: true, default: now } }
  E2 DaySummary:
    table: day_summary
    key: [user, day]
    fields: { day: { type: date, required: true }, ${fields} }
    derived: { from: E1, by: { day: "(created_at AT TIME ZONE 'UTC')::date", user: user }, set: { ${set} }, keep: ${keep}, on_source_delete: ${onDelete} }
relations:
  L1: { from: E1, to: users, name: user, required: true, on_delete: cascade }
  L2: { from: E2, to: users, name: user, required: true, on_delete: cascade }`;
}

/** A count of events by their kind. */
export const countsByKind = {
  set: 'counts: count by kind',
  fields: 'counts: { type: json, required: true }',
};

/** Count, sum, lowest and highest. */
export const fourFigures = {
  set: 'n: count, total: sum amount, lowest: min amount, highest: max amount',
  fields:
    'n: { type: int, required: true, check: n > 0 }, total: { type: bigint, required: true }, lowest: { type: int, required: true }, highest: { type: int, required: true }',
};

/** Visits that were counted before the summary came, and the task for it. */
export const visits = `${users} CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint REFERENCES users ON DELETE SET NULL); INSERT INTO visits (user_id) SELECT 1 + n % 3 FROM generate_series(1, 30) AS n;`;

/** The task that counts visits by user. */
export function visitCount(keep: Asked['keep']): string {
  return `
entities:
  E1 VisitCount:
    key: [user]
    fields: { visits: { type: int, required: true } }
    derived: { from: visits, by: { user: user_id }, set: { visits: count }, keep: ${keep}, on_source_delete: subtract }
relations:
  L1: { from: E1, to: users, name: user, required: true, on_delete: cascade }`;
}
