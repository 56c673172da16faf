import { printName } from '../../../catalog/identity.ts';
import type { Facts } from '../../../engine/model.ts';
import { power } from './modes.ts';

// Weaker locks keep nobody out but a DROP; what is read beside a statement is not told.
const worthTelling = power('SHARE UPDATE EXCLUSIVE');

/** Where a measurement saw more than the facts tell, or other than they tell. */
export const contradictions: Facts['contradictions'] = (facts, seen) => {
  if (facts.known.length === 0) return [];
  const expected = new Map(
    facts.locks.map(({ relation, mode }) => [`${relation.schema}.${relation.name}`, mode]),
  );
  const found: string[] = [];
  for (const { relation, mode } of seen.locks) {
    if (power(mode) < worthTelling) continue;
    const told = expected.get(relation);
    if (told === undefined) found.push(`${mode} on ${relation} was held and is not among the facts.`);
    else if (told !== mode) found.push(`${mode} on ${relation} was held, where the facts say ${told}.`);
  }
  for (const { relation, mode } of facts.locks) {
    if (power(mode) < worthTelling) continue;
    const name = `${relation.schema}.${relation.name}`;
    if (!seen.locks.some((lock) => lock.relation === name))
      found.push(`${mode} on ${printName(relation)} is among the facts and was not seen.`);
  }
  const rewrites = new Set(facts.rewrites.map(({ schema, name }) => `${schema}.${name}`));
  for (const table of seen.rewrites)
    if (!rewrites.has(table)) found.push(`${table} was written anew, which the facts do not say.`);
  for (const table of rewrites)
    if (!seen.rewrites.includes(table))
      found.push(`The facts say that ${table} is written anew, and it was not.`);
  if (facts.scans.length === 0 && rewrites.size === 0)
    for (const scan of seen.scans) found.push(`It read what the facts do not name: ${scan}.`);
  if (facts.scans.length > 0 && seen.scans.length === 0 && seen.rewrites.length === 0)
    found.push(
      `The facts say that ${facts.scans.map(({ relation, why }) => `${printName(relation)} is read (${why})`).join(', ')}, and no reading was seen.`,
    );
  return found;
};
