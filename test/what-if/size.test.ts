/** Sizes that are worked out from statistics against indexes that are really built. */
import { expect, test } from 'vitest';
import type { IndexGuess, Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { filledTables, varied } from './indexes.ts';

interface Compared {
  readonly index: string;
  readonly method: string;
  readonly real: number;
  readonly guessed: number;
  readonly level: number | null;
  readonly guessedLevel: number | null;
  readonly assumed: readonly string[];
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;

test('pages and heights of indexes on a hollow twin are those of a build', async () => {
  const sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  try {
    const database = await sandbox.createDatabase();
    const session = await postgres.connect(database.adminUrl);
    await session.run('CREATE EXTENSION pageinspect; SELECT setseed(0.5)');
    for (const statement of filledTables(40_000)) await session.run(statement);
    await session.run('VACUUM ANALYZE orders, lines, tiny');
    const snapshot = await snapshotOf(database.adminUrl);
    const compared = await built(session, await guessed(snapshot));
    await session.close();

    const errors = compared.map(({ real, guessed: own }) => Math.abs(own / real - 1));
    expect(compared).toHaveLength(varied.length);
    expect(quantile(errors, 0.5), table(compared)).toBeLessThanOrEqual(0.02);
    expect(quantile(errors, 0.9), table(compared)).toBeLessThanOrEqual(0.1);
    expect(
      compared.filter(({ level, guessedLevel }) => level !== guessedLevel).map(({ index }) => index),
    ).toEqual([]);
    // What is far off is told to rest on assumptions.
    expect(
      compared.filter(
        ({ real, guessed: own, assumed }) =>
          Math.abs(own / real - 1) > 0.1 && own + real > 20 && assumed.length === 0,
      ),
    ).toEqual([]);
    // An index on another column is not as large: the comparison can fail.
    expect(compared[2]!.guessed / compared[5]!.real).toBeLessThan(0.8);
  } finally {
    await sandbox.stop();
  }
}, 240_000);

/** What a hollow twin says of each index. */
async function guessed(snapshot: Awaited<ReturnType<typeof snapshotOf>>): Promise<readonly IndexGuess[]> {
  const twin = await hollowOf(snapshot);
  try {
    const session = await postgres.connect(twin.database.adminUrl);
    const trial = await postgres.hollow.whatIf(session, snapshot);
    const guesses = await trial.create(
      varied.map(([name, definition, unique = false]) => ({
        table: { schema: 'public', name },
        definition,
        unique,
      })),
    );
    await trial.close();
    await session.close();
    return guesses;
  } finally {
    await twin.sandbox.stop();
  }
}

async function built(session: Session, guesses: readonly IndexGuess[]): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const [i, [name, definition, unique]] of varied.entries()) {
    await session.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX built ON ${name} ${definition}`);
    const { rows } = await session.query<{ method: string; pages: number; level: number | null }>(`
      SELECT a.amname AS method, (pg_relation_size(c.oid) / 8192)::int AS pages, CASE WHEN a.amname = 'btree' THEN (SELECT level::int FROM bt_metap('built')) END AS level
        FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.relname = 'built'`);
    await session.query('DROP INDEX built');
    const { pages, level, assumed } = guesses[i]!;
    compared.push({
      index: `${name} ${unique ? 'UNIQUE ' : ''}${definition}`,
      method: rows[0]!.method,
      real: rows[0]!.pages,
      guessed: pages,
      level: rows[0]!.level,
      guessedLevel: level ?? null,
      assumed,
    });
  }
  return compared;
}

function table(compared: readonly Compared[]): string {
  const errors = compared.map(({ real, guessed: own }) => Math.abs(own / real - 1));
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return [
    ...compared.map(
      ({ index, real, guessed: own, level, guessedLevel }) =>
        `${String(real).padStart(6)} ${String(own).padStart(6)} ${(own / real).toFixed(3)} ${level === null ? '   ' : `${level}/${guessedLevel}`} ${index}`,
    ),
    `${compared.length} indexes: median error ${percent(quantile(errors, 0.5))}, 90 % below ${percent(quantile(errors, 0.9))}`,
  ].join('\n');
}
