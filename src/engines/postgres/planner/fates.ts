import type { Kind, Piece, Side, Sides, Thing } from './model.ts';

/** What becomes of one thing. */
export interface Fate {
  readonly kind: Kind;
  readonly before?: Thing;
  readonly after?: Thing;
  readonly becomes: 'make' | 'drop' | 'keep' | 'alter' | 'replace' | 'refused';
  /** Of `alter`. */
  readonly pieces: readonly Piece[];
  /** Of `refused`. */
  readonly why?: string;
  /** Of `replace`: what goes, so that it has to go too. */
  readonly since?: string;
}

/** Things of one side by key. */
export type Things = ReadonlyMap<string, { readonly kind: Kind; readonly thing: Thing }>;

/** Lists the things of a side; of two with one key the first stays. */
export function thingsOf(side: Side, kinds: readonly Kind<never>[]): Things {
  const things = new Map<string, { kind: Kind; thing: Thing }>();
  for (const kind of kinds as unknown as readonly Kind[])
    for (const thing of kind.list(side)) if (!things.has(thing.key)) things.set(thing.key, { kind, thing });
  return things;
}

/** Everything that a thing needs by the server's word and by its own. */
export function needsOf(side: Side, thing: Thing): readonly string[] {
  const needs = [...(side.needs.get(thing.key) ?? [])];
  if (thing.needs) needs.push(...thing.needs);
  if (thing.partOf !== undefined) needs.push(thing.partOf);
  return needs;
}

/** The same on the old side, where what takes a thing along counts as well. */
export function oldNeedsOf(side: Side, thing: Thing): readonly string[] {
  return thing.goesWith === undefined ? needsOf(side, thing) : [...needsOf(side, thing), thing.goesWith];
}

/** Decides what becomes of each thing, and of those that depend on what goes or has to be out of the way. */
export function fatesOf(from: Things, to: Things, sides: Sides): ReadonlyMap<string, Fate> {
  const fates = new Map<string, Fate>();
  for (const [key, { kind, thing: after }] of to) {
    const before = from.get(key);
    fates.set(
      key,
      before === undefined
        ? { kind, after, becomes: 'make', pieces: [] }
        : before.kind === kind
          ? altered({ kind, before: before.thing, after }, sides)
          : { kind, before: before.thing, after, becomes: 'replace', pieces: [] },
    );
  }
  for (const [key, { kind, thing: before }] of from)
    if (!to.has(key)) fates.set(key, { kind, before, becomes: 'drop', pieces: [] });
  spread(fates, from, sides);
  refuse(fates, sides);
  return fates;
}

/** What cannot be made or dropped, and what cannot be made without it. */
function refuse(fates: Map<string, Fate>, sides: Sides): void {
  const refused: string[] = [];
  const say = (key: string, fate: Fate, why: string): void => {
    const { kind, before, after } = fate;
    fates.set(key, {
      kind,
      ...(before ? { before } : {}),
      ...(after ? { after } : {}),
      becomes: 'refused',
      pieces: [],
      why,
    });
    if (!before || fate.becomes === 'replace') refused.push(key);
  };
  for (const [key, fate] of fates) {
    const { kind, before, after, becomes } = fate;
    if (!kind.refuses || becomes === 'keep' || becomes === 'alter' || becomes === 'refused') continue;
    const why =
      (after && becomes !== 'drop' ? kind.refuses(after, 'make', sides) : undefined) ??
      (before && becomes !== 'make' ? kind.refuses(before, 'drop', sides) : undefined);
    if (why !== undefined) say(key, fate, why);
  }
  if (refused.length === 0) return;
  const users = new Map<string, string[]>();
  const add = (need: string, user: string): void => {
    const found = users.get(need);
    if (found) found.push(user);
    else users.set(need, [user]);
  };
  for (const [key, { after, becomes }] of fates)
    if (after && (becomes === 'make' || becomes === 'replace'))
      for (const need of needsOf(sides.to, after)) add(need, key);
  for (let at = 0; at < refused.length; at += 1)
    for (const user of users.get(refused[at]!) ?? []) {
      const fate = fates.get(user)!;
      if (fate.becomes !== 'refused') say(user, fate, `it needs ${refused[at]!}, which cannot be made`);
    }
}

/** Most things keep as they are: they share one list. */
const none: readonly Piece[] = [];

function altered(
  fate: Pick<Fate, 'kind' | 'before' | 'after'>,
  sides: Sides,
  gone?: readonly string[],
): Fate {
  const { kind, before, after } = fate;
  const result =
    gone && kind.without ? kind.without(before!, after!, gone, sides) : kind.alter(before!, after!, sides);
  const bare = { kind, before: before!, after: after! };
  if (result === 'replace') return { ...bare, becomes: 'replace', pieces: [] };
  if ('refused' in result) return { ...bare, becomes: 'refused', pieces: [], why: result.refused };
  return {
    ...bare,
    becomes: result.length === 0 ? 'keep' : 'alter',
    pieces: result.length === 0 ? none : result,
  };
}

/** Dependants of what goes go too, unless they can do without it. */
function spread(fates: Map<string, Fate>, from: Things, sides: Sides): void {
  const gone = new Map<string, Set<string>>();
  const work: { readonly key: string; readonly cleared: boolean }[] = [];
  const cleared = new Set<string>();
  const follow = (key: string, fate: Fate): void => {
    if (fate.becomes === 'drop' || fate.becomes === 'replace') work.push({ key, cleared: false });
    for (const piece of fate.pieces)
      for (const one of piece.clears ?? [])
        if (!cleared.has(one)) {
          cleared.add(one);
          work.push({ key: one, cleared: true });
        }
  };
  for (const [key, fate] of fates) follow(key, fate);
  const dependants = work.length === 0 ? undefined : dependantsIn(from, sides);
  for (let at = 0; at < work.length; at += 1) {
    const { key, cleared: only } = work[at]!;
    for (const dependant of dependants?.get(key) ?? []) {
      const fate = fates.get(dependant)!;
      if (fate.becomes === 'drop' || fate.becomes === 'replace' || fate.becomes === 'refused') continue;
      if (only && fate.kind.follows) continue;
      if (!only && freed(fate, key, sides)) continue;
      const lost = gone.get(dependant) ?? new Set<string>();
      const next =
        (!only && fate.before?.partOf === key) || !fate.kind.without
          ? ({
              kind: fate.kind,
              before: fate.before!,
              after: fate.after!,
              becomes: 'replace',
              pieces: [],
            } as Fate)
          : altered(fate, sides, [...lost, key]);
      gone.set(dependant, lost.add(key));
      fates.set(dependant, next.becomes === 'replace' ? { ...next, since: key } : next);
      follow(dependant, next);
    }
  }
}

/** Keys of the old side's things by what they need. */
function dependantsIn(from: Things, sides: Sides): ReadonlyMap<string, readonly string[]> {
  const dependants = new Map<string, string[]>();
  for (const [key, { thing }] of from)
    for (const need of oldNeedsOf(sides.from, thing)) {
      const found = dependants.get(need);
      if (found) found.push(key);
      else dependants.set(need, [key]);
    }
  return dependants;
}

/** Whether what is done to a thing ends its need of a key of the old side. */
function freed({ pieces, after }: Fate, key: string, sides: Sides): boolean {
  return pieces.some(
    ({ frees }) =>
      frees?.includes(key) ||
      (frees?.includes('*') && after !== undefined && !needsOf(sides.to, after).includes(key)),
  );
}
