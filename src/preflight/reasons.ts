/** What goes on in the database now speaks for or against a step. */
import { formatBytes, formatCount, formatMs } from '../base/units.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Engine, LiveFacts, LiveTransaction, Statement, StatementFacts } from '../engine/model.ts';
import type { Reason } from './model.ts';

/** A transaction younger than this is over before anybody minds, milliseconds. */
const shortMs = 2000;
/** Lag of a standby, retained log and age that a change had better not add to: milliseconds, bytes, share of all transaction numbers. */
const [lagMs, lagBytes, retained, agedShare] = [30_000, 1024 ** 3, 10 * 1024 ** 3, 0.5];

/** What a statement meets: sessions it waits for, faults of the version. */
export function reasonsOf(
  engine: Engine,
  live: LiveFacts,
  statement: Statement,
  facts: StatementFacts | undefined,
): readonly Reason[] {
  return [
    ...lockReasons(engine, live, facts),
    ...snapshotReasons(engine, live, statement),
    ...(engine.live.waitsForSnapshots(statement)
      ? live.warnings.map((text): Reason => ({ verdict: 'stop', about: 'version-fault', text }))
      : []),
  ];
}

function lockReasons(engine: Engine, live: LiveFacts, facts: StatementFacts | undefined): readonly Reason[] {
  return (facts?.locks ?? []).flatMap(({ relation, mode }) =>
    live.locks
      .filter(
        (held) =>
          held.granted &&
          held.relation === keyOf(relation) &&
          engine.live.conflicts(mode, held.mode) &&
          held.ms >= shortMs,
      )
      .map((held): Reason => ({
        verdict: 'wait',
        about: 'lock-holder',
        text: `It needs ${mode} on ${held.relation} and would wait for ${who(held.pid, held.application)}, which holds ${held.mode} and is open for ${formatMs(held.ms)}.`,
        instead: `Wait until it ends, or end it: SELECT pg_terminate_backend(${held.pid});`,
      })),
  );
}

function snapshotReasons(engine: Engine, live: LiveFacts, statement: Statement): readonly Reason[] {
  if (!engine.live.waitsForSnapshots(statement)) return [];
  return live.transactions
    .filter(
      ({ database, snapshot, ms, kind }) =>
        database === live.identity.database && snapshot && ms >= shortMs && kind !== 'autovacuum worker',
    )
    .map((one): Reason => ({
      verdict: 'wait',
      about: 'old-snapshot',
      text: `It waits for every older snapshot of this database: ${session(one)} is open for ${formatMs(one.ms)}.`,
      instead: `Wait until it ends, or end it: SELECT pg_terminate_backend(${one.pid});`,
    }));
}

/** Space below which a server that runs has it anyway: four segments of its log for each of a few sessions, bytes. */
const littleBytes = 256 * 1024 ** 2;

/** Disk that the steps of a change need together. */
export function spaceFor(
  needs: readonly { readonly bytes: number; readonly why: string }[],
  freeBytes: number | undefined,
): { readonly reasons: readonly Reason[]; readonly notes: readonly string[] } {
  const bytes = needs.reduce((sum, need) => sum + need.bytes, 0);
  if (bytes === 0) return { reasons: [], notes: [] };
  const why = [...new Set(needs.map((need) => need.why))].join(', ');
  const text = `It needs up to ${formatBytes(bytes)} of disk for ${why} (derived from today's sizes), and as much log`;
  if (bytes * 2 < littleBytes && freeBytes === undefined)
    return { reasons: [], notes: [`${text}; that this little is free is taken for granted.`] };
  if (freeBytes === undefined)
    return {
      reasons: [
        {
          verdict: 'open',
          about: 'disk-space',
          text: `${text}; SQL does not show what is free.`,
          instead: 'Look with df on the server, and say it: --free 200GB.',
        },
      ],
      notes: [],
    };
  return bytes * 2 > freeBytes
    ? {
        reasons: [
          {
            verdict: 'stop',
            about: 'disk-space',
            text: `${text}; ${formatBytes(freeBytes)} are free, as was said.`,
          },
        ],
        notes: [],
      }
    : { reasons: [], notes: [`${text}; ${formatBytes(freeBytes)} are free, as was said.`] };
}

/** What holds for every step of a change. */
export function generalReasons(live: LiveFacts): readonly Reason[] {
  const wait = (about: string, text: string, instead?: string): Reason => ({
    verdict: 'wait',
    about,
    text,
    ...(instead === undefined ? {} : { instead }),
  });
  return [
    ...live.standbys
      .filter((one) => (one.lagMs ?? 0) > lagMs || one.lagBytes > lagBytes)
      .map((one) =>
        wait(
          'standby-lag',
          `Standby ${one.name} is ${formatBytes(one.lagBytes)}${one.lagMs === undefined ? '' : ` and ${formatMs(one.lagMs)}`} behind.`,
        ),
      ),
    ...live.slots
      .filter(
        (one) => one.retainedBytes > retained || one.walStatus === 'unreserved' || one.walStatus === 'lost',
      )
      .map((one) =>
        wait(
          'slot-retention',
          `Slot ${one.name} (${one.active ? 'active' : 'nobody reads it'}) keeps ${formatBytes(one.retainedBytes)} of log${one.walStatus === 'lost' ? ', and has lost some' : ''}; a change adds to it.`,
        ),
      ),
    ...(live.archive?.failing
      ? [
          wait(
            'archive-failing',
            `The archive of the log fails; what is written now piles up on the server${live.archive.waiting === undefined ? '' : ` (${formatCount(live.archive.waiting)} segments wait)`}.`,
          ),
        ]
      : []),
    ...live.wraparound
      .filter(({ share }) => share > agedShare)
      .map((one) =>
        wait(
          'wraparound',
          `The oldest rows of ${one.what} are ${formatCount(one.age)} transactions old, ${Math.round(one.share * 100)} % of what the server bears.`,
          'Let VACUUM finish first.',
        ),
      ),
    ...live.vacuums.running
      .filter(({ urgent, table }) => urgent && live.sizes.some((size) => size.table === table))
      .map((one) =>
        wait(
          'urgent-vacuum',
          `A VACUUM against wraparound runs on ${one.table} since ${formatMs(one.ms)}; it does not give way.`,
        ),
      ),
    ...live.unseen
      .filter(({ what }) => !/free space/.test(what))
      .map((one): Reason => ({
        verdict: 'open',
        about: 'unseen',
        text: `Not seen: ${one.what}.`,
        instead: one.grant,
      })),
  ];
}

/** Worth knowing before a change, whatever its verdict. */
export function notesOf(live: LiveFacts): readonly string[] {
  return [
    ...live.invalidIndexes.map((one) =>
      one.building
        ? `${one.index} on ${one.table} is being built.`
        : `${one.index} on ${one.table} is invalid: a build of it failed, writers keep it up all the same.`,
    ),
    ...live.sequences
      .filter(({ share }) => share > 0.75)
      .map(
        (one) =>
          `${one.sequence} has used ${Math.round(one.share * 100)} % of its numbers (${formatCount(one.last)} of ${formatCount(one.max)}).`,
      ),
    ...live.vacuums.off.map((table) => `Autovacuum is off for ${table}.`),
    ...(live.oldestSnapshot && live.oldestSnapshot.age > 1_000_000
      ? [
          `${live.oldestSnapshot.holder} holds back cleaning up: its snapshot is ${formatCount(live.oldestSnapshot.age)} transactions old.`,
        ]
      : []),
  ];
}

const who = (pid: number, application: string): string =>
  pid === 0 ? `a prepared transaction` : `session ${pid}${application === '' ? '' : ` (${application})`}`;

function session({ pid, application, role, state }: LiveTransaction): string {
  return `${who(pid, application)} of ${role}, ${state}`;
}
