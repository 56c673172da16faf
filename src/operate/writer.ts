/** A client that writes one row after the other and remembers which were acknowledged. */
import { setTimeout } from 'node:timers/promises';
import { DbdError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';

/** The table it writes to. */
export const ledger = { schema: 'dbd_drill', name: 'ledger' } as const;

/** Milliseconds between two writes. */
const pauseMs = 2;

export interface Writer {
  /** How many writes were acknowledged; they have the ids 1 to this number. */
  readonly acknowledged: number;
  /** Stops after the write that is under way. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends it; a server that is gone is no error. */
  stop(): Promise<void>;
}

/** Makes the table and begins to write, each row in a transaction of its own. */
export async function startWriter(engine: Engine, url: string): Promise<Writer> {
  const session = await engine.connect(url, { application: 'dbd drill' });
  const table = engine.quote.name(ledger);
  await session.run(`
    CREATE SCHEMA ${engine.quote.identifier(ledger.schema)};
    CREATE TABLE ${table} (id bigint PRIMARY KEY, written_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
  let acknowledged = 0;
  let running = true;
  let turn = Promise.resolve();
  const write = async (): Promise<void> => {
    while (running) {
      try {
        await session.query(`INSERT INTO ${table} (id) VALUES ($1)`, [acknowledged + 1]);
      } catch (error) {
        if (error instanceof DbdError && error.code === 'connect.lost') return;
        throw error;
      }
      acknowledged += 1;
      await setTimeout(pauseMs);
    }
  };
  const pause = async (): Promise<void> => {
    running = false;
    await turn;
  };
  turn = write();
  // Awaited when it is paused; until then a failure must not end the process.
  turn.catch(() => undefined);
  return {
    get acknowledged() {
      return acknowledged;
    },
    pause,
    resume() {
      running = true;
      turn = write();
      turn.catch(() => undefined);
    },
    async stop() {
      await pause().finally(() => session.close());
    },
  };
}

/** Of the ids 1 to `until`, how many are there; and how many above. */
export async function countIds(
  engine: Engine,
  session: Session,
  until: number,
): Promise<{ readonly within: number; readonly above: number }> {
  const { rows } = await session.query<{ within: number; above: number }>(
    `SELECT count(*) FILTER (WHERE id BETWEEN 1 AND $1) AS within, count(*) FILTER (WHERE id > $1) AS above FROM ${engine.quote.name(ledger)}`,
    [until],
  );
  return rows[0]!;
}
