/** Tries whether two rows can be true of the same thing at once, and whether changes at once leave gaps. */
import type { DesignedFeature } from '../../../design/model.ts';
import type { FieldTest } from '../entity-tests.ts';
import {
  answer,
  attempt,
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

type Temporal = Extract<DesignedFeature, { readonly kind: 'temporal' }>;

/** Sessions that change one thing at once, and changes of each. */
const sessionsAtOnce = 4;
const changesEach = 5;

/** An overlap, the view of what is true now, and changes of one thing by several sessions. */
export async function tryTemporal(trial: FeatureTrial, temporal: Temporal): Promise<readonly FieldTest[]> {
  const { session, engine } = trial;
  const { quote } = engine;
  const table = tableIn(trial, temporal.table);
  if (!table) return [open('its periods could not be tried: there is no such table')];
  const name = quote.name(table);
  const period = quote.identifier(temporal.period);
  const key = temporal.key.map((column) => quote.identifier(column));
  // A version that goes on for a day or more, so that there are moments within it.
  const { rows } = await session.query(
    `SELECT ${key.map((column, i) => `${column}::text AS k${i}`).join(', ')}, lower(${period})::text AS since FROM ${name} WHERE upper(${period}) IS NULL OR upper(${period}) - lower(${period}) > interval '1 day' ORDER BY upper(${period}) IS NULL DESC LIMIT 1`,
  );
  if (rows.length === 0) return [open('its periods could not be tried: no row is true for a day')];
  const place = key.map((_, i) => rows[0]![`k${i}`]);
  const since = rows[0]!['since'];
  const same = key.map((column, i) => `${column}::text = $${i + 1}`).join(' AND ');
  const at = `${same} AND lower(${period})::text = $${key.length + 1}`;
  const tests: FieldTest[] = [];
  const list = settable(table)
    .concat(table.columns.filter(({ identity }) => identity === 'by default').map((column) => column.name))
    .map((column) => quote.identifier(column));
  await rolledBack(session, async () => {
    const values = list.map((column) =>
      column === period
        ? `tstzrange(lower(${period}) + interval '1 hour', lower(${period}) + interval '2 hours')`
        : column,
    );
    const said = await attempt(session, () =>
      session.query(
        `INSERT INTO ${name} (${list.join(', ')}) SELECT ${values.join(', ')} FROM ${name} WHERE ${at}`,
        [...place, since],
      ),
    );
    if (said === 'ok') tests.push(broken('two rows may be true of the same thing at the same time'));
    else if (said === temporal.rule)
      tests.push(kept(`a second row for a time that another covers is rejected by ${said}`));
    else tests.push(open(`a second row for a time that another covers was rejected by ${said}`));
  });
  const whole = (): Promise<string | undefined> =>
    valueOf(
      session,
      `SELECT count(*)::text || ' ' || range_agg(${period})::text FROM ${name} WHERE ${same}`,
      place,
    );
  const before = await whole();
  const change = `SELECT ${quote.name(temporal.change)}(version, $${key.length + 1}::timestamptz + $${key.length + 2}::int * interval '1 minute') FROM ${name} AS version WHERE ${same} AND ${period} @> ($${key.length + 1}::timestamptz + $${key.length + 2}::int * interval '1 minute')`;
  const refused: string[] = [];
  await withSessions(trial, sessionsAtOnce, (sessions) =>
    Promise.all(
      sessions.map(async (writer, index) => {
        for (let turn = 0; turn < changesEach; turn++) {
          const minute = 1 + ((turn * 7) % changesEach) * sessionsAtOnce + index;
          const said = await answer(writer.query(change, [...place, since, minute]));
          if (said !== 'ok') refused.push(said);
        }
      }),
    ),
  );
  const after = await whole();
  const [had, covered] = parted(before);
  const [has, covers] = parted(after);
  const wanted = had + sessionsAtOnce * changesEach;
  if (refused.length > 0)
    tests.push(
      open(
        `${refused.length} of ${sessionsAtOnce * changesEach} changes at once were rejected: ${[...new Set(refused)].join('; ')}`,
      ),
    );
  else if (covered !== covers || has !== wanted)
    tests.push(
      broken(
        `after ${sessionsAtOnce * changesEach} changes at once there are ${has} versions instead of ${wanted}, for ${covers} instead of ${covered}`,
      ),
    );
  else
    tests.push(
      kept(
        `${sessionsAtOnce} sessions that changed one thing ${changesEach} times each left ${has} versions without gap or overlap`,
        change,
      ),
    );
  return [...tests, await currentRows(trial, temporal)];
}

/** The view of what is true now, once the changes have left versions that no longer are. */
async function currentRows({ session, engine }: FeatureTrial, temporal: Temporal): Promise<FieldTest> {
  const { quote } = engine;
  const view = quote.name(temporal.view);
  const now = `SELECT ${[...temporal.key, temporal.period].map((column) => quote.identifier(column)).join(', ')} FROM ${quote.name(temporal.table)} WHERE ${quote.identifier(temporal.period)} @> now()`;
  const shown = now.replace(/ FROM .*$/s, ` FROM ${view}`);
  const count = async (sql: string): Promise<number> =>
    Number(await valueOf(session, `SELECT count(*) FROM (${sql}) AS each`));
  const [seen, current, all] = [
    await count(`SELECT FROM ${view}`),
    await count(now),
    await count(`SELECT FROM ${quote.name(temporal.table)}`),
  ];
  const differ = await count(`(${shown}) EXCEPT ALL (${now})`);
  if (seen !== current || differ > 0)
    return broken(`${temporal.view.name} shows ${seen} rows, ${differ} of them not true now; ${current} are`);
  return current === 0 || current === all
    ? open(`${temporal.view.name} could not be tried: ${current} of ${all} rows are true now`)
    : kept(`${temporal.view.name} shows what is true now, ${current} of ${all} rows`);
}

function parted(text = '0 '): readonly [number, string] {
  const at = text.indexOf(' ');
  return [Number(text.slice(0, at)), text.slice(at + 1)];
}
