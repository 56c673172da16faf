import { needsOf, type Fate } from './fates.ts';
import type { Sides } from './model.ts';

/** Parts of things that go which have to go before, since two wholes need each other's parts: foreign keys between tables, say. */
export function tied(fates: ReadonlyMap<string, Fate>, sides: Sides): ReadonlySet<string> {
  const goes = (key: string): boolean => {
    const becomes = fates.get(key)?.becomes;
    return becomes === 'drop' || becomes === 'replace';
  };
  const wholes = new Map<string, string>();
  const wholeOf = (key: string): string => {
    const known = wholes.get(key);
    if (known !== undefined) return known;
    const above = fates.get(key)?.before?.partOf;
    const whole = above !== undefined && goes(above) ? wholeOf(above) : key;
    wholes.set(key, whole);
    return whole;
  };
  const links: { readonly part: string; readonly one: string; readonly other: string }[] = [];
  const next = new Map<string, Set<string>>();
  for (const [key, { before }] of fates) {
    if (!before || !goes(key)) continue;
    const one = wholeOf(key);
    for (const need of needsOf(sides.from, before)) {
      if (!goes(need)) continue;
      const other = wholeOf(need);
      if (one === other) continue;
      if (one !== key) links.push({ part: key, one, other });
      const found = next.get(one);
      if (found) found.add(other);
      else next.set(one, new Set([other]));
    }
  }
  const circle = circles(next);
  return new Set(
    links
      .filter(({ one, other }) => circle.get(one) !== undefined && circle.get(one) === circle.get(other))
      .map(({ part }) => part),
  );
}

/** Number of the circle that each member stands in (Tarjan's strongly connected components, without recursion). */
function circles(next: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, number> {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const on = new Set<string>();
  const stack: string[] = [];
  const found = new Map<string, number>();
  let count = 0;
  for (const root of next.keys()) {
    if (index.has(root)) continue;
    const work: { readonly key: string; readonly rest: Iterator<string> }[] = [];
    const enter = (key: string): void => {
      index.set(key, index.size);
      low.set(key, index.get(key)!);
      stack.push(key);
      on.add(key);
      work.push({ key, rest: (next.get(key) ?? new Set<string>()).values() });
    };
    enter(root);
    while (work.length > 0) {
      const { key, rest } = work.at(-1)!;
      const step = rest.next();
      if (!step.done) {
        if (!index.has(step.value)) enter(step.value);
        else if (on.has(step.value)) low.set(key, Math.min(low.get(key)!, index.get(step.value)!));
        continue;
      }
      work.pop();
      const above = work.at(-1);
      if (above) low.set(above.key, Math.min(low.get(above.key)!, low.get(key)!));
      if (low.get(key) !== index.get(key)) continue;
      for (let member: string | undefined; member !== key;) {
        member = stack.pop()!;
        on.delete(member);
        found.set(member, count);
      }
      count += 1;
    }
  }
  return found;
}
