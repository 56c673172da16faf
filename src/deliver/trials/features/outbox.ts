/** Tries whether every change leaves a message, and whether two consumers ever take the same one. */
import type { Session } from '../../../engine/model.ts';
import type { DesignedFeature } from '../../../design/model.ts';
import { beginningOf } from '../beginnings.ts';
import type { FieldTest } from '../entity-tests.ts';
import { takeTemplate } from '../free-row.ts';
import { changeOne } from '../history-tests.ts';
import {
  broken,
  kept,
  open,
  rolledBack,
  settable,
  tableIn,
  valueOf,
  withSessions,
  type FeatureTrial,
} from './trial.ts';

type Outbox = Extract<DesignedFeature, { readonly kind: 'outbox' }>;

/** Rows that messages are about, and messages about each. */
const rowsTold = 20;
const messagesEach = 5;
/** Calls of a consumer at most, and empty ones after which it stops. */
const mostCalls = 400;
const emptyCalls = 6;

/** Messages of one change each, none after a rollback, and two consumers of which one fails now and then. */
export async function tryOutbox(trial: FeatureTrial, outbox: Outbox): Promise<readonly FieldTest[]> {
  return [...(await tryWrites(trial, outbox)), ...(await tryConsumers(trial, outbox))];
}

async function tryWrites(trial: FeatureTrial, outbox: Outbox): Promise<readonly FieldTest[]> {
  const { session, engine, catalog } = trial;
  const { quote } = engine;
  const table = tableIn(trial, outbox.table);
  if (!table) return [open('its messages could not be tried: there is no such table')];
  const messages = quote.name(outbox.messages);
  const count = (): Promise<string | undefined> => valueOf(session, `SELECT count(*) FROM ${messages}`);
  const before = await count();
  const tests = await rolledBack(session, async (): Promise<readonly FieldTest[]> => {
    await session.query(`DELETE FROM ${messages}`);
    if (!(await takeTemplate({ session, quote, catalog }, table)))
      return [open('its messages could not be tried: no row may leave')];
    const begins = beginningOf(trial.hints, table);
    const list = settable(table)
      .filter((name) => !(name in begins))
      .map((name) => quote.identifier(name))
      .join(', ');
    await session.query(
      `INSERT INTO ${quote.name(table)} (${list}) SELECT ${list} FROM pg_temp.dbd_template`,
    );
    const changed = await changeOne({ session, quote, catalog, probe: engine.probe }, table);
    const { rows } = await session.query<{ operation: string }>(
      `SELECT DISTINCT operation FROM ${messages} WHERE topic = $1`,
      [outbox.topic],
    );
    const missing = ['DELETE', 'INSERT', ...(changed ? ['UPDATE'] : [])].filter(
      (operation) => !rows.some((row) => row.operation === operation),
    );
    if (missing.length > 0) return [broken(`no message is written of: ${missing.join(', ')}`)];
    return [
      ...(changed
        ? []
        : [open('whether an update leaves a message could not be tried: no row could be changed')]),
      kept(
        `${changed ? 'a deletion, an insertion and an update' : 'a deletion and an insertion'} each leave a message in ${outbox.messages.name}`,
      ),
    ];
  });
  return (await count()) === before
    ? [...tests, kept('a rollback leaves no message')]
    : [...tests, broken('messages stay after a rollback')];
}

async function tryConsumers(trial: FeatureTrial, outbox: Outbox): Promise<readonly FieldTest[]> {
  const { session, engine } = trial;
  const messages = engine.quote.name(outbox.messages);
  await session.query(`DELETE FROM ${messages}`);
  await session.query(
    `INSERT INTO ${messages} (topic, key, operation, payload) SELECT $1::text, jsonb_build_object('n', n % ${rowsTold}), 'UPDATE', '{}' FROM generate_series(1, ${rowsTold * messagesEach}) AS n`,
    [outbox.topic],
  );
  const all = rowsTold * messagesEach;
  const taken: { readonly id: number; readonly key: string }[] = [];
  const each = [0, 0];
  let returned = 0;
  const consume = async (consumer: Session, index: number): Promise<void> => {
    const fails = index === 1;
    for (let call = 0, empty = 0; call < mostCalls && empty < emptyCalls && taken.length < all * 2; call++) {
      await consumer.query('BEGIN');
      const { rows } = await consumer.query<{ id: string; key: unknown }>(outbox.take, [4]);
      const back = fails && call % 3 === 0;
      empty = rows.length === 0 ? empty + 1 : 0;
      if (back) returned += rows.length;
      else each[index] = (each[index] ?? 0) + rows.length;
      if (!back) taken.push(...rows.map(({ id, key }) => ({ id: Number(id), key: JSON.stringify(key) })));
      await consumer.query(back ? 'ROLLBACK' : 'COMMIT');
    }
  };
  await withSessions(trial, 2, (sessions) => Promise.all(sessions.map(consume)));
  const doubles = taken.length - new Set(taken.map(({ id }) => id)).size;
  const left = Number(await valueOf(session, `SELECT count(*) FROM ${messages}`));
  const disordered = taken.filter((message, index) =>
    taken.slice(0, index).some((earlier) => earlier.key === message.key && earlier.id > message.id),
  ).length;
  const wrong = [
    ...(doubles > 0 ? [`two consumers took ${doubles} messages twice`] : []),
    ...(left > 0 || taken.length - doubles < all
      ? [`${all - (taken.length - doubles)} messages were lost or left behind`]
      : []),
    ...(disordered > 0 ? [`${disordered} messages came before an earlier one about the same row`] : []),
  ];
  if (wrong.length === 0 && each.includes(0))
    return [
      open(`two consumers could not be tried: one of them took ${each.join(' and the other ')} messages`),
    ];
  return wrong.length > 0
    ? wrong.map(broken)
    : [
        kept(
          `two consumers at once took ${all} messages, each once and in the order of its row; ${returned} that one of them rolled back came again`,
          outbox.take,
        ),
      ];
}
