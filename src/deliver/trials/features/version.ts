/** Tries whether two writers that read the same version can both save. */
import type { DesignedFeature } from '../../../design/model.ts';
import type { FieldTest } from '../entity-tests.ts';
import { waits } from '../meeting.ts';
import {
  answer,
  attempt,
  broken,
  kept,
  open,
  rolledBack,
  tableIn,
  withSessions,
  type FeatureTrial,
} from './trial.ts';

type Version = Extract<DesignedFeature, { readonly kind: 'version' }>;

/** A lost update with two sessions, and versions that no update may give. */
export async function tryVersion(
  trial: FeatureTrial,
  { table: name, column, rule }: Version,
): Promise<readonly FieldTest[]> {
  const table = tableIn(trial, name);
  const key = table?.constraints.find(({ kind }) => kind === 'primary')?.columns ?? [];
  const { quote } = trial.engine;
  if (!table || key.length === 0) return [open('its version could not be tried: it has no key')];
  const version = quote.identifier(column);
  const { rows } = await trial.session.query(
    `SELECT ${version}::text AS version, ${key.map((each, i) => `${quote.identifier(each)}::text AS k${i}`).join(', ')} FROM ${quote.name(table)} LIMIT 1`,
  );
  if (rows.length === 0) return [open('its version could not be tried: the table has no row')];
  const place = key.map((_, i) => rows[0]![`k${i}`]);
  const same = key.map((each, i) => `${quote.identifier(each)}::text = $${i + 1}`).join(' AND ');
  const tests: FieldTest[] = [];
  await rolledBack(trial.session, async () => {
    for (const value of [`${version} + 2`, `${version} - 1`, 'NULL']) {
      const said = await attempt(trial.session, () =>
        trial.session.query(`UPDATE ${quote.name(table)} SET ${version} = ${value} WHERE ${same}`, place),
      );
      if (said === 'ok') tests.push(broken(`an update may set ${column} to ${value}`));
      else if (said !== rule)
        tests.push(open(`an update that sets ${column} to ${value} was rejected by ${said}`));
    }
  });
  const saved = await withSessions(trial, 2, async (sessions) => {
    const [first, second] = [sessions[0]!, sessions[1]!];
    // Both have read the same row, and save it as an application does.
    const sql = `UPDATE ${quote.name(table)} SET ${version} = ${version} WHERE ${same} AND ${version} = $${key.length + 1}`;
    const values = [...place, rows[0]!['version']];
    await first.query('BEGIN');
    const one = await first.query(sql, values);
    let [count, answered] = [0, false];
    const waiting = answer(
      second.query(sql, values).then((done) => {
        count = done.count;
      }),
    ).finally(() => (answered = true));
    const waited = await waits(trial.engine, trial.session, second, () => answered);
    await first.query('COMMIT');
    const said = await waiting;
    return { first: one.count, second: count, said, waited };
  });
  if (saved.first !== 1 || saved.said !== 'ok')
    tests.push(
      open(`two savers could not be tried: ${saved.first === 1 ? saved.said : 'the first changed nothing'}`),
    );
  else if (saved.second > 0)
    tests.push(broken('two savers that read the same version both succeed: one update is lost'));
  else if (!saved.waited)
    tests.push(open('two savers could not be tried: the second did not wait for the first'));
  else
    tests.push(
      kept(
        `of two savers that read the same ${column} the second changes no row; other versions are rejected by ${rule}`,
      ),
    );
  return tests;
}
