import { keyOf } from '../catalog/identity.ts';
import type { Catalog, Name, Table } from '../catalog/model.ts';
import type { Given, Lifecycle, Volume } from '../task/model.ts';
import type { MeasuredVolume } from './measured.ts';
import type { TableVolume } from './model.ts';

/** Rows of the whole twin when nobody says otherwise; fills in about 20 s on two cores. */
export const defaultRows = 1_000_000;
/** Share of the budget that tables without a declared volume may take together. */
const assumedShare = 0.1;
/** Share of the budget that referenced tables may take; above it even they shrink. */
const parentShare = 0.6;
const assumedRoot = 1000;
const assumedChildren = 5;
const daysPerYear = 365;

export interface VolumeOptions {
  readonly catalog: Catalog;
  readonly volumes: readonly Volume[];
  /** Table of an entity id, entity name or table name. */
  tableOf(of: string): Name | undefined;
  readonly lifecycle: readonly Lifecycle[];
  /** Rows of the whole twin. */
  readonly rows?: number;
  /** Twin rows ÷ horizon rows for tables that may shrink; replaces the budget. */
  readonly scale?: number;
  /** What a snapshot measured; declared volumes win. */
  readonly measured?: readonly MeasuredVolume[];
  /** Days that measured tables grow, when no declared volume tells how far it looks ahead; a year when left out. */
  readonly horizonDays?: number;
  /** Tables filled from others by a statement: they take nothing from the budget. */
  readonly derived?: readonly Name[];
}

interface Draft {
  readonly table: Table;
  readonly key: string;
  readonly claim?: string;
  readonly basis: TableVolume['basis'];
  readonly growthAssumed?: boolean;
  readonly now: number;
  readonly horizon: number;
  readonly perDay: number;
}

/** Rows per table, now, at the horizon and on the twin: parents keep their declared rows, children shrink until the budget holds. */
export function planVolumes(options: VolumeOptions): readonly TableVolume[] {
  const tables = options.catalog.tables.filter((table) => table.kind !== 'foreign' && !table.partitionOf);
  const drafts = draftAll(tables, options);
  const derived = new Set((options.derived ?? []).map(keyOf));
  const rows = shrink(drafts, derived, options);
  const scaleOf = (draft: Draft): number =>
    draft.horizon > 0 ? Math.min(1, rows.get(draft.key)! / draft.horizon) : 1;
  const byKey = new Map(drafts.map((draft) => [draft.key, draft]));
  return drafts.map((draft) => {
    const parents = parentsOf(draft.table).flatMap((key) => byKey.get(key) ?? []);
    const slices = parents.map((parent) =>
      Math.min(1, scaleOf(draft) / Math.max(scaleOf(parent), Number.MIN_VALUE)),
    );
    return {
      table: { schema: draft.table.schema, name: draft.table.name },
      ...(draft.claim === undefined ? {} : { claim: draft.claim }),
      now: draft.now,
      horizon: draft.horizon,
      rows: rows.get(draft.key)!,
      basis: draft.basis,
      ...(draft.growthAssumed ? { growthAssumed: true } : {}),
      scale: scaleOf(draft),
      slice: Math.min(1, ...slices),
      perDay: draft.perDay,
    };
  });
}

function draftAll(tables: readonly Table[], options: VolumeOptions): readonly Draft[] {
  const claims = new Map<string, Volume>();
  for (const volume of options.volumes) {
    const table = options.tableOf(volume.of);
    if (table) claims.set(keyOf(table), volume);
  }
  const keep = new Map<string, number>();
  for (const rule of options.lifecycle) {
    const table = options.tableOf(rule.of);
    if (table && rule.then !== 'anonymise') keep.set(keyOf(table), rule.keepDays);
  }
  // Tables without an own horizon look as far ahead as the farthest one that was declared.
  const horizons = options.volumes.flatMap((volume) => known(volume.horizonDays) ?? []);
  const usualHorizon = horizons.length > 0 ? Math.max(...horizons) : (options.horizonDays ?? daysPerYear);
  const measured = new Map((options.measured ?? []).map((one) => [keyOf(one.table), one]));
  const drafts = new Map<string, Draft>();
  for (const table of tables) {
    const claim = claims.get(keyOf(table));
    const seen = measured.get(keyOf(table));
    if (claim) drafts.set(keyOf(table), declare(table, claim, keep.get(keyOf(table)), usualHorizon));
    else if (seen) drafts.set(keyOf(table), taken(table, seen, usualHorizon));
  }
  const budget = (options.rows ?? defaultRows) * assumedShare;
  const assumed = tables.filter((table) => !drafts.has(keyOf(table)));
  const cap = Math.max(1, Math.floor(budget / Math.max(1, assumed.length)));
  const sizes = new Map([...drafts].map(([key, draft]) => [key, draft.horizon]));
  const size = (table: Table, seen: ReadonlySet<string>): number => {
    const key = keyOf(table);
    const done = sizes.get(key);
    if (done !== undefined) return done;
    if (seen.has(key)) return assumedRoot;
    const above = parentsOf(table)
      .filter((parent) => parent !== key)
      .flatMap((parent) => tables.find((t) => keyOf(t) === parent) ?? []);
    const largest = Math.max(0, ...above.map((parent) => size(parent, new Set([...seen, key]))));
    const rows = Math.min(cap, largest > 0 ? largest * assumedChildren : assumedRoot);
    sizes.set(key, rows);
    return rows;
  };
  for (const table of assumed) {
    const rows = size(table, new Set());
    drafts.set(keyOf(table), {
      table,
      key: keyOf(table),
      basis: 'assumed',
      now: rows,
      horizon: rows,
      perDay: 0,
    });
  }
  return tables.map((table) => drafts.get(keyOf(table))!);
}

function declare(table: Table, claim: Volume, keepDays: number | undefined, usualHorizon: number): Draft {
  const perDay = known(claim.perDay) ?? 0;
  const start = known(claim.now) ?? 0;
  const now = Math.max(1, Math.round(start > 0 ? start : perDay));
  const grown = start + perDay * (known(claim.horizonDays) ?? usualHorizon);
  // Retention keeps the newest days; rows that were there before have no age, so only a growing table is bounded by it.
  const kept = keepDays === undefined || perDay === 0 ? grown : Math.min(grown, perDay * keepDays);
  const declared = claim.now.kind === 'declared' || claim.perDay.kind === 'declared';
  return {
    table,
    key: keyOf(table),
    claim: claim.id,
    basis: declared ? 'declared' : 'assumed',
    growthAssumed: declared && perDay > 0 && claim.perDay.kind !== 'declared',
    now,
    horizon: Math.max(1, Math.round(kept)),
    perDay,
  };
}

function taken(table: Table, { rows, perDay }: MeasuredVolume, usualHorizon: number): Draft {
  return {
    table,
    key: keyOf(table),
    basis: 'snapshot',
    now: rows,
    horizon: Math.max(1, Math.round(rows + perDay * usualHorizon)),
    perDay,
  };
}

/** Rows on the twin per table key. */
function shrink(
  drafts: readonly Draft[],
  derived: ReadonlySet<string>,
  options: VolumeOptions,
): ReadonlyMap<string, number> {
  const budget = Math.max(1, options.rows ?? defaultRows);
  const referenced = new Set(
    drafts.flatMap((draft) => parentsOf(draft.table).filter((parent) => parent !== draft.key)),
  );
  const counted = drafts.filter((draft) => !derived.has(draft.key));
  const parents = counted.filter((draft) => referenced.has(draft.key));
  const leaves = counted.filter((draft) => !referenced.has(draft.key));
  const rows = new Map<string, number>();
  if (options.scale !== undefined) {
    for (const draft of parents) rows.set(draft.key, draft.horizon);
    for (const draft of leaves) rows.set(draft.key, Math.max(1, Math.round(draft.horizon * options.scale!)));
  } else {
    const forParents = leaves.length > 0 ? Math.max(budget * parentShare, budget - sum(leaves)) : budget;
    level(parents, forParents, rows);
    const used = parents.reduce((total, draft) => total + rows.get(draft.key)!, 0);
    level(leaves, Math.max(1, budget - used), rows);
  }
  const shares = counted
    .filter((draft) => draft.basis !== 'assumed')
    .map((draft) => rows.get(draft.key)! / draft.horizon);
  for (const draft of drafts) {
    if (derived.has(draft.key))
      rows.set(draft.key, Math.max(1, Math.round(draft.horizon * Math.min(1, ...shares))));
  }
  return rows;
}

/** Cuts the largest tables to one common size so that the sum fits: small tables stay whole. */
function level(drafts: readonly Draft[], budget: number, rows: Map<string, number>): void {
  let left = budget;
  const waiting = drafts.toSorted((a, b) => a.horizon - b.horizon);
  for (const [index, draft] of waiting.entries()) {
    const share = Math.max(1, Math.floor(left / (waiting.length - index)));
    const given = Math.min(draft.horizon, share);
    rows.set(draft.key, given);
    left -= given;
  }
}

/** Keys of the tables that a table's foreign keys point at. */
export function parentsOf(table: Table): readonly string[] {
  return [
    ...new Set(
      table.constraints.flatMap((constraint) =>
        constraint.kind === 'foreign' && constraint.references ? [keyOf(constraint.references)] : [],
      ),
    ),
  ];
}

function known(given: Given<number>): number | undefined {
  return given.kind === 'unknown' ? undefined : given.value;
}

function sum(drafts: readonly Draft[]): number {
  return drafts.reduce((total, draft) => total + draft.horizon, 0);
}
