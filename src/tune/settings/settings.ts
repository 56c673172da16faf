/** Settings from machine and workload, tried on the twin where it can show them. */
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { PlanFacts } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import { lookAtCheckpoints } from './checkpoints.ts';
import { settingOf } from './known.ts';
import { lookAtLimits } from './limits.ts';
import { lookAtMemory } from './memory.ts';
import type { Draft, SettingAdvice, SettingScope, SettingsAdvice, SettingsOptions } from './model.ts';
import { lookAtPlanner } from './planner.ts';
import { tryWorkMem } from './spill.ts';
import { statementsOf } from './sql.ts';
import type { Tried } from './tried.ts';
import { openPair, tryQueries } from './try-queries.ts';
import { tryUpkeep } from './try-upkeep.ts';
import { tryWalCompression } from './try-wal.ts';
import { tryWalSize } from './try-wal-size.ts';
import { lookAtUpkeep } from './upkeep.ts';

/** Tables whose storage parameters are tried; each takes seconds. */
const tablesTried = 2;

/** Settings that a session may have for itself, so that two sessions can be compared. */
const bySession: ReadonlySet<string> = new Set([
  'random_page_cost',
  'hash_mem_multiplier',
  'effective_cache_size',
  'jit',
  'max_parallel_workers_per_gather',
]);

/** Looks at all settings; a value that is within its range is never advised against. Throws `sandbox.*` and `interrupted`. */
export async function adviseSettings(options: SettingsOptions): Promise<SettingsAdvice> {
  const { emit, filled } = options;
  await options.engine.grammar.ready();
  const looked = [
    lookAtMemory(options),
    lookAtCheckpoints(options),
    lookAtPlanner(options),
    lookAtUpkeep(options),
    lookAtLimits(options),
  ];
  const drafts = looked.flatMap((one) => one.drafts);
  const tried = await step(
    emit,
    'try settings',
    () => tryAll(options, drafts),
    (all) => plural(all.filter(({ trial }) => trial).length, 'trial'),
  );
  return {
    advised: tried
      .filter(({ outcome }) => outcome === 'advised' || outcome === 'derived')
      .map((one) => adviceOf(options, one)),
    fine: [
      ...looked.flatMap((one) => one.fine),
      ...tried
        .filter(({ outcome }) => outcome === 'fine')
        .map(({ draft, because }) => ({ name: draft.name, now: draft.now, because })),
    ],
    withheld: tried
      .filter(({ outcome }) => outcome === 'withheld')
      .map(({ draft, because, trial }) => ({
        name: draft.name,
        subject: subjectOf(draft.scope),
        advised: draft.advised,
        because: trial ? `Contradicted by measurement: ${because} ${trial.says}` : because,
      })),
    limits: [
      ...looked.flatMap((one) => one.limits),
      ...(filled ? [] : ['There were no rows to try settings on: all of them are derived.']),
      ...(filled && filled.scale < 0.99
        ? [`Trials ran on ${Math.max(1, Math.round(filled.scale * 100))} % of production's rows.`]
        : []),
      ...(filled
        ? [
            'Trials ran with warm caches on the disk of this machine: costs of reading cold pages do not show.',
          ]
        : []),
    ],
  };
}

async function tryAll(options: SettingsOptions, drafts: readonly Draft[]): Promise<readonly Tried[]> {
  const { filled, signal } = options;
  const found: Tried[] = [];
  const database = filled && (await filled.sandbox.createDatabase({ from: filled.database }));
  try {
    for (const draft of drafts) {
      signal.throwIfAborted();
      if (draft.scope.kind !== 'server' || !bySession.has(draft.name) || !database) continue;
      found.push(await trySession(options, database, draft));
    }
    found.push(...(await tryWorkMem(options, database)));
  } finally {
    if (database) await filled!.sandbox.dropDatabase(database);
  }
  const upkeep = drafts
    .filter(({ scope, name }) => scope.kind === 'table' && name !== 'autovacuum_vacuum_insert_scale_factor')
    .toSorted((a, b) => (b.rowsPerDay ?? 0) - (a.rowsPerDay ?? 0));
  for (const draft of filled ? upkeep.slice(0, tablesTried * 2) : [])
    found.push(await tryUpkeep(options, filled!, draft));
  const size = drafts.find(({ name }) => name === 'max_wal_size');
  if (size && filled) found.push(await tryWalSize(options, filled, size));
  const compression = await tryWalCompression(options, filled);
  if (compression) found.push(compression);
  const done = new Set(found.map(({ draft }) => draft));
  return [
    ...found,
    ...drafts
      .filter((draft) => !done.has(draft) && !draft.onlyTried)
      .map((draft): Tried => ({ draft, outcome: 'derived', because: '' })),
  ];
}

/** Two sessions that differ in one value. */
async function trySession(options: SettingsOptions, database: SandboxDatabase, draft: Draft): Promise<Tried> {
  const { name, now, advised } = draft;
  const pair = await openPair(options, database, { [name]: now }, { [name]: advised });
  const jitFrom = Number(settingOf(options.snapshot, 'jit_above_cost')?.value ?? 100_000);
  // Neither changes the steps of a plan.
  const concerns = ({ totalCost, nodes }: PlanFacts): boolean =>
    name === 'jit'
      ? totalCost >= jitFrom
      : name === 'hash_mem_multiplier' && nodes.some((node) => node.includes('Hash'));
  const tried = await tryQueries(options, pair, concerns).finally(() => pair.close());
  const { trial, faster, slower, looked } = tried;
  if (slower.length > 0)
    return {
      draft,
      trial,
      outcome: 'withheld',
      because: `${slower.join(', ')} became slower with ${advised}.`,
    };
  if (faster.length > 0) return { draft, trial, outcome: 'advised', because: '' };
  return { draft, trial, outcome: 'fine', because: `No query of ${looked} is faster with ${advised}.` };
}

function adviceOf(
  { engine, snapshot }: SettingsOptions,
  { draft, trial, outcome, because }: Tried,
): SettingAdvice {
  const { toMeasure, onlyTried: _only, rowsPerDay: _rows, ...rest } = draft;
  return {
    ...rest,
    because: outcome === 'derived' && because !== '' ? `${rest.because} ${because}` : rest.because,
    basis: outcome === 'advised' ? 'tried' : 'derived',
    ...(trial ? { trial } : {}),
    ...(outcome === 'derived' ? { toMeasure } : {}),
    ...statementsOf(engine, draft, snapshot.source.database, settingFor(snapshot, draft)),
  };
}

/** The fact that a draft would replace: of its role, or of everybody. */
function settingFor(
  snapshot: SettingsOptions['snapshot'],
  { name, scope }: Draft,
): ReturnType<typeof settingOf> {
  if (scope.kind === 'role')
    return snapshot.settings.find(
      (one) => one.name === name && one.role === scope.role && one.from === 'role in database',
    );
  return settingOf(snapshot, name);
}

/** What a value is for, in words. */
export function subjectOf(scope: SettingScope): string {
  switch (scope.kind) {
    case 'role':
      return `role ${scope.role}`;
    case 'statement':
      return `statement ${scope.query}`;
    case 'table':
      return `table ${keyOf(scope.table)}`;
    default:
      return scope.kind;
  }
}
