/** Storage parameters of a table under a storm of updates: two copies, one with the value now, one with the other. */
import { setTimeout } from 'node:timers/promises';
import { keyOf } from '../../catalog/identity.ts';
import { findTable } from '../../catalog/find.ts';
import type { Table } from '../../catalog/model.ts';
import { DbdError } from '../../base/error.ts';
import type { Session } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import { updatesOf, type Updates } from '../proof/updates.ts';
import type { Draft, SettingsOptions, SettingTrial } from './model.ts';
import type { Tried } from './tried.ts';

/** Longest wait for autovacuum, milliseconds, and how often it is looked for. */
const patienceMs = 8000;
const everyMs = 200;
/** The storm goes beyond the advised threshold by this factor. */
const beyond = 2;
/** Rows of a storm on pages, as a share of the table, in so many batches. */
const stormShare = 0.05;
const batches = 4;
const mostRows = 20_000;

type Filled = NonNullable<SettingsOptions['filled']>;

/** Tries a factor of autovacuum, or a fillfactor; a sentence tells why it could not be. */
export async function tryUpkeep(options: SettingsOptions, filled: Filled, draft: Draft): Promise<Tried> {
  if (draft.scope.kind !== 'table') return { draft, outcome: 'derived', because: 'It is no table.' };
  const table = findTable(options.snapshot.catalog, draft.scope.table);
  if (!table) return { draft, outcome: 'derived', because: 'The table is not on the twin.' };
  try {
    return draft.name === 'fillfactor'
      ? await tryFill(options, filled, draft, table)
      : await tryVacuum(options, filled, draft, table);
  } catch (error) {
    if (!(error instanceof DbdError) || error.code === 'interrupted') throw error;
    return { draft, outcome: 'derived', because: `It could not be tried: ${error.message}` };
  }
}

interface Side {
  readonly database: SandboxDatabase;
  readonly session: Session;
}

/** Two copies with a session each. */
async function onCopies<T>(
  { engine }: SettingsOptions,
  { sandbox, database }: Filled,
  work: (one: Side, other: Side) => Promise<T>,
): Promise<T> {
  const made: Side[] = [];
  try {
    for (let i = 0; i < 2; i += 1) {
      const copy = await sandbox.createDatabase({ from: database });
      made.push({
        database: copy,
        session: await engine.connect(copy.ownerUrl, { application: 'dbd tune' }),
      });
    }
    return await work(made[0]!, made[1]!);
  } finally {
    for (const side of made) {
      await side.session.close();
      await sandbox.dropDatabase(side.database);
    }
  }
}

async function tryVacuum(
  options: SettingsOptions,
  filled: Filled,
  draft: Draft,
  table: Table,
): Promise<Tried> {
  const { engine, signal } = options;
  const { sandbox } = filled;
  if (sandbox.provider === 'named server')
    return {
      draft,
      outcome: 'derived',
      because: 'Autovacuum of a server of others is not changed for a trial.',
    };
  return onCopies(options, filled, async (one, other) => {
    const name = engine.quote.full(table);
    const rows = await countOf(one.session, name);
    const base = 50;
    const [now, advised] = [factorOf(draft.now), Number(draft.advised)].map(
      (factor) => base + factor * rows,
    ) as [number, number];
    const storm = Math.ceil(advised * beyond);
    if (storm >= now || storm > mostRows)
      return {
        draft,
        outcome: 'derived',
        because: `The twin's ${rows} rows are too ${storm > mostRows ? 'many' : 'few'} to tell both values apart.`,
      };
    for (const { session } of [one, other])
      await session.query(`ALTER TABLE ${name} SET (autovacuum_vacuum_threshold = ${base})`);
    await one.session.query(`ALTER TABLE ${name} SET (${draft.name} = ${factorOf(draft.now)})`);
    await other.session.query(`ALTER TABLE ${name} SET (${draft.name} = ${draft.advised})`);
    const updates = await updatesFor(options, one.session, table, storm);
    if (!updates) return { draft, outcome: 'derived', because: 'No rows of the table could be updated.' };
    for (const { session } of [one, other]) await run(session, updates);
    // What each session counted is told before anybody looks.
    for (const { session } of [one, other]) await engine.trials.upkeep(session, table);
    const admin = await engine.connect(one.database.adminUrl, { application: 'dbd tune' });
    const takeBack = await engine.trials.serve(admin, {
      autovacuum: 'on',
      autovacuum_naptime: '1s',
      autovacuum_vacuum_cost_delay: '0',
    });
    try {
      for (
        const begin = performance.now();
        performance.now() - begin < patienceMs;
        await setTimeout(everyMs)
      ) {
        signal.throwIfAborted();
        if ((await engine.trials.upkeep(other.session, table)).vacuums > 0) break;
      }
      const [before, after] = [
        await engine.trials.upkeep(one.session, table),
        await engine.trials.upkeep(other.session, table),
      ];
      const trial: SettingTrial = {
        says: `After ${storm} updates of ${rows} rows on two copies, autovacuum came ${times(before.vacuums)} with ${draft.now} and ${times(after.vacuums)} with ${draft.advised}.`,
        queries: [],
        figures: [
          { what: 'dead rows', before: before.dead, after: after.dead },
          { what: 'vacuums', before: before.vacuums, after: after.vacuums },
        ],
      };
      return after.vacuums > before.vacuums && after.dead < before.dead
        ? { draft, trial, outcome: 'advised', because: '' }
        : { draft, trial, outcome: 'withheld', because: 'Autovacuum came no earlier with it.' };
    } finally {
      await takeBack().finally(() => admin.close());
    }
  });
}

async function tryFill(options: SettingsOptions, filled: Filled, draft: Draft, table: Table): Promise<Tried> {
  const { engine, signal } = options;
  return onCopies(options, filled, async (one, other) => {
    const rows = await countOf(one.session, engine.quote.full(table));
    const storm = Math.min(mostRows, Math.ceil(rows * stormShare));
    const seen: { readonly hot: number; readonly bytes: number }[] = [];
    for (const [side, fill] of [
      [one, factorOf(draft.now)],
      [other, Number(draft.advised)],
    ] as const) {
      await engine.trials.makeRoom(side.session, table, fill);
      let [all, hot] = [0, 0];
      for (let batch = 0; batch < batches; batch += 1) {
        signal.throwIfAborted();
        const updates = await updatesFor(
          { ...options, seed: options.seed + batch },
          side.session,
          table,
          storm / batches,
        );
        if (!updates) return { draft, outcome: 'derived', because: 'No rows of the table could be updated.' };
        await side.session.query('BEGIN');
        const first = await engine.trials.updates(side.session, table);
        await run(side.session, updates);
        const last = await engine.trials.updates(side.session, table);
        await side.session.query('COMMIT');
        all += last.all - first.all;
        hot += last.hot - first.hot;
      }
      seen.push({
        hot: all === 0 ? 0 : hot / all,
        bytes: (await engine.trials.upkeep(side.session, table)).bytes,
      });
    }
    const [before, after] = seen as [(typeof seen)[0], (typeof seen)[0]];
    const trial: SettingTrial = {
      says: `Of ${Math.round(storm)} updates of random rows on freshly written pages, ${percent(before.hot)} were HOT with ${factorOf(draft.now)} and ${percent(after.hot)} with ${draft.advised}.`,
      queries: [],
      figures: [
        { what: 'HOT share of updates', before: before.hot, after: after.hot },
        { what: 'bytes', before: before.bytes, after: after.bytes },
      ],
    };
    return after.hot > before.hot + 0.1
      ? { draft, trial, outcome: 'advised', because: '' }
      : {
          draft,
          trial,
          outcome: 'withheld',
          because:
            'Room on the pages makes no more updates HOT: the columns that are set are indexed, or there is room already.',
        };
  });
}

function updatesFor(
  options: SettingsOptions,
  session: Session,
  table: Table,
  rows: number,
): Promise<Updates | undefined> {
  const day = options.work.writes.find((one) => keyOf(one.table) === keyOf(table));
  const indexed = new Set(table.indexes.flatMap(({ keys }) => keys));
  const columns = table.columns.map(({ name }) => name).filter((name) => !indexed.has(name));
  return updatesOf(options, session, table, columns, day, Math.ceil(rows));
}

async function run(session: Session, { statements }: Updates): Promise<void> {
  for (const { sql, values } of statements) await session.query(sql, values);
}

async function countOf(session: Session, name: string): Promise<number> {
  const { rows } = await session.query<{ rows: string }>(`SELECT count(*)::text AS rows FROM ${name}`);
  return Number(rows[0]!.rows);
}

/** `default (0.2)` → 0.2. */
function factorOf(shown: string): number {
  return Number(/[\d.]+/.exec(shown)?.[0]);
}

function times(count: number): string {
  return count === 0 ? 'not at all' : count === 1 ? 'once' : `${count} times`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
