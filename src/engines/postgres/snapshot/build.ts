import type { Probes } from '../../../engine/probes/model.ts';
import type { Snapshot } from '../../../engine/snapshot/model.ts';
import type { Recording } from './model.ts';
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
export function buildSnapshot(recording: Recording, probes: Probes): Snapshot {
  return {
    ...toSource(recording),
    settings: toSettings(recording),
    catalog: toCatalog(recording),
    order: toOrder(recording),
    roles: toRoles(recording),
    relations: toRelations(recording),
    columns: toColumnStatistics(recording),
    extended: toExtended(recording),
    sequences: toSequencePlaces(recording),
    activity: toActivity(recording),
    workload: toWorkload(recording),
    probes,
    unseen: unseenIn(recording),
    masked: [],
  };
}
