/** Costs, parallel workers, JIT and read-ahead: what a trial on the twin can confirm or contradict. */
import { formatMs } from '../../base/units.ts';
import { fact } from '../../report/build.ts';
import { settingOf } from './known.ts';
import type { Draft, Looked, SettingsOptions } from './model.ts';

const manual = 'PostgreSQL manual, Planner Cost Constants and Resource Consumption';
/** What a random page costs against one in sequence: where the planner's own value suits the disk. */
const randomCost = {
  ssd: { low: 1, high: 2, advised: '1.1' },
  network: { low: 1, high: 2.5, advised: '1.5' },
  hdd: { low: 2, high: 6, advised: '4' },
};
/** Requests that a disk takes at once. */
const concurrency = {
  ssd: { least: 16, advised: '200' },
  network: { least: 16, advised: '200' },
  hdd: { least: 1, advised: '2' },
};
/** Queries of at least this mean time may gain from workers, milliseconds. */
const heavyMs = 1000;

/** Drafts for everything that changes plans; each is tried where there are rows. */
export function lookAtPlanner({ snapshot, machine, work }: SettingsOptions): Looked {
  const drafts: Draft[] = [];
  const fine: Looked['fine'][number][] = [];
  const limits: string[] = [];
  const { disk, cpus } = machine;
  const look = (
    name: string,
    isFine: (now: number) => string | undefined,
    draft: Omit<Draft, 'name' | 'scope' | 'now' | 'source' | 'takesEffect'>,
  ): void => {
    const setting = settingOf(snapshot, name);
    if (!setting) return;
    const why = isFine(Number(setting.value));
    if (why !== undefined) fine.push({ name, now: setting.value, because: why });
    else
      drafts.push({
        name,
        scope: { kind: 'server' },
        now: setting.value,
        takesEffect: 'reload',
        source: manual,
        ...draft,
      });
  };
  if (disk === undefined)
    limits.push(
      'The kind of disk is not told: random_page_cost and effective_io_concurrency were not looked at.',
    );
  else {
    const range = randomCost[disk];
    look(
      'random_page_cost',
      (now) =>
        now >= range.low && now <= range.high ? `${range.low} to ${range.high} suit ${disk}.` : undefined,
      {
        advised: range.advised,
        because: `The planner takes a random page for other than what ${disk === 'hdd' ? 'a turning disk' : 'a disk without moving parts'} costs.`,
        figures: [fact('disk', disk, 'assumed')],
        toMeasure: 'Read times of single pages against long reads (pg_stat_io with track_io_timing).',
      },
    );
    const io = concurrency[disk];
    look(
      'effective_io_concurrency',
      (now) => (now >= io.least ? `The disk is asked for ${now} pages at once.` : undefined),
      {
        advised: io.advised,
        because: 'Bitmap scans and vacuum wait for one page before they ask for the next.',
        figures: [fact('disk', disk, 'assumed')],
        toMeasure:
          'Bitmap heap scans of cold tables (EXPLAIN with BUFFERS and track_io_timing) with both values.',
      },
    );
  }
  const heavy = work.queries.filter(({ meanMs = 0 }) => meanMs >= heavyMs);
  look('jit', () => (settingOf(snapshot, 'jit')?.value === 'on' ? undefined : 'It is off.'), {
    advised: 'off',
    because: 'Compiling takes longer than it saves for the queries where the planner asks for it.',
    figures: [fact('queries', String(work.queries.length), 'measured')],
    onlyTried: true,
    toMeasure:
      'JIT times of the heaviest queries (pg_stat_statements.jit_generation_time and its neighbours, from 15).',
  });
  look('hash_mem_multiplier', (now) => (now >= 2 ? 'Hashes get twice what sorts get, or more.' : undefined), {
    advised: '2',
    because: 'Hashes have no more room than sorts, which need less; 2 is the server’s own value since 15.',
    figures: [fact('queries', String(work.queries.length), 'measured')],
    onlyTried: true,
    toMeasure:
      'Batches of hashes in the plans of the heaviest queries (EXPLAIN ANALYZE), and the memory of a busy hour.',
  });
  if (cpus === undefined)
    limits.push('The cores of production’s server are not told: parallel workers were not looked at.');
  else {
    look(
      'max_parallel_workers',
      (now) => (now <= Math.max(8, cpus * 2) ? `No more than twice the ${cpus} cores.` : undefined),
      {
        advised: String(cpus),
        because: `More workers than twice the ${cpus} cores wait for each other.`,
        figures: [fact('cores', String(cpus), 'assumed')],
        toMeasure: 'Running workers against cores in a busy hour (pg_stat_activity.backend_type).',
      },
    );
    const wanted = Math.max(1, Math.min(4, Math.floor(cpus / 2)));
    look(
      'max_parallel_workers_per_gather',
      (now) =>
        now > Math.max(2, cpus / 2)
          ? undefined
          : now === 0 && cpus >= 4 && heavy.length > 0
            ? undefined
            : `It leaves cores to others: ${cpus} are there.`,
      {
        advised: String(wanted),
        because:
          heavy.length > 0
            ? `${heavy.length} queries take more than ${formatMs(heavyMs)} on one core.`
            : `One query may take as many workers as would keep all ${cpus} cores busy.`,
        figures: [
          fact('cores', String(cpus), 'assumed'),
          fact('queries above a second', String(heavy.length), 'measured'),
        ],
        toMeasure: 'Time of these queries, and of short ones beside them, in a busy hour.',
      },
    );
  }
  return { drafts, fine, limits };
}
