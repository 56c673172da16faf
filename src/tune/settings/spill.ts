/** Sorts and hashes that go to the disk: how much memory keeps them from it, for whom. */
import { formatBytes } from '../../base/units.ts';
import { fact } from '../../report/build.ts';
import type { CapturedStatement, Session } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { WorkQuery } from '../advice/model.ts';
import { bytesOf, settingOf, shownBytes, statementOf } from './known.ts';
import type { Draft, SettingScope, SettingsOptions } from './model.ts';
import { openPair, temporaryOf, tryQueries, type QueriesTried } from './try-queries.ts';
import type { Tried } from './tried.ts';

const manual = 'PostgreSQL manual, Resource Consumption: work_mem';
/** Values that are tried, as multiples of the one now. */
const multiples = [2, 4, 8, 16, 32, 64];
/** Share of the memory that all sorts together may take, with this many at once where nobody tells the cores. */
const sortShare = 0.25;
const usualAtOnce = 20;
/** The most where the memory is not told. */
const untoldMost = 256 * 1024 ** 2;
/** Rows take more room in memory than in a file. */
const inMemory = 2;
/** Queries of one role from which on the role gets the value, not each statement. */
const manyQueries = 3;

/** work_mem for the statements, or the role, that write temporary files: tried on the twin, or worked out from production's own counters. */
export async function tryWorkMem(
  options: SettingsOptions,
  database: SandboxDatabase | undefined,
): Promise<readonly Tried[]> {
  const { snapshot, work } = options;
  const setting = settingOf(snapshot, 'work_mem');
  const now = bytesOf(setting?.value);
  if (!setting || now === undefined) return [];
  const most = mostOf(options);
  const here = database ? await spillersOn(options, database, setting.value, now, most) : [];
  const found: Tried[] = [];
  for (const [role, own] of byRole(options, here)) {
    const [scope, needed] = scopeOf(role, own);
    for (const one of scope === undefined ? own : [undefined]) {
      const queries = one ? [one] : own;
      const value = one ? one.needed : needed;
      const draft = draftOf(
        options,
        scope ?? { kind: 'statement', query: one!.query.name },
        setting.value,
        value,
        queries,
      );
      const pair = await openPair(
        options,
        database!,
        { work_mem: setting.value },
        { work_mem: draft.advised },
      );
      const names = new Set(queries.map(({ query }) => query.name));
      const tried = await tryQueries(
        { ...options, work: { ...work, queries: work.queries.filter(({ name }) => names.has(name)) } },
        pair,
        () => true,
      ).finally(() => pair.close());
      found.push({ draft, trial: tried.trial, ...outcomeOf(tried) });
    }
  }
  const seen = new Set(here.map(({ query }) => query.name));
  const all = [...found, ...counted(options, setting.value, now, most, seen)];
  if (all.length > 0) return all;
  const draft = draftOf(options, { kind: 'server' }, setting.value, now, []);
  return [
    { draft, outcome: 'fine', because: 'No query writes temporary files that more memory would save.' },
  ];
}

/** Files that are no longer written are a gain even where this machine keeps them in memory; a query that gets slower is none. */
function outcomeOf(tried: QueriesTried): Pick<Tried, 'outcome' | 'because'> {
  if (tried.slower.length > 0)
    return { outcome: 'withheld', because: `${tried.slower.join(', ')} became slower with it.` };
  const gone = tried.trial.queries.every(({ temporary }) => temporary.after === 0);
  return gone && tried.trial.queries.length > 0
    ? { outcome: 'advised', because: '' }
    : { outcome: 'withheld', because: 'Temporary files are written all the same.' };
}

interface Spiller {
  readonly query: WorkQuery;
  readonly bytes: number;
  /** Smallest value that keeps it from the disk. */
  readonly needed: number;
}

/** Queries that write temporary files on the twin, and what they need not to. */
async function spillersOn(
  options: SettingsOptions,
  database: SandboxDatabase,
  value: string,
  now: number,
  most: number,
): Promise<readonly Spiller[]> {
  const { engine, work, signal } = options;
  const session: Session = await engine.connect(database.ownerUrl, {
    application: 'dbd tune',
    statementTimeoutMs: options.timeoutMs ?? 10_000,
    settings: { work_mem: value },
  });
  const found: Spiller[] = [];
  try {
    for (const query of work.queries.filter(({ sets }) => sets.length > 0)) {
      signal.throwIfAborted();
      const there = statementOf(options.snapshot, query);
      // What production counted wins: a twin of other sizes spills where production does not.
      if (there && there.calls > 0 && there.tempWritten === 0) continue;
      const bytes = await temporaryOf(options, session, query);
      if (bytes === 0) continue;
      const least = there ? Math.min(most, memoryFor(options, there)) : 0;
      for (const needed of multiples.map((times) => now * times).filter((needed) => needed <= most)) {
        await session.query("SELECT set_config('work_mem', $1, false)", [shownBytes(needed)]);
        if ((await temporaryOf(options, session, query)) > 0) continue;
        found.push({ query, bytes, needed: Math.max(needed, least) });
        break;
      }
      await session.query("SELECT set_config('work_mem', $1, false)", [value]);
    }
    return found;
  } finally {
    await session.close();
  }
}

/** What production counted of statements that the twin does not show: derived only. */
function counted(
  options: SettingsOptions,
  value: string,
  now: number,
  most: number,
  seen: ReadonlySet<string>,
): readonly Tried[] {
  const { snapshot, work } = options;
  return work.queries.flatMap((query): Tried[] => {
    const there = statementOf(snapshot, query);
    if (!there || seen.has(query.name) || there.calls === 0 || there.tempWritten === 0) return [];
    const bytes = (there.tempWritten * snapshot.source.blockSize) / there.calls;
    const needed = memoryFor(options, there);
    if (needed <= now || needed > most) return [];
    const draft = draftOf(options, { kind: 'statement', query: query.name }, value, needed, [
      { query, bytes, needed },
    ]);
    return [{ draft, outcome: 'derived', because: 'The twin’s rows do not make it write temporary files.' }];
  });
}

/** What would hold the temporary files of a call, as production counted them. */
function memoryFor({ snapshot }: SettingsOptions, { tempWritten, calls }: CapturedStatement): number {
  return powerOfTwo(((tempWritten * snapshot.source.blockSize) / Math.max(1, calls)) * inMemory);
}

function draftOf(
  { machine }: SettingsOptions,
  scope: SettingScope,
  now: string,
  needed: number,
  spillers: readonly Spiller[],
): Draft {
  const bytes = spillers.reduce((sum, one) => sum + one.bytes, 0) / Math.max(1, spillers.length);
  const names = spillers.map(({ query }) => query.name).join(', ');
  return {
    name: 'work_mem',
    scope,
    now,
    advised: shownBytes(needed),
    because: `${names} ${spillers.length === 1 ? 'writes' : 'write'} ${formatBytes(bytes)} of temporary files a call; ${shownBytes(needed)} keeps ${spillers.length === 1 ? 'it' : 'them'} from that.`,
    figures: [
      fact('temporary files of a call', formatBytes(bytes), 'measured'),
      fact(
        'calls a day',
        String(Math.round(spillers.reduce((sum, { query }) => sum + query.callsPerDay, 0))),
        'derived',
      ),
      ...(machine.memoryBytes === undefined
        ? []
        : [fact('memory', formatBytes(machine.memoryBytes), 'assumed' as const)]),
    ],
    toMeasure:
      'temp_blks_written of the statement in pg_stat_statements, and the memory of the busiest hour: each sort and hash of each session may take so much.',
    takesEffect: scope.kind === 'statement' ? 'at once' : 'new sessions',
    source: manual,
  };
}

/** What one sort may take at most, so that all at once fit. */
function mostOf({ machine }: SettingsOptions): number {
  if (machine.memoryBytes === undefined) return untoldMost;
  const atOnce = machine.cpus === undefined ? usualAtOnce : machine.cpus * 2 + 1;
  return (machine.memoryBytes * sortShare) / atOnce;
}

function byRole(
  { snapshot }: SettingsOptions,
  all: readonly Spiller[],
): ReadonlyMap<string | undefined, readonly Spiller[]> {
  const found = new Map<string | undefined, Spiller[]>();
  for (const one of all) {
    const role = statementOf(snapshot, one.query)?.role;
    found.set(role, [...(found.get(role) ?? []), one]);
  }
  return found;
}

function scopeOf(
  role: string | undefined,
  own: readonly Spiller[],
): readonly [SettingScope | undefined, number] {
  const needed = Math.max(...own.map((one) => one.needed));
  if (own.length < manyQueries) return [undefined, needed];
  return [role === undefined ? { kind: 'database' } : { kind: 'role', role }, needed];
}

function powerOfTwo(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1024 ** 2, bytes)));
}
