import type { Bound, Unit } from './model.ts';

/** A statement to send. */
export interface Act {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Place of the statement in its unit. */
  readonly at: number;
}

export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly count: number;
}

/** `stopped`: a check did not show what the application hopes for. `conflict`: a row was not as it was read. */
export type Ending = 'done' | 'stopped' | 'conflict';

export interface Acting {
  readonly unit: Unit;
  readonly values: Bound;
  /** What a calculated number grows by; texts get a letter by it. */
  readonly by: number;
  /** What each check must show, as JSON; undefined lets everything pass. */
  readonly hoped?: (at: number) => string | undefined;
}

/** The application's side of a unit of work: it sends statements, and decides by what it reads; every way through it depends on the answers alone. */
export function* act({ unit, values, by, hoped }: Acting): Generator<Act, Ending, Answer> {
  const own: Record<string, unknown> = { ...values };
  let stopped = false;
  for (const [at, step] of unit.steps.entries()) {
    if (stopped && step.writes !== undefined) return 'stopped';
    const answer = yield { sql: step.sql, values: step.names.map((name) => own[name] ?? null), at };
    if (step.carries.length > 0 && answer.count === 0) return 'conflict';
    for (const later of unit.steps) {
      for (const { parameter, column, from } of later.carries)
        if (from === at && answer.rows[0]) own[parameter] = answer.rows[0][column];
      for (const { parameter, column, from } of later.derives)
        if (from === at && answer.rows[0])
          own[parameter] = changed(answer.rows[0][column], by) ?? own[parameter];
    }
    if (step.guard) {
      const wanted = hoped?.(at);
      stopped ||= wanted !== undefined && wanted !== shownRows(answer);
    }
  }
  return 'done';
}

/** An answer as one text. */
export function shownRows({ rows }: Answer): string {
  return JSON.stringify(rows);
}

/** A new value made from the one that was read; undefined where no calculation suggests itself. */
export function changed(value: unknown, by: number): unknown {
  if (typeof value === 'number') return value + by;
  if (typeof value !== 'string') return undefined;
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return String(Number(value) + by);
  return `${value}${String.fromCodePoint(96 + by)}`;
}
