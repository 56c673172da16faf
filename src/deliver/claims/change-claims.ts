/** Claims about the change as a whole: its round trip, its limits, its compatibility, its preconditions, and the task's checklist. */
import { formatCount, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { isOrderOnly } from '../../catalog/difference.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Claim, Evidence } from '../../report/model.ts';
import type { ChangeRehearsal } from '../../rehearse/rehearse.ts';
import type { Acceptance } from '../../task/model.ts';
import type { TableVolume } from '../../twin/model.ts';
import { claim, measured } from './claims.ts';
import type { Outcome } from '../model.ts';
import { firstLine } from '../report/rehearsal-blocks.ts';
import { rowDependent } from './row-dependence.ts';

/** The change runs, goes back, and runs again: catalogs and surviving rows equal. */
export function roundTripClaim(rehearsal: ChangeRehearsal): Claim {
  const says =
    'The change runs, can be taken back, and runs again; rows of surviving columns stay as they were';
  const id = 'round-trip';
  // A second up that fails where down left something is only the consequence.
  const { roundTrip: trip } = rehearsal;
  const second = trip && trip.afterDown.length > 0 ? undefined : rehearsal.secondUpFailed;
  const failed = rehearsal.upFailed ?? rehearsal.downFailed ?? second;
  if (failed) {
    const where = rehearsal.upFailed ? 'up' : rehearsal.downFailed ? 'down' : 'the second up';
    return claim(id, 'change', says, 'missed', `${where} failed: ${failed.message}`, [
      measured(failed.marked || failed.message, failed.statement),
    ]);
  }
  if (!trip) return claim(id, 'change', says, 'not-proven', 'No way back is known, so it was not run.');
  const evidence = [
    measured(
      `up ${formatMs(trip.upMs)}, down ${formatMs(trip.downMs)}, ${plural(trip.afterDown.length, 'difference')} after down${trip.afterSecondUp ? `, ${plural(trip.afterSecondUp.length, 'difference')} after the second up` : ''}`,
    ),
    measured(
      `${formatCount(trip.rows.reduce((sum, check) => sum + check.before, 0))} rows of ${plural(trip.rows.length, 'table')} compared by fingerprint`,
    ),
  ];
  // No statement puts a column that was made anew back into its place.
  const moved = trip.afterDown.filter(isOrderOnly);
  const differences = [...trip.afterDown.filter((item) => !isOrderOnly(item)), ...(trip.afterSecondUp ?? [])];
  if (differences.length > 0)
    return claim(
      id,
      'change',
      says,
      'missed',
      `The structure differs: ${differences
        .slice(0, 5)
        .map((item) => item.path)
        .join('; ')}.`,
      evidence,
    );
  const changed = trip.rows.filter((check) => !check.equal && check.lost.length === 0);
  if (changed.length > 0)
    return claim(
      id,
      'change',
      says,
      'missed',
      `Rows differ after down: ${changed.map((check) => check.table).join(', ')}.`,
      evidence,
    );
  const lost = trip.rows.filter((check) => check.lost.length > 0);
  if (lost.length > 0)
    return claim(
      id,
      'change',
      says,
      'missed',
      `Values are lost for good: ${lost.map((check) => `${check.table} (${check.lost.join(', ')})`).join('; ')}.`,
      evidence,
    );
  if (trip.rows.length > 0 && trip.rows.every((check) => check.before === 0))
    return claim(
      id,
      'change',
      says,
      'not-proven',
      'Up and down leave no trace in the structure, but no table held a row that could be lost.',
      evidence,
    );
  if (!trip.afterSecondUp)
    return claim(
      id,
      'change',
      says,
      'not-proven',
      'Up and down leave no trace; a second up was not run.',
      evidence,
    );
  return claim(
    id,
    'change',
    says,
    'proven',
    `up → down → up: equal catalogs${moved.length > 0 ? ` but for ${moved.map(({ path }) => path.replace(/ order differs$/, '')).join(', ')}, which stand in another order` : ''}${trip.rows.length > 0 ? ', and the rows of the twin as they were' : '; no table was there before'}; rows that new tables and columns held are lost by down.`,
    evidence,
  );
}

/** Accepted when all it cites is proven. */
export function acceptanceClaim(acceptance: Acceptance, claims: ReadonlyMap<string, Claim>): Claim {
  const cited = acceptance.by.map((id) => claims.get(id)).filter((found) => found !== undefined);
  const evidence = cited.map((found): Evidence => ({
    basis: 'derived',
    text: `${found.id}: ${found.verdict.replace('-', ' ')}`,
  }));
  const unknown = acceptance.by.filter((id) => !claims.has(id));
  const missed = cited.filter((found) => found.verdict === 'missed');
  const open = cited.filter((found) => found.verdict === 'not-proven');
  if (missed.length > 0)
    return claim(
      acceptance.id,
      'acceptance',
      acceptance.says,
      'missed',
      `${missed.map((found) => found.id).join(', ')} missed.`,
      evidence,
    );
  if (open.length > 0 || cited.length < acceptance.by.length || cited.length === 0)
    return claim(
      acceptance.id,
      'acceptance',
      acceptance.says,
      'not-proven',
      open.length > 0
        ? `${open.map((found) => found.id).join(', ')} not proven.`
        : unknown.length > 0
          ? `It cites ${unknown.join(', ')}, which nothing in the report is called.`
          : 'It cites no claim.',
      evidence,
    );
  return claim(
    acceptance.id,
    'acceptance',
    acceptance.says,
    'proven',
    `${acceptance.by.join(', ')} proven.`,
    evidence,
  );
}

/** Steps that can fail on rows only production has; generated rows prove nothing about them, whether or not a probe is known. */
export function preconditionClaims({ planned, rehearsal, before, engine }: Outcome): readonly Claim[] {
  const steps = planned.change.phases.flatMap((phase) => phase.steps);
  const probed = steps.filter((step) => step.probe !== undefined);
  const existing = new Set(before.tables.map((table) => `${table.schema}.${table.name}`));
  const dependent = rowDependent(
    rehearsal.statements,
    (name) => (existing.has(name) ? 1 : 0),
    engine.grammar,
  ).filter(
    ({ run }) =>
      !probed.some((step) => step.id === run.step || step.sql === run.sql || checksSame(step.sql, run.sql)),
  );
  const says = (sql: string): string => `Your existing rows allow: ${firstLine(sql)}`;
  return [
    ...probed.map((step, index) =>
      claim(
        `D${index + 1}`,
        'change',
        says(step.sql),
        'not-proven',
        'Generated rows cannot show it: run the probe on your data, it must return no row.',
        [{ basis: 'assumed', text: 'The probe is in probes.sql.', shown: step.probe! }],
      ),
    ),
    ...dependent.map(({ run, why }, index) =>
      claim(
        `D${probed.length + index + 1}`,
        'change',
        says(run.sql),
        'not-proven',
        `Generated rows cannot show it: ${why}. No probe is known for this statement; try it on a copy of your data.`,
        [{ basis: 'measured', text: 'It succeeded on the generated rows of the twin.', shown: run.sql }],
      ),
    ),
  ];
}

/** Both name the same constraint: one adds it unchecked, the other checks it. */
function checksSame(probed: string, sql: string): boolean {
  const name = /\bVALIDATE\s+CONSTRAINT\s+("[^"]+"|\w+)/i.exec(sql)?.[1];
  return name !== undefined && probed.includes(name);
}

/** Relations of the current structure, for the findings. */
export function rowsByRelation(
  catalog: Catalog,
  volumes: readonly TableVolume[],
): (relation: string) => number {
  const existing = new Set(catalog.tables.map((table) => `${table.schema}.${table.name}`));
  const rows = new Map(volumes.map((volume) => [`${volume.table.schema}.${volume.table.name}`, volume.rows]));
  return (relation) => (existing.has(relation) ? (rows.get(relation) ?? 0) : 0);
}
