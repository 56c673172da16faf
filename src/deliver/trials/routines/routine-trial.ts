/** What a routine's trial works with and finds. */
import { SqlError } from '../../../base/error.ts';
import { findTable } from '../../../catalog/find.ts';
import type { Catalog, Table } from '../../../catalog/model.ts';
import type { Design, DesignedRoutine } from '../../../design/model.ts';
import type { Engine, Session } from '../../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../../sandbox/model.ts';
import type { Routine, Row } from '../../../task/model.ts';
import type { Values } from '../row-tests.ts';

export interface RoutineCall {
  readonly expected: 'accepted' | 'rejected';
  /** The call, shortened. */
  readonly shown: string;
  readonly ok: boolean;
  /** What a call that succeeded did. */
  readonly effect?: string;
  readonly message?: string;
  readonly sqlstate?: string;
  /** Why the call shows nothing. */
  readonly untried?: string;
}

/** Something the routine promises, looked at. */
export interface RoutineCheck {
  readonly what: string;
  /** Undefined when it could not be tried. */
  readonly kept?: boolean;
  readonly seen: string;
}

export interface RoutineTrial {
  readonly calls: readonly RoutineCall[];
  readonly checks: readonly RoutineCheck[];
}

export interface RoutineOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Copies are made of it; nobody may be connected. */
  readonly small: SandboxDatabase;
  readonly catalog: Catalog;
  readonly design: Design;
}

export interface RoutineContext<R extends DesignedRoutine = DesignedRoutine> extends RoutineOptions {
  readonly routine: Routine;
  readonly made: R;
  /** A row of the task by column. */
  readonly valuesOf: (row: Row) => Values;
  /** Work with a session of the owner on a copy of its own. */
  readonly onCopy: <T>(work: (session: Session, copy: SandboxDatabase) => Promise<T>) => Promise<T>;
}

/** The table a routine writes; the design made it or found it. */
export function targetOf({
  catalog,
  made,
}: RoutineContext<Exclude<DesignedRoutine, { kind: 'body' }>>): Table {
  return findTable(catalog, made.table)!;
}

/** What the server said when it refused; other errors are thrown on. */
export function refusalOf(error: unknown): { readonly message: string; readonly sqlstate: string } {
  if (!(error instanceof SqlError)) throw error;
  return { message: error.fields.constraint ?? error.message, sqlstate: error.fields.sqlstate };
}

/** Rows that a query counts. */
export async function countOf(session: Session, sql: string): Promise<number> {
  const { rows } = await session.query<{ n: string }>(`SELECT count(*)::text AS n FROM ${sql}`);
  return Number(rows[0]!.n);
}
