import type { Name } from '../catalog/model.ts';
import type { Grammar, StepDraft } from '../engine/model.ts';
import type { PhaseName } from './model.ts';

/** A draft with what the wish said about it. */
export interface Drafted extends StepDraft {
  readonly claims: readonly string[];
  /** It must share the transaction of the draft before it. */
  readonly joined: boolean;
  /** Only a superuser may run it. */
  readonly superuser?: true;
  /** It changes or locks a table that was there before the change. */
  readonly locks: boolean;
}

/** Phases in the order in which they run. */
export const phaseOrder: readonly PhaseName[] = ['expand', 'backfill', 'contract'];

/** What later statements have to wait for. */
export interface Pending {
  /** Table as written → names in it that a backfill fills, or a contract step makes or removes; `*` is everything. */
  readonly names: Map<string, { readonly word: string; readonly until: PhaseName }[]>;
}

/** Moves drafts of one statement behind what earlier statements left pending: what needs backfilled rows or a new name runs after those exist. */
export function behindPending(
  drafts: readonly StepDraft[],
  sql: string,
  tables: readonly Name[],
  pending: Pending,
): readonly StepDraft[] {
  return notBefore(drafts, floorOf(sql, tables, pending));
}

/** Moves what would run before a phase into it. */
export function notBefore(drafts: readonly StepDraft[], floor: number): readonly StepDraft[] {
  return drafts.map((draft) =>
    phaseOrder.indexOf(draft.phase) < floor ? { ...draft, phase: phaseOrder[floor]! } : draft,
  );
}

function floorOf(sql: string, tables: readonly Name[], { names }: Pending): number {
  const touched = new Set(['*', ...tables.map(({ name }) => name)]);
  // A view or a routine changes nothing of the tables that it names, but needs them as they will be.
  const waits = [...names].flatMap(([table, pending]) =>
    touched.has(table) || mentions(sql, table) ? pending : [],
  );
  const met = waits.filter(({ word }) => word === '*' || mentions(sql, word));
  return Math.max(0, ...met.map(({ until }) => phaseOrder.indexOf(until)));
}

/** Remembers what the drafts of one statement leave pending. */
export function remember(drafts: readonly StepDraft[], tables: readonly Name[], pending: Pending): void {
  for (const { concerns = [], phase } of drafts) {
    if (phase === 'expand') continue;
    // After a backfill comes what relies on it; after a contract step, what follows it within the phase.
    // A renamed table is waited for under its new name too.
    const also = concerns.includes('*') ? concerns.filter((word) => word !== '*') : [];
    const keys = tables.length > 0 ? [...tables.map(({ name }) => name), ...also] : ['*'];
    for (const key of keys)
      pending.names.set(key, [
        ...(pending.names.get(key) ?? []),
        ...concerns.map((word) => ({ word, until: 'contract' as const })),
      ]);
  }
}

function mentions(sql: string, word: string): boolean {
  return new RegExp(
    `(?<![\\p{L}\\p{N}_])${word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\p{L}\\p{N}_])`,
    'iu',
  ).test(sql);
}

/** Tables a step changes or locks that existed before the change. */
export function locksExisting(grammar: Grammar, sql: string, isFresh: (name: Name) => boolean): boolean {
  return grammar.split(sql).some((statement) => grammar.touches(statement).some((name) => !isFresh(name)));
}

/** Lets drafts of one phase share a transaction where something is missing between the first and the last of them; not across what takes long or stands outside. */
export function bracketed(drafts: readonly Drafted[]): readonly Drafted[] {
  const joined = new Set<number>();
  for (const [from, { opens }] of drafts.entries()) {
    if (opens === undefined) continue;
    const to = drafts.findLastIndex(({ closes }) => closes === opens);
    const between = drafts.slice(from, to + 1);
    if (between.every(({ transaction, statementTimeoutMs }) => transaction && statementTimeoutMs !== 0))
      for (let at = from + 1; at <= to; at++) joined.add(at);
  }
  return drafts.map((draft, at) => (joined.has(at) ? { ...draft, joined: true } : draft));
}
