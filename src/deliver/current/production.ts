/** What a snapshot is worth as evidence: its age, and volumes that it contradicts. */
import { keyOf, printName } from '../../catalog/identity.ts';
import { formatCount } from '../../base/units.ts';
import type { Finding } from '../../report/model.ts';
import type { Volume } from '../../task/model.ts';
import type { Production } from '../../twin/current.ts';
import { measuredVolumes } from '../../twin/measured.ts';
import type { TableVolume } from '../../twin/model.ts';

/** Days after which a snapshot says little of today's sizes and queries. */
const oldDays = 90;
/** Factor from which on two figures of one thing contradict each other. */
const contradiction = 2;

/** Whole days since a snapshot was taken. */
export function ageInDays({ snapshot }: Production, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(snapshot.takenAt)) / 86_400_000));
}

/** Findings about the snapshot itself. */
export function productionFindings(production: Production | undefined, now: Date): readonly Finding[] {
  if (!production) return [];
  const { snapshot } = production;
  const age = ageInDays(production, now);
  return [
    ...(age > oldDays
      ? [
          {
            rule: 'snapshot-old',
            severity: 'warning' as const,
            place: snapshot.source.database,
            message: `The snapshot was taken on ${snapshot.takenAt.slice(0, 10)}, ${age} days ago.`,
            why: 'Sizes, rates and queries have changed since.',
            instead: 'Take a new one: dbd snapshot.',
          },
        ]
      : []),
    ...(snapshot.catalog.tables.length === 0
      ? [
          {
            rule: 'snapshot-empty',
            severity: 'warning' as const,
            place: snapshot.source.database,
            message: 'The snapshot holds no table.',
            why: 'The change meets nothing that it could stop.',
            instead: 'Name the right database when you take it.',
          },
        ]
      : []),
  ];
}

/** Declared rows of today that production contradicts; the declared ones are used. */
export function contradictions(
  production: Production | undefined,
  declared: readonly Volume[],
  volumes: readonly TableVolume[],
): readonly Finding[] {
  if (!production) return [];
  const measured = new Map(measuredVolumes(production.snapshot).map((one) => [keyOf(one.table), one]));
  return volumes.flatMap((volume): readonly Finding[] => {
    const found = measured.get(keyOf(volume.table));
    const told = declared.find(({ id }) => id === volume.claim);
    if (!found || told?.now.kind !== 'declared') return [];
    const rows = told.now.value;
    const factor = Math.max(rows, found.rows) / Math.max(1, Math.min(rows, found.rows));
    return factor <= contradiction
      ? []
      : [
          {
            rule: 'volume-contradicts-production',
            severity: 'warning',
            place: `${told.id} ${printName(volume.table)}`,
            message: `The task declares ${formatCount(rows)} rows; production had ${formatCount(found.rows)} on ${production.snapshot.takenAt.slice(0, 10)}.`,
            why: 'The declared volume is used for every figure.',
            instead: 'Correct the task, or leave the volume out: it is then taken from the snapshot.',
          },
        ];
  });
}
