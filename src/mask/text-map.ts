/**
 * Made-up texts in the order of the original ones. A tree of all texts is built, and at each of its forks letters get other letters in the same order: two texts
 * that begin alike get substitutes that begin alike, so that prefixes, case and lower() fit too. What follows the last fork is drawn at random.
 */
import { dressed, siblings, type Unit } from './text-units.ts';

/** A source of numbers in [0, 1) that nobody can repeat. */
export type Random = () => number;

interface Node {
  readonly children: Map<string, { readonly unit: Unit; readonly node: Node; substitute: string }>;
  ends: boolean;
}

export interface TextMapOptions {
  readonly random: Random;
  /** A crowded fork may take two letters for one, so that no letter has to stay as it is; texts grow a little then. */
  readonly grow: boolean;
}

export interface TextMap {
  add(units: readonly Unit[]): void;
  /** Draws all substitutes; to be called once, after the last text was added. */
  draw(): void;
  /** The substitute of a text that was added, or of the beginning of one. */
  of(units: readonly Unit[]): string;
}

/** Letters that make no words by chance. */
const consonants = Array.from('bcdfghjklmnpqrstvwxz');
const digits = Array.from('0123456789');
const halves = Array.from('0123456789abcdef');

/** Share of an alphabet from which on a fork is crowded: the letters would hardly move. */
const crowded = 0.5;

/** Last part of made-up e-mail addresses; the name is reserved for this (RFC 2606). */
const reserved = '.example';

/** An empty map. */
export function textMap({ random, grow }: TextMapOptions): TextMap {
  const root: Node = { children: new Map(), ends: false };
  const drawn = (node: Node): void => {
    const open = [node];
    for (let next = open.pop(); next; next = open.pop()) {
      assign(next, random, grow);
      for (const { node: child } of next.children.values()) open.push(child);
    }
  };
  return {
    add(units) {
      let node = root;
      for (const unit of units) {
        const key = keyOf(unit);
        let child = node.children.get(key);
        if (!child) {
          child = { unit, node: { children: new Map(), ends: false }, substitute: '' };
          node.children.set(key, child);
        }
        node = child.node;
      }
      node.ends = true;
    },
    draw: () => drawn(root),
    of(units) {
      let node: Node | undefined = root;
      let text = '';
      for (const [at, unit] of units.entries()) {
        const child: ReturnType<Node['children']['get']> = node?.children.get(keyOf(unit));
        if (!child) throw new Error('A text has no substitute, since it was not added.');
        text += unit.kind === 'fixed' ? unit.key : dressed(child.substitute, unit);
        node = child.node;
        if (unit.key === '@' && at > 0 && isChain(node)) return text + domain(node, units.slice(at + 1));
      }
      return text;
    },
  };
}

function keyOf({ kind, key }: Unit): string {
  return `${kind[0]}${key}`;
}

/** Gives the children of a fork substitutes of their kinds, in order. */
function assign(node: Node, random: Random, grow: boolean): void {
  const kinds = new Map<string, { unit: Unit; substitute: string }[]>();
  for (const child of node.children.values()) {
    const { kind, key } = child.unit;
    // Letters of other scripts are exchanged among their neighbours.
    const group =
      kind === 'script'
        ? `script ${Math.floor(key.codePointAt(0)! / 64)} ${/\p{Nd}/u.test(key)} ${/\p{Ll}/u.test(key)}`
        : kind;
    kinds.set(group, [...(kinds.get(group) ?? []), child]);
  }
  for (const group of kinds.values()) {
    const ordered = group.toSorted((a, b) => (a.unit.key < b.unit.key ? -1 : 1));
    const chosen = choose(ordered[0]!.unit, ordered.length, random, grow);
    for (const [at, child] of ordered.entries()) child.substitute = chosen?.[at] ?? child.unit.key;
  }
}

function choose(unit: Unit, count: number, random: Random, grow: boolean): readonly string[] | undefined {
  const alphabet =
    unit.kind === 'letter'
      ? consonants
      : unit.kind === 'digit'
        ? digits
        : unit.kind === 'hex'
          ? halves
          : unit.kind === 'script'
            ? siblings(unit.key)
            : [];
  const mayGrow = grow && (unit.kind === 'letter' || unit.kind === 'digit');
  if (mayGrow && count > alphabet.length * crowded)
    return subset(
      alphabet.flatMap((first) => alphabet.map((second) => first + second)),
      count,
      random,
    );
  // Without room for a pair, all letters may be needed, also those that make words.
  const all =
    unit.kind === 'letter' && count > alphabet.length ? Array.from('abcdefghijklmnopqrstuvwxyz') : alphabet;
  return count <= all.length ? subset(all, count, random) : undefined;
}

/** So many of the items, in order, each subset equally likely. */
function subset(items: readonly string[], count: number, random: Random): readonly string[] {
  const chosen: string[] = [];
  let left = count;
  for (const [at, item] of items.entries())
    if (random() * (items.length - at) < left) {
      chosen.push(item);
      left--;
    }
  return chosen;
}

/** Whether one text only follows from here. */
function isChain(node: Node): boolean {
  let at = node;
  while (at.children.size === 1 && !at.ends) at = at.children.values().next().value!.node;
  return at.children.size === 0 && at.ends;
}

/** The domain of an address that stands alone: letters of the tree, then a name that nobody can own. */
function domain(from: Node, units: readonly Unit[]): string {
  const letters: string[] = [];
  for (let at = from; at.children.size === 1;) {
    const { unit, node, substitute } = at.children.values().next().value!;
    if (unit.kind === 'letter') letters.push(substitute);
    at = node;
  }
  const name = letters.slice(0, Math.max(3, units.length - reserved.length)).join('') + reserved;
  const cased = units.filter(({ kind }) => kind === 'letter');
  return cased.length > 0 && cased.every(({ upper }) => upper) ? name.toUpperCase() : name;
}
