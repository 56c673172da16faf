import { SqlError } from '../../../base/error.ts';
import type { LiveFacts, Session } from '../../../engine/model.ts';

/** Longest wait for a lock and for an answer of one of our own questions, milliseconds: looking must not join a queue. */
const lockMs = 300;
const statementMs = 10_000;

/** Asks within the rights of a session, and notes what it was not told. */
export class Asker {
  readonly session: Session;
  readonly unseen: LiveFacts['unseen'][number][] = [];

  constructor(session: Session) {
    this.session = session;
  }

  /** Rows of one question in a short read-only transaction; undefined, and noted, when the server refuses it. Throws `connect.lost`. */
  async ask<R extends Record<string, unknown>>(
    what: string,
    grant: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly R[] | undefined> {
    const { session } = this;
    await session.run(
      `BEGIN READ ONLY; SET LOCAL lock_timeout = ${lockMs}; SET LOCAL statement_timeout = ${statementMs}; SET LOCAL search_path = pg_catalog`,
    );
    try {
      return (await session.query<R>(sql, values)).rows;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const why = error.fields.sqlstate === '42501' ? grant : `${error.message}; ${grant}`;
      this.unseen.push({ what, grant: why });
      return undefined;
    } finally {
      // Rolled back transactions are counted, and people look at that figure.
      await session.run('COMMIT').catch(() => undefined);
    }
  }

  note(what: string, grant: string): void {
    this.unseen.push({ what, grant });
  }
}

/** The grant that shows other sessions, their standbys and all settings. */
export function monitorGrant(role: string): string {
  return `GRANT pg_monitor TO "${role.replaceAll('"', '""')}";`;
}
