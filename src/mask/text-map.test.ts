import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textMap } from './text-map.ts';
import { hexUnits, unitsOf, type LetterOrder } from './text-units.ts';

/** A map of texts, drawn from equal numbers for equal seeds. */
function mapOf(
  texts: readonly string[],
  { seed = 1, order = 'code' as LetterOrder, grow = true } = {},
): (text: string) => string {
  let state = seed;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const map = textMap({ random, grow });
  for (const text of texts) map.add(unitsOf(text, order));
  map.draw();
  return (text) => map.of(unitsOf(text, order));
}

const bytes = (a: string, b: string): number => Buffer.from(a).compare(Buffer.from(b));
const words = fc.array(
  fc.string({
    unit: fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 -.@_')),
    maxLength: 8,
  }),
  { minLength: 2, maxLength: 60 },
);

describe('made-up texts', () => {
  test('stand in the order of the originals, code by code, and are all different', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 1e6 }), (texts, seed) => {
        const of = mapOf(texts, { seed });
        const sorted = [...new Set(texts)].toSorted(bytes);
        const made = sorted.map(of);
        // Addresses get a domain that nobody owns, which may be shorter than the one before.
        const plain = made.filter((one) => !one.includes('.example'));
        expect(plain).toEqual(plain.toSorted(bytes));
        expect(new Set(plain).size).toBe(plain.length);
      }),
    );
  });

  test('begin alike exactly where the originals do', () => {
    fc.assert(
      fc.property(
        words,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', '0', '1'), minLength: 1, maxLength: 3 }),
        (texts, prefix) => {
          const all = texts.filter((text) => !text.includes('@'));
          const of = mapOf([...all, prefix]);
          for (const text of all) expect(of(text).startsWith(of(prefix))).toBe(text.startsWith(prefix));
        },
      ),
    );
  });

  test('have the lower case of the lower case', () => {
    const texts = ['Anna Öster', 'ANNA', 'anna', 'Bo-Lund', 'ÉMILE', 'Ann@X.ORG'];
    const of = mapOf([...texts, ...texts.map((text) => text.toLowerCase())], { order: 'language' });
    for (const text of texts) expect(of(text).toLowerCase()).toBe(of(text.toLowerCase()));
  });

  test('keep the form: addresses, telephones, spaces and case', () => {
    const of = mapOf([
      'Anna.Smith@mail.example.org',
      'Bo@x.de',
      '+49 30 123456',
      'Anna Smith',
      'Иван',
      '王小明',
    ]);
    expect(of('Anna.Smith@mail.example.org')).toMatch(/^[B-Z][a-z]+\.[B-Z][a-z]+@[a-z]+\.example$/);
    expect(of('Bo@x.de')).toMatch(/^[B-Z][a-z]@[a-z]+\.example$/);
    expect(of('+49 30 123456')).toMatch(/^\+\d\d \d\d \d{6}$/);
    expect(of('Anna Smith')).toMatch(/^[B-Z][a-z]{3} [B-Z][a-z]{4}$/);
    expect(of('Иван')).toMatch(/^\p{Lu}\p{Ll}{3}$/u);
    expect(of('王小明')).toMatch(/^\p{Lo}{3}$/u);
    for (const text of ['Anna Smith', 'Иван', '王小明', '+49 30 123456']) expect(of(text)).not.toBe(text);
  });

  test('of half-bytes are half-bytes of the same number', () => {
    const map = textMap({ random: Math.random, grow: false });
    const all = Array.from({ length: 300 }, (_, at) => (at * 7919).toString(16).padStart(8, '0'));
    for (const one of all) map.add(hexUnits(one));
    map.draw();
    const made = all.toSorted().map((one) => map.of(hexUnits(one)));
    expect(made).toEqual(made.toSorted());
    for (const one of made) expect(one).toMatch(/^[\da-f]{8}$/);
  });

  test('differ from key to key', () => {
    const texts = Array.from({ length: 200 }, (_, at) => `person ${at}`);
    const [one, other] = [mapOf(texts, { seed: 1 }), mapOf(texts, { seed: 2 })];
    expect(texts.filter((text) => one(text) === other(text)).length).toBeLessThan(5);
  });

  test('are only told for texts that were added', () => {
    expect(() => mapOf(['abc'])('abd')).toThrow(/not added/);
  });
});
