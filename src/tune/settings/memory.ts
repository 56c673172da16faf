/** Memory of the server. */
import { formatBytes } from '../../base/units.ts';
import { fact } from '../../report/build.ts';
import { bytesOf, databaseBytes, settingOf, shownBytes, tablesOf } from './known.ts';
import type { Draft, Looked, SettingsOptions } from './model.ts';

const manual = 'PostgreSQL manual, Resource Consumption and Query Planning';
const gigabyte = 1024 ** 3;

/** Share of the memory: what the manual starts from, and what is left as it is. */
const sharedBuffers = { advised: 0.25, low: 0.15, high: 0.4 };
const cacheSize = { advised: 0.7, low: 0.5, high: 0.85 };
/** Of maintenance_work_mem: a sixteenth of the memory, and no more than one build can use well. */
const maintenance = { share: 1 / 16, most: 2 * gigabyte };

/** shared_buffers, effective_cache_size and maintenance_work_mem from memory and sizes. */
export function lookAtMemory({ snapshot, machine }: SettingsOptions): Looked {
  const { memoryBytes } = machine;
  if (memoryBytes === undefined)
    return {
      drafts: [],
      fine: [],
      limits: [
        'The memory of production’s server is not told: shared_buffers, effective_cache_size and maintenance_work_mem were not looked at.',
      ],
    };
  const data = databaseBytes(snapshot);
  const told = [
    fact('memory', formatBytes(memoryBytes), 'assumed'),
    fact('tables and indexes', formatBytes(data), 'measured'),
  ];
  const drafts: Draft[] = [];
  const fine: Looked['fine'][number][] = [];
  const look = (
    name: string,
    low: number,
    high: number,
    advised: number,
    why: (now: number) => string | undefined,
    more: Pick<Draft, 'toMeasure' | 'takesEffect'>,
  ): void => {
    const setting = settingOf(snapshot, name);
    const now = bytesOf(setting?.value);
    if (!setting || now === undefined) return;
    const because = now < low || now > high ? why(now) : undefined;
    if (because === undefined || shownBytes(advised) === setting.value) {
      const range = `${shownBytes(low)} to ${shownBytes(high)} suit this machine`;
      fine.push({ name, now: setting.value, because: now < low ? 'More would not be used.' : `${range}.` });
      return;
    }
    const source = manual;
    drafts.push({
      name,
      scope: { kind: 'server' },
      now: setting.value,
      advised: shownBytes(advised),
      because,
      figures: told,
      source,
      ...more,
    });
  };
  look(
    'shared_buffers',
    memoryBytes * sharedBuffers.low,
    memoryBytes * sharedBuffers.high,
    memoryBytes * sharedBuffers.advised,
    (now) =>
      now >= data && now < memoryBytes * sharedBuffers.low
        ? undefined
        : `${formatBytes(now)} is ${percent(now / memoryBytes)} of the memory; a quarter is where the manual starts, and above two fifths the system's own cache is missed.`,
    {
      takesEffect: 'restart',
      toMeasure:
        'The share of pages found in shared buffers (pg_statio_user_tables) and read times (track_io_timing), a week before and after.',
    },
  );
  look(
    'effective_cache_size',
    memoryBytes * cacheSize.low,
    memoryBytes * cacheSize.high,
    memoryBytes * cacheSize.advised,
    (now) =>
      `The planner takes ${formatBytes(now)} for cached, which is ${percent(now / memoryBytes)} of the memory; it takes no memory itself.`,
    {
      takesEffect: 'reload',
      toMeasure:
        'Plans of the heaviest queries before and after: it changes what index scans are thought to cost.',
    },
  );
  const largest = tablesOf(snapshot)[0]?.bytes ?? 0;
  const most = Math.min(maintenance.most, memoryBytes * maintenance.share);
  look(
    'maintenance_work_mem',
    Math.min(most / 2, largest / 4),
    Math.max(most * 2, maintenance.most),
    most,
    (now) =>
      now > most
        ? `${formatBytes(now)} for each of several builds and vacuums at once is much of ${formatBytes(memoryBytes)}.`
        : `Building an index on the largest table (${formatBytes(largest)}) sorts in ${formatBytes(now)} and goes to the disk.`,
    {
      takesEffect: 'reload',
      toMeasure:
        'The time of one CREATE INDEX CONCURRENTLY and of one VACUUM on the largest table with both values.',
    },
  );
  return { drafts, fine, limits: [] };
}

function percent(share: number): string {
  return `${share < 0.01 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
}
