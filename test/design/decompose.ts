/** Textbook decompositions, against which the judge of normal forms is checked. */
import {
  candidateKeys,
  closure,
  leftReduced,
  minus,
  union,
  within,
  type Attributes,
  type Functional,
} from '../../src/design/normal-forms/closure.ts';

/** Largest part whose dependencies are found through all its subsets. */
const largestProjection = 10;

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
