/** Experiments on a hollow database: indexes and statistics that are there for the planner only. */
import { fail } from '../../../base/error.ts';
import type { Name } from '../../../catalog/model.ts';
import type { WhatIf } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { Snapshot } from '../../../engine/snapshot/model.ts';
import { checkHere } from '../pages/here.ts';
import { discard } from '../pages/reshape.ts';
import { quote } from '../quote.ts';
import { buildEmpty } from './build.ts';
import { enlarge } from './guess.ts';
import { pricesIn } from './price.ts';
import { enterRoom } from './room.ts';
import { makeStatistics } from './statistics.ts';

/** Files of indexes that were replaced are removed when so many have gathered, since that waits for the disk. */
const mostLeftovers = 2000;

/** Begins experiments; throws `twin.hollow` when the server is not on this machine. Calls are done one after the other, in the order in which they come. */
export async function whatIf(session: Session, snapshot: Pick<Snapshot, 'settings'>): Promise<WhatIf> {
  await checkHere(session);
  const room = await enterRoom(session);
  const prices = pricesIn(room, snapshot.settings);
  const indexes = new Map<string, Name>();
  const statistics = new Map<string, Name>();
  let leftovers: string[] = [];
  let count = 0;
  let closing: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (closing) fail('internal.bug', 'The experiments have ended.');
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
  const nextName = (): string => `dbd_what_if_${session.pid}_${(count += 1)}`;
  const sweep = async (): Promise<void> => {
    const gone = leftovers;
    leftovers = [];
    await room.asOwner();
    await discard(session, gone);
  };

  const removeIndexes = async (names: readonly Name[]): Promise<void> => {
    if (names.length === 0) return;
    for (const name of names)
      if (!indexes.has(keyOf(name)))
        fail('sql.refused', `${name.schema}.${name.name} is no index of these experiments.`);
    await room.asOwner();
    await session.query(`DROP INDEX IF EXISTS ${names.map(sqlName).join(', ')}`);
    for (const name of names) indexes.delete(keyOf(name));
    prices.forget();
  };

  const removeStatistics = async (name: Name): Promise<void> => {
    if (!statistics.has(keyOf(name)))
      fail('sql.refused', `${name.schema}.${name.name} is no statistics object of these experiments.`);
    await room.asOwner();
    await session.query(`DROP STATISTICS IF EXISTS ${sqlName(name)}`);
    statistics.delete(keyOf(name));
  };

  return {
    create: (wishes) =>
      inTurn(async () => {
        if (wishes.length === 0) return [];
        const made = await buildEmpty(room, wishes, wishes.map(nextName));
        for (const name of made) indexes.set(keyOf(name), name);
        prices.forget();
        try {
          const { guesses, leftovers: more } = await enlarge(room, made);
          leftovers.push(...more);
          if (leftovers.length > mostLeftovers) await sweep();
          return guesses;
        } catch (error) {
          await removeIndexes(made);
          throw error;
        }
      }),
    drop: (names) => inTurn(() => removeIndexes(names)),
    price: (sql, values, trial = {}) => inTurn(() => prices.price(sql, values, trial)),
    generic: (sql, trial = {}) => inTurn(() => prices.generic(sql, trial)),
    statistics: (table, columns, distinct, dependency) =>
      inTurn(async () => {
        const name = { schema: table.schema, name: nextName() };
        const assumed = await makeStatistics(room, name, table, columns, distinct, dependency);
        statistics.set(keyOf(name), name);
        return { name, assumed };
      }),
    dropStatistics: (name) => inTurn(() => removeStatistics(name)),
    close() {
      closing ??= last.then(end, end);
      return closing;
    },
  };

  async function end(): Promise<void> {
    await removeIndexes([...indexes.values()]);
    for (const name of statistics.values()) await removeStatistics(name);
    await sweep();
    await room.leave();
  }
}

function keyOf({ schema, name }: Name): string {
  return JSON.stringify([schema, name]);
}

function sqlName({ schema, name }: Name): string {
  return `${quote.identifier(schema)}.${quote.identifier(name)}`;
}
