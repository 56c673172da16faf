/** Attributes, dependencies between them, and what follows: closures, keys, covers, decompositions. */

export type Attributes = readonly string[];

/** `on` decides `sets`. */
export interface Functional {
  readonly on: Attributes;
  readonly sets: Attributes;
}

/** Most candidate keys that are looked for; more say nothing new. */
const mostKeys = 64;
/** Largest part whose dependencies are found through all its subsets. */
const largestProjection = 10;

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

/** The same dependencies with one attribute on the right, nothing needless on the left, and none that follows from the others. */
export function minimalCover(dependencies: readonly Functional[]): readonly Functional[] {
  const single = dependencies.flatMap(({ on, sets }) =>
    minus(sets, on).map((one): Functional => ({ on: leftReduced(on, one, dependencies), sets: [one] })),
  );
  const kept: Functional[] = [...single];
  for (const one of single) {
    const others = kept.filter((each) => each !== one);
    if (within(one.sets, closure(one.on, others))) kept.splice(kept.indexOf(one), 1);
  }
  return kept;
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

/** Whether the join of the parts is the whole again, by the chase. */
export function lossless(
  attributes: Attributes,
  parts: readonly Attributes[],
  dependencies: readonly Functional[],
): boolean {
  // Row i holds `=` in the columns of part i; equal texts are equal values.
  const rows = parts.map((part, i) =>
    Object.fromEntries(attributes.map((one) => [one, part.includes(one) ? '=' : `${i}`])),
  );
  for (let changed = true; changed;) {
    changed = false;
    for (const { on, sets } of dependencies)
      for (const a of rows)
        for (const b of rows) {
          if (a === b || on.some((one) => a[one] !== b[one])) continue;
          for (const one of sets.filter((each) => a[each] !== b[each])) {
            const [from, to] = a[one] === '=' ? [b[one]!, '='] : [a[one]!, b[one]!];
            for (const row of rows) if (row[one] === from) row[one] = to;
            changed = true;
          }
        }
  }
  return rows.some((row) => attributes.every((one) => row[one] === '='));
}

/** Dependencies that hold within some of the attributes. */
export function projected(part: Attributes, dependencies: readonly Functional[]): readonly Functional[] {
  const lefts =
    part.length <= largestProjection
      ? subsets(part)
      : dependencies.map(({ on }) => on).filter((on) => within(on, part));
  return lefts.flatMap((on) => {
    const sets = minus(
      closure(on, dependencies).filter((one) => part.includes(one)),
      on,
    );
    return sets.length > 0 ? [{ on, sets }] : [];
  });
}

function subsets(all: Attributes): readonly Attributes[] {
  return all.reduce<readonly Attributes[]>(
    (made, one) => [...made, ...made.map((each) => [...each, one])],
    [[]],
  );
}

/** Parts in the third normal form that keep every dependency (Bernstein's synthesis); their join is the whole. */
export function synthesis(
  attributes: Attributes,
  dependencies: readonly Functional[],
): readonly Attributes[] {
  const cover = minimalCover(dependencies);
  const byLeft = new Map<string, Attributes>();
  for (const { on, sets } of cover) {
    const key = on.toSorted().join('\0');
    byLeft.set(key, union(byLeft.get(key) ?? on, sets));
  }
  const parts = [...byLeft.values()];
  const loose = minus(attributes, parts.flat());
  const keys = candidateKeys(attributes, dependencies);
  if (!parts.some((part) => keys.some((key) => within(key, part)))) parts.push(union(keys[0]!, loose));
  return parts.filter(
    (part, i) =>
      !parts.some((other, j) => i !== j && within(part, other) && (part.length < other.length || j < i)),
  );
}

/** Parts in Boyce-Codd normal form; their join is the whole, but a dependency may need several of them. */
export function boyceCodd(
  attributes: Attributes,
  dependencies: readonly Functional[],
): readonly Attributes[] {
  const own = projected(attributes, dependencies);
  const bad = own.find(({ on }) => !within(attributes, closure(on, own)));
  if (!bad) return [attributes];
  const decided = closure(bad.on, own).filter((one) => attributes.includes(one));
  return [...boyceCodd(decided, own), ...boyceCodd(union(bad.on, minus(attributes, decided)), own)];
}
