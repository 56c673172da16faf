import type { PlannedStatement } from '../../../engine/planner/model.ts';
import { needsOf, oldNeedsOf, type Fate } from './fates.ts';
import type { Kind, Piece, Sides, Thing } from './model.ts';
import { arrows } from './order.ts';
import { tied } from './tied.ts';

interface Node {
  readonly fate: Fate;
  readonly thing: Thing;
  readonly piece: Piece;
  readonly does: PlannedStatement['does'];
  readonly rank: number;
}

/** First and last statement of what is done to a thing. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Puts the pieces of all fates in an order that the server accepts; `circles` names what could not be brought into one. */
export function statementsOf(
  fates: ReadonlyMap<string, Fate>,
  kinds: readonly Kind<never>[],
  sides: Sides,
): { readonly statements: readonly PlannedStatement[]; readonly circles: readonly string[] } {
  const nodes = nodesOf(fates, kinds, sides);
  if (nodes.length === 0) return { statements: [], circles: [] };
  const place = nodes.map((_node, at) => at).toSorted((a, b) => nodes[a]!.rank - nodes[b]!.rank || a - b);
  const sorted = place.map((at) => nodes[at]!);
  const { order, circles } = between(sorted, fates, sides);
  return {
    statements: order.map((at) => statementOf(sorted[at]!)),
    circles: [...new Set(circles.map((at) => sorted[at]!.thing.path))],
  };
}

function statementOf({ thing, piece, does, fate }: Node): PlannedStatement {
  const { sql, because, loses, alone, superuser } = piece;
  return {
    sql,
    path: thing.path,
    does,
    because:
      fate.since !== undefined && does !== 'alter' ? `${because}: ${fate.since} goes or changes` : because,
    ...(loses === undefined ? {} : { loses }),
    ...(alone === undefined ? {} : { alone }),
    ...(superuser === undefined ? {} : { superuser }),
  };
}

function nodesOf(
  fates: ReadonlyMap<string, Fate>,
  kinds: readonly Kind<never>[],
  sides: Sides,
): readonly Node[] {
  const ranks = new Map(kinds.map((kind, at) => [kind as unknown as Kind, at]));
  const nodes: Node[] = [];
  const add = (
    fate: Fate,
    thing: Thing,
    does: Node['does'],
    rank: number,
    pieces: readonly Piece[],
  ): void => {
    for (const piece of pieces) nodes.push({ fate, thing, piece, does, rank });
  };
  const makers = new Map<string, string>();
  const droppers = new Map<string, string>();
  const loose = tied(fates, sides);
  const touched: Fate[] = [];
  for (const fate of fates.values()) if (fate.becomes !== 'keep') touched.push(fate);
  const inOrder = touched.toSorted((a, b) => ranks.get(a.kind)! - ranks.get(b.kind)!);
  for (const fate of inOrder) {
    const { kind, before, after, becomes, pieces } = fate;
    const rank = ranks.get(kind)!;
    if (becomes === 'alter') add(fate, after!, 'alter', kinds.length + rank, pieces);
    if (after && (becomes === 'make' || becomes === 'replace') && !makers.has(after.key)) {
      const making = kind.make(after, sides);
      for (const { makes } of making)
        for (const key of makes ?? []) if (key !== after.key) makers.set(key, after.key);
      add(fate, after, 'make', kinds.length + rank, making);
    }
    if (
      before &&
      goes(fate) &&
      !droppers.has(before.key) &&
      !(covered(before, fates) && !loose.has(before.key))
    ) {
      const dropping = kind.drop(before, sides);
      for (const { drops } of dropping)
        for (const key of drops ?? []) if (key !== before.key) droppers.set(key, before.key);
      add(fate, before, 'drop', (kind.holdsData ? 3 : 1) * kinds.length - rank, dropping);
    }
  }
  // What goes or comes with something that was asked later needs no statement of its own.
  return nodes.filter(
    ({ thing, does }) => !(does === 'drop' ? droppers : does === 'make' ? makers : noOne).has(thing.key),
  );
}

const noOne: ReadonlyMap<string, string> = new Map();

const goes = ({ becomes }: Fate): boolean => becomes === 'drop' || becomes === 'replace';

/** Whether it goes with something else. */
function covered({ partOf, goesWith }: Thing, fates: ReadonlyMap<string, Fate>): boolean {
  return [partOf, goesWith].some((key) => {
    const whole = key === undefined ? undefined : fates.get(key);
    return (
      whole !== undefined && (goes(whole) || (whole.before !== undefined && covered(whole.before, fates)))
    );
  });
}

function between(
  nodes: readonly Node[],
  fates: ReadonlyMap<string, Fate>,
  sides: Sides,
): { readonly order: readonly number[]; readonly circles: readonly number[] } {
  const spans = {
    make: new Map<string, Span>(),
    drop: new Map<string, Span>(),
    alter: new Map<string, Span>(),
  };
  nodes.forEach(({ thing: { key }, does, piece }, at) => {
    const of = spans[does as keyof typeof spans];
    of.set(key, { first: of.get(key)?.first ?? at, last: at });
    for (const other of piece.makes ?? []) spans.make.set(other, { first: at, last: at });
    for (const other of piece.drops ?? []) spans.drop.set(other, { first: at, last: at });
  });
  const dropOf = (key: string | undefined): Span | undefined => {
    if (key === undefined) return undefined;
    const fate = fates.get(key);
    if (!fate || !goes(fate)) return undefined;
    return spans.drop.get(key) ?? dropOf(fate.before?.partOf) ?? dropOf(fate.before?.goesWith);
  };
  /** The last statement that changes a thing, or the last one before it needs the other thing itself. */
  const changed = (key: string, user: string): number | undefined => {
    const span = spans.alter.get(key);
    if (!span) return undefined;
    for (let at = span.first; at <= span.last; at += 1)
      if (nodes[at]!.piece.needs?.includes(user)) return at === span.first ? undefined : at - 1;
    return span.last;
  };
  const { hard, soft, sorted } = arrows(nodes.length);
  const previous = new Map<string, number>();
  const holders = new Map<string, string>();
  nodes.forEach(({ thing: { key }, does, piece }, at) => {
    const chain = `${does} ${key}`;
    hard(previous.get(chain), at);
    previous.set(chain, at);
    for (const need of piece.needs ?? []) {
      hard(spans.make.get(need)?.first, at);
      if (need !== key) soft(spans.alter.get(need)?.last, at);
    }
    for (const need of piece.after ?? []) hard((dropOf(need) ?? spans.alter.get(need))?.last, at);
  });
  const claimed = new Set<string>();
  for (const key of spans.make.keys())
    for (const name of fates.get(key)?.after?.names ?? []) claimed.add(name);
  if (claimed.size > 0)
    for (const { before } of fates.values())
      for (const name of before?.names ?? []) if (claimed.has(name)) holders.set(name, before!.key);
  for (const [key, fate] of fates) {
    const { before, after } = fate;
    const [made, altered, gone] = [spans.make.get(key), spans.alter.get(key), dropOf(key)];
    if (!made && !altered && !gone) continue;
    if (after && (made || altered)) {
      hard(gone?.last, made?.first);
      const told = new Set(fate.pieces.flatMap((piece) => piece.needs ?? []));
      for (const need of needsOf(sides.to, after)) {
        if (made) {
          hard(spans.make.get(need)?.first, made.first);
          (need === after.partOf ? soft : hard)(changed(need, key), made.first);
        }
        if (altered && !told.has(need)) {
          hard(spans.make.get(need)?.first, altered.first);
          soft(spans.alter.get(need)?.last, altered.first);
        }
      }
      for (const name of made ? (after.names ?? []) : []) {
        const holder = holders.get(name);
        if (holder !== undefined) hard((dropOf(holder) ?? spans.alter.get(holder))?.last, made!.first);
      }
    }
    if (!before) continue;
    for (const need of oldNeedsOf(sides.from, before)) {
      const end = dropOf(need);
      if (gone) {
        hard(gone.last, end?.first);
        const clearing = clears(fates.get(need), need, key);
        (clearing ? hard : soft)(gone.last, spans.alter.get(need)?.first);
      } else if (altered && end) {
        const freeing = fate.pieces.findIndex(({ frees }) => frees?.includes(need) || frees?.includes('*'));
        hard(freeing < 0 ? altered.last : pieceAt(nodes, altered, fate.pieces[freeing]!), end.first);
      }
    }
  }
  return sorted();
}

function pieceAt(nodes: readonly Node[], { first, last }: Span, piece: Piece): number {
  for (let at = first; at <= last; at += 1) if (nodes[at]!.piece === piece) return at;
  return last;
}

/** Whether a change of a thing wants what depends on it out of the way. */
function clears(fate: Fate | undefined, key: string, dependant: string): boolean {
  const pieces = fate?.pieces ?? [];
  return (
    pieces.some((piece) => piece.clears?.includes(key)) &&
    !pieces.some((piece) => piece.frees?.includes(dependant))
  );
}
