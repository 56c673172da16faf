/** What discharges an entity: its table read by the witness, each field's promise tried, a summary compared after concurrent writes. */
import { findTable } from '../../catalog/find.ts';
import { formatCount } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { Claim } from '../../report/model.ts';
import type { Entity } from '../../task/model.ts';
import { claim, measured } from './claims.ts';
import { partitionEvidence } from './partition-claims.ts';
import type { Outcome } from '../model.ts';
import { tableOf } from '../trials/observe.ts';
import type { Storm } from '../trials/storm.ts';

/** Fewest writes of a storm that a verdict rests on. */
const fewestWrites = 30;

/** In the catalog after `up`, with every promise of its fields kept; a summary equals a count from scratch after concurrent writes. */
export function entityClaim(outcome: Outcome, entity: Entity): Claim {
  const { planned, before, observed } = outcome;
  const { id, says } = entity;
  const table = tableOf(planned.after, planned.design, id);
  if (!table) return claim(id, 'entity', says, 'missed', 'After the change the witness finds no such table.');
  const tests = observed.fields.get(id) ?? [];
  const storm = observed.storms.get(id);
  const existed = findTable(before, table) !== undefined;
  const good = tests.filter((test) => test.result === 'kept');
  const evidence = [
    measured(
      `${table.schema}.${table.name}: ${plural(table.columns.length, 'column')}, ${plural(table.constraints.length, 'constraint')}, ${plural(table.indexes.length, 'index', 'indexes')}${existed ? ', a table that existed before' : ''}`,
    ),
    ...(good.length > 0 ? [measured(`${good.map((test) => test.text).join('; ')}.`)] : []),
    ...(storm ? [measured(stormText(storm))] : []),
  ];
  const parts = partitionEvidence(outcome, entity);
  evidence.push(...parts.evidence);
  const wrong = [
    ...parts.wrong,
    ...tests.filter((test) => test.result === 'broken').map((test) => test.text),
    ...(storm?.broken === undefined ? [] : [`after concurrent writes its refresh failed: ${storm.broken}`]),
    ...(storm && storm.different > 0
      ? [
          `after concurrent writes ${storm.different} of ${plural(storm.groups, 'group')} differ from a count from scratch`,
        ]
      : []),
  ];
  if (wrong.length > 0) return claim(id, 'entity', says, 'missed', sentence(wrong), evidence);
  const open = [
    ...parts.open,
    ...tests.filter((test) => test.result === 'open').map((test) => test.text),
    ...(tests.length === 0 ? ['its fields were not tried'] : []),
    ...stormDoubts(entity, storm),
  ];
  if (open.length > 0) return claim(id, 'entity', says, 'not-proven', sentence(open), evidence);
  const because = storm
    ? `The witness read it from the catalog after the change, its fields were tried, and its figures equal a count from scratch after concurrent writes${storm.refreshes === undefined ? '' : ' and a refresh; between two refreshes they are as old as the last one'}.`
    : 'The witness read it from the catalog after the change, and its fields were tried.';
  return claim(id, 'entity', says, 'proven', because, evidence);
}

function stormDoubts({ derived }: Entity, storm: Storm | undefined): readonly string[] {
  if (!derived) return [];
  if (derived.keep === 'none')
    return ['it is not kept by the database: its figures are as old as the last refill'];
  if (!storm) return ['whether it stays in step was not tried'];
  if (storm.failed !== undefined) return [`whether it stays in step could not be tried: ${storm.failed}`];
  const { inserts, updates, deletes } = storm.writes;
  if (storm.groups === 0) return ['its rows were compared with none, which shows nothing'];
  if (derived.onSourceDelete === 'subtract' && deletes === 0)
    return ['no row of its source could be deleted, so whether it subtracts them was not seen'];
  if (inserts + updates + deletes < fewestWrites || inserts === 0 || updates === 0)
    return [
      `too few concurrent writes succeeded to show that it stays in step (${inserts} inserts, ${updates} updates)`,
    ];
  return [];
}

function stormText(storm: Storm): string {
  const { writes, refused, groups, different, failed } = storm;
  if (failed !== undefined) return `Concurrent writes were not compared: ${failed}`;
  const errors = Object.entries(refused).map(([message, count]) => `${count} × ${message}`);
  return `6 sessions at once: ${writes.inserts} inserts, ${writes.updates} updates, ${writes.deletes} deletes${storm.refreshes === undefined ? '' : `, ${storm.refreshes} refreshes`}${errors.length > 0 ? `, refused: ${errors.join('; ')}` : ''}; ${formatCount(groups)} groups compared with a count from scratch, ${different} differ`;
}

function sentence(parts: readonly string[]): string {
  return `${parts.join('; ')}.`;
}
