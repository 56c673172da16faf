import { keyOf } from '../../../catalog/identity.ts';
import type { Name } from '../../../catalog/model.ts';
import type { Facts, FactsContext, Statement, StatementFacts } from '../../../engine/model.ts';
import { split, treeOf } from '../grammar/parse.ts';
import { outsideTransaction } from '../grammar/touches.ts';
import { after } from './after.ts';
import { contradictions } from './contradictions.ts';
import { deedsOf } from './deeds.ts';
import { isFresh, lookInto } from './look.ts';
import { power } from './modes.ts';
import { recognise } from './match/recognise.ts';
import type { FactRow, Match, Role } from './model.ts';
import { factRows } from './table/all.ts';
import { measured, say } from './words.ts';

/** Looks statements up in the table of measured ones. */
export const facts: Facts = {
  of: (statement, context) => factsOf(statement, withEarlier(context)),
  together,
  after: (statement, context) => after(statement, withEarlier(context)),
  deeds: (statement, context) => deedsOf(treeOf(statement), withEarlier(context)),
  say,
  contradictions,
  table: factRows.map(measured),
};

/** The context with all that earlier statements did worked into it. */
function withEarlier({ earlier, ...context }: FactsContext): FactsContext {
  let next: FactsContext = context;
  for (const sql of earlier ?? []) for (const statement of split(sql)) next = after(statement, next);
  return next;
}

/** The row of an id that holds for a major version. */
export function rowOf(id: string, major: number): FactRow | undefined {
  return factRows.find(
    (row) => row.id === id && (row.since ?? 0) <= major && major <= (row.until ?? Infinity),
  );
}

const unknown = (outside: boolean): StatementFacts => ({
  locks: [],
  rewrites: [],
  scans: [],
  blocks: 'nobody',
  lasts: 'unknown',
  known: [],
  outside,
});

function factsOf(statement: Statement, context: FactsContext): StatementFacts {
  const outside = outsideTransaction(statement);
  const look = lookInto(context);
  const matches = recognise(treeOf(statement), look);
  const rows = matches.map((match) => ({ match, row: rowOf(match.id, look.major) }));
  if (rows.length === 0 || rows.some(({ row }) => row === undefined)) return unknown(outside);
  const locks: Locks = new Map();
  const rewrites = new Map<string, Name>();
  const scans = new Map<string, { relation: Name; why: string }>();
  let reads = false;
  for (const { match, row } of rows) {
    if (!row) continue;
    const of = (role: string): readonly Name[] => named(match, role as Role, context);
    for (const [role, mode] of Object.entries(row.locks))
      for (const relation of of(role)) hold(locks, { relation, mode });
    for (const role of row.rewrites ?? [])
      for (const relation of of(role)) rewrites.set(keyOf(relation), relation);
    for (const [role, why] of Object.entries(row.scans ?? {}))
      for (const relation of of(role)) scans.set(keyOf(relation), { relation, why });
    if (row.reads && locks.size > 0) reads = true;
  }
  for (const key of rewrites.keys()) scans.delete(key);
  const long = rewrites.size > 0 || scans.size > 0;
  return {
    locks: strongestFirst(locks),
    rewrites: [...rewrites.values()],
    scans: [...scans.values()],
    blocks: blocked([...locks.values()].map(({ mode }) => mode)),
    lasts: long ? 'size of the table' : reads ? 'unknown' : 'moment',
    known: [...new Set(rows.map(({ match }) => match.id))],
    outside,
  };
}

type Lock = StatementFacts['locks'][number];
type Locks = Map<string, Lock>;

function hold(locks: Locks, lock: Lock): void {
  const key = keyOf(lock.relation);
  const known = locks.get(key);
  if (!known || power(lock.mode) > power(known.mode)) locks.set(key, lock);
}

function strongestFirst(locks: Locks): readonly Lock[] {
  return [...locks.values()].toSorted(
    (a, b) => power(b.mode) - power(a.mode) || keyOf(a.relation).localeCompare(keyOf(b.relation)),
  );
}

function together(all: readonly StatementFacts[]): StatementFacts {
  const locks: Locks = new Map();
  for (const { locks: held } of all) for (const lock of held) hold(locks, lock);
  const lasting = new Set(all.map(({ lasts }) => lasts));
  return {
    locks: strongestFirst(locks),
    rewrites: all.flatMap(({ rewrites }) => rewrites),
    scans: all.flatMap(({ scans }) => scans),
    blocks: blocked([...locks.values()].map(({ mode }) => mode)),
    lasts: (['size of the table', 'unknown'] as const).find((word) => lasting.has(word)) ?? 'moment',
    known: [...new Set(all.flatMap(({ known }) => known))],
    outside: all.some(({ outside }) => outside),
  };
}

/** Nobody uses yet what the same change made. */
function named(match: Match, role: Role, context: FactsContext): readonly Name[] {
  return (match.on[role] ?? []).filter((name) => name.name !== '' && !isFresh(context, name));
}

function blocked(modes: readonly string[]): StatementFacts['blocks'] {
  const worst = Math.max(-1, ...modes.map(power));
  if (worst >= power('ACCESS EXCLUSIVE')) return 'reads and writes';
  if (worst >= power('SHARE')) return 'writes';
  return worst >= power('ROW EXCLUSIVE') ? 'schema changes' : 'nobody';
}
