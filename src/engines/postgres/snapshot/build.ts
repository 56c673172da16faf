import type { Snapshot } from '../../../engine/snapshot/model.ts';
import { withLevels } from './levels.ts';
import type { Recording } from './model.ts';
import { toProbes } from './probes/answers.ts';
import { toActivity } from './sections/activity.ts';
import { toCatalog } from './sections/catalog.ts';
import { toColumnStatistics } from './sections/column-statistics.ts';
import { toExtended } from './sections/extended-statistics.ts';
import { toOrder } from './sections/order.ts';
import { toRelations } from './sections/relations.ts';
import { toRoles } from './sections/roles.ts';
import { toSequencePlaces } from './sections/sequences.ts';
import { toSettings } from './sections/settings.ts';
import { toSource } from './sections/source.ts';
import { toWorkload } from './sections/workload.ts';
import { unseenIn } from './unseen.ts';

/** The snapshot that recorded rows tell, however they came here. */
export function buildSnapshot(recording: Recording): Snapshot {
  const { takenAt, source, locale } = toSource(recording);
  const catalog = toCatalog(recording);
  const columns = toColumnStatistics(recording);
  return {
    takenAt,
    source,
    locale,
    settings: toSettings(recording),
    catalog,
    order: toOrder(recording),
    roles: toRoles(recording),
    relations: withLevels(toRelations(recording), catalog, columns, source.blockSize),
    columns,
    extended: toExtended(recording),
    sequences: toSequencePlaces(recording),
    activity: toActivity(recording),
    workload: toWorkload(recording),
    probes: toProbes(recording),
    unseen: unseenIn(recording),
    masked: [],
  };
}
