/** The judge of normal forms against textbook decompositions of the same dependencies. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { candidateKeys, closure, preserves, type Functional } from '../../src/design/normal-forms/closure.ts';
import { judge } from '../../src/design/normal-forms/judge.ts';
import { boyceCodd, lossless, minimalCover, projected, synthesis } from './decompose.ts';

const letters = ['a', 'b', 'c', 'd', 'e'];
const side = fc.uniqueArray(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 });
const dependencies = fc.array(fc.record({ on: side, sets: side }), { maxLength: 5 });

test('a minimal cover says the same', () => {
  fc.assert(
    fc.property(dependencies, side, (given, of) => {
      expect(closure(of, minimalCover(given)).toSorted()).toEqual(closure(of, given).toSorted());
    }),
  );
});

test('synthesised parts are whole, keep every dependency and are in the third form; Boyce-Codd parts are whole and in theirs', () => {
  const formOf = (part: readonly string[], given: readonly Functional[]): string | undefined => {
    const own = projected(part, given);
    return judge({
      attributes: part,
      keys: candidateKeys(part, own),
      functional: own,
      multivalued: [],
      joins: [],
      repeating: [],
    }).form;
  };
  fc.assert(
    fc.property(dependencies, (given) => {
      const third = synthesis(letters, given);
      expect(lossless(letters, third, given)).toBe(true);
      expect(preserves(third, given)).toBe(true);
      for (const part of third) expect(['3NF', '5NF']).toContain(formOf(part, given));
      const parts = boyceCodd(letters, given);
      expect(lossless(letters, parts, given)).toBe(true);
      for (const part of parts) expect(formOf(part, given)).toBe('5NF');
    }),
  );
});

test('each decomposition that a violation names joins to the whole', () => {
  fc.assert(
    fc.property(dependencies, side, (given, key) => {
      const keys = [key];
      const { violations } = judge({
        attributes: letters,
        keys,
        functional: given,
        multivalued: [],
        joins: [],
        repeating: [],
      });
      const all = [...given, { on: key, sets: letters }];
      for (const { parts } of violations) expect(lossless(letters, parts, all)).toBe(true);
    }),
  );
});
