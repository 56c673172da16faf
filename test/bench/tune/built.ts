/** Indexes really built, of which any set can be switched on alone. */
import type { IndexWish, PlanFacts, Session } from '../../../src/engine/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import type { Case } from './cases.ts';

/** All of them on one database; those that are switched off exist for nobody. */
export interface Built {
  /** Bytes of each, in the order of the wishes. */
  readonly bytes: readonly number[];
  readonly buildMs: readonly number[];
  /** Names of their tables. */
  readonly tables: readonly string[];
  /** Runs something in a transaction in which of all these only the numbered ones are there, and takes it back. */
  only<T>(numbers: readonly number[], work: (session: Session) => Promise<T>, other?: Session): Promise<T>;
  drop(): Promise<void>;
}

/** Name of the index with this number, from 0. */
export const nameOf = (number: number): string => `bench_${number + 1}`;

/** Builds the wishes; the session is a superuser's and belongs to this until the end. */
export async function buildAll(session: Session, wishes: readonly IndexWish[]): Promise<Built> {
  const names = wishes.map((_, n) => nameOf(n));
  const buildMs: number[] = [];
  for (const [n, { table, definition }] of wishes.entries()) {
    const began = performance.now();
    await session.query(`CREATE INDEX ${names[n]} ON ${postgres.quote.full(table)} ${definition}`);
    buildMs.push(performance.now() - began);
  }
  const { rows } = await session.query<{ bytes: number }>(
    `SELECT pg_relation_size(name::regclass)::float8 AS bytes FROM unnest($1::text[]) WITH ORDINALITY AS w(name, n) ORDER BY n`,
    [names],
  );
  return {
    bytes: rows.map(({ bytes }) => bytes),
    buildMs,
    tables: wishes.map(({ table }) => table.name),
    async only(numbers, work, other = session) {
      const off = names.filter((_, n) => !numbers.includes(n));
      await other.query('BEGIN');
      try {
        // An index that is not live is neither planned with nor written to, nor does it keep updates from being HOT.
        await other.query(
          `UPDATE pg_catalog.pg_index SET indisvalid = false, indisready = false, indislive = false WHERE indexrelid = ANY ($1::regclass[])`,
          [off],
        );
        await other.query(
          `UPDATE pg_catalog.pg_class SET relpages = relpages WHERE oid IN (SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = ANY ($1::regclass[]))`,
          [names],
        );
        return await work(other);
      } finally {
        await other.query('ROLLBACK');
      }
    },
    async drop() {
      if (names.length > 0) await session.query(`DROP INDEX ${names.join(', ')}`);
    },
  };
}

/** Plans of cases where only these indexes are there. */
export function plansWith(
  built: Built,
  numbers: readonly number[],
  cases: readonly Case[],
): Promise<readonly PlanFacts[]> {
  return built.only(numbers, async (session) => {
    const plans: PlanFacts[] = [];
    for (const { sql, values } of cases)
      plans.push(await postgres.stats.explain(session, sql, values, false));
    return plans;
  });
}
