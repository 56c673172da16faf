/** Attributes, dependencies between them, and what follows: closures, keys, and what a decomposition keeps. */

export type Attributes = readonly string[];

/** `on` decides `sets`. */
export interface Functional {
  readonly on: Attributes;
  readonly sets: Attributes;
}

/** Most candidate keys that are looked for; more say nothing new. */
const mostKeys = 64;

/** Whether every attribute of the first is in the second. */
export function within(some: Attributes, all: Attributes): boolean {
  return some.every((one) => all.includes(one));
}

/** Attributes of the first that the second lacks. */
export function minus(some: Attributes, others: Attributes): Attributes {
  return some.filter((one) => !others.includes(one));
}

/** Attributes of either, each once. */
export function union(...lists: readonly Attributes[]): Attributes {
  return [...new Set(lists.flat())];
}

/** Everything that these attributes decide. */
export function closure(of: Attributes, dependencies: readonly Functional[]): Attributes {
  let known = union(of);
  for (;;) {
    const next = union(known, ...dependencies.filter(({ on }) => within(on, known)).map(({ sets }) => sets));
    if (next.length === known.length) return known;
    known = next;
  }
}

/** All candidate keys (Lucchesi and Osborn), shortest first; at most 64. */
export function candidateKeys(
  attributes: Attributes,
  dependencies: readonly Functional[],
): readonly Attributes[] {
  const minimal = (wide: Attributes): Attributes => {
    let key = wide;
    for (const one of wide) {
      const less = minus(key, [one]);
      if (within(attributes, closure(less, dependencies))) key = less;
    }
    return key;
  };
  const keys: Attributes[] = [minimal(attributes)];
  for (let i = 0; i < keys.length && keys.length < mostKeys; i++)
    for (const { on, sets } of dependencies) {
      const wide = union(on, minus(keys[i]!, sets)).filter((one) => attributes.includes(one));
      if (within(attributes, closure(wide, dependencies)) && !keys.some((key) => within(key, wide)))
        keys.push(minimal(wide));
    }
  return keys.toSorted((a, b) => a.length - b.length);
}

/** The left side without what the right side does not need. */
export function leftReduced(on: Attributes, sets: string, dependencies: readonly Functional[]): Attributes {
  let left = union(on);
  for (const one of on) {
    const less = minus(left, [one]);
    if (closure(less, dependencies).includes(sets)) left = less;
  }
  return left;
}

/** Whether the dependencies can be checked within the parts alone. */
export function preserves(parts: readonly Attributes[], dependencies: readonly Functional[]): boolean {
  return dependencies.every(({ on, sets }) => {
    let known = union(on);
    for (;;) {
      const next = union(
        known,
        ...parts.map((part) =>
          closure(
            known.filter((one) => part.includes(one)),
            dependencies,
          ).filter((one) => part.includes(one)),
        ),
      );
      if (next.length === known.length) break;
      known = next;
    }
    return within(sets, known);
  });
}
