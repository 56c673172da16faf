import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTask } from '../../task/task.ts';
import { candidateKeys, closure, within, type Functional } from './closure.ts';
import { judge, type Relation } from './judge.ts';
import { normalForms } from './normal-forms.ts';

const fd = (text: string): Functional => {
  const [on = '', sets = ''] = text.split('→').map((side) => side.trim());
  return { on: on.split(' '), sets: sets.split(' ') };
};
const table = (
  attributes: string,
  keys: readonly string[],
  functional: readonly string[],
  more: Partial<Relation> = {},
) =>
  judge({
    attributes: attributes.split(' '),
    keys: keys.map((key) => key.split(' ')),
    functional: functional.map(fd),
    multivalued: [],
    joins: [],
    repeating: [],
    ...more,
  });
const sorted = (parts: readonly (readonly string[])[]): readonly string[] =>
  parts.map((part) => part.toSorted().join(' ')).toSorted();

test.each([
  // Key of order and product; the product's name hangs on a part of it.
  [
    'order product amount name',
    ['order product'],
    ['product → name'],
    '1NF',
    '2NF',
    ['amount order product', 'name product'],
  ],
  // A number for the row; the city hangs on the postal code.
  ['id name zip city', ['id'], ['zip → city'], '2NF', '3NF', ['city zip', 'id name zip']],
  // Street and city decide the zip, the zip decides the city: no way to keep both checks.
  ['street city zip', ['street city'], ['zip → city'], '3NF', 'BCNF', ['city zip', 'street zip']],
] as const)('%s: in %s', (attributes, keys, functional, form, broken, parts) => {
  const { form: found, violations } = table(attributes, keys, functional);
  expect(found).toBe(form);
  expect(violations.map((each) => each.form)).toEqual([broken]);
  expect(sorted(violations[0]!.parts)).toEqual(parts);
  expect(violations[0]!.preserving).toBe(broken !== 'BCNF');
});

test('a dependency on a key, whichever, is no fault', () => {
  expect(table('id isbn title', ['id', 'isbn'], ['isbn → title', 'id → title'])).toMatchObject({
    form: '5NF',
    violations: [],
  });
});

test('what a longer left side does not need is not held for a part of a key', () => {
  expect(
    table('a b c d', ['a b'], ['a c → d', 'a → c']).violations.map(
      (each) => `${each.form} ${each.dependency}`,
    ),
  ).toEqual(['2NF a → d', '2NF a → c']);
});

test('two lists that have nothing to do with each other break the fourth form, and one of them alone does not', () => {
  const skills = { multivalued: [{ on: ['person'], sets: ['skill'] }] };
  const { form, violations } = table('person skill language', ['person skill language'], [], skills);
  expect(form).toBe('BCNF');
  expect(sorted(violations[0]!.parts)).toEqual(['language person', 'person skill']);
  const numbered = table('id person skill language', ['id'], [], { ...skills, surrogate: 'id' });
  expect(numbered.violations.map((each) => each.form)).toEqual(['4NF']);
  expect(table('person skill', ['person skill'], [], skills)).toMatchObject({
    form: '5NF',
    violations: [],
    empty: [expect.any(String)],
  });
});

test('three parts whose join is the whole break the fifth form unless a key says it', () => {
  const parts = [
    ['agent', 'company'],
    ['company', 'product'],
    ['agent', 'product'],
  ];
  expect(table('agent company product', ['agent company product'], [], { joins: [{ parts }] })).toMatchObject(
    {
      form: '4NF',
      violations: [{ form: '5NF' }],
    },
  );
  expect(
    table('id name mail', ['id'], [], {
      joins: [
        {
          parts: [
            ['id', 'name'],
            ['id', 'mail'],
          ],
        },
      ],
    }).violations,
  ).toEqual([]);
  expect(
    table('a b c', ['a b c'], [], {
      joins: [
        {
          parts: [
            ['a', 'b'],
            ['a', 'c'],
          ],
        },
      ],
    }).violations[0]!.form,
  ).toBe('4NF');
  expect(
    table('a b c', ['a b c'], [], {
      joins: [
        {
          parts: [
            ['a', 'b'],
            ['a', 'b'],
          ],
        },
      ],
    }).empty[0],
  ).toContain('leaves out c');
});

const entity = (fields: string, depends: string) => {
  const { requirements } = readTask({
    text: `# T-1 A\n\n\`\`\`yaml\ndbd: 1\nentities:\n  E1 Order:\n    fields: { ${fields} }\n    depends: ${depends}\nrelations:\n  L1: { from: E1, to: shops, name: shop, required: true }\n\`\`\`\n`,
    name: 'T-1.md',
  });
  return normalForms(requirements.entities[0]!, requirements);
};

test('entities: numbered fields and lists are told, relations are attributes, a reason is kept', () => {
  const { form, violations, told } = entity(
    'phone1: text, phone2: text, labels: tags, town: text, sha256: text, items: { type: json, examples: [[1, 2]] }',
    '[{ on: [shop], sets: [town], why: read with every order }]',
  );
  expect(form).toBeUndefined();
  expect(violations.map(({ form: broken, dependency, why }) => [broken, dependency, why])).toEqual([
    ['1NF', 'phone1, phone2', undefined],
    ['3NF', 'shop → town', 'read with every order'],
  ]);
  expect(told).toHaveLength(2);
  expect(
    entity('a: text, b: text', '[{ on: [shop], sets: [a] }]').violations.map((each) => each.form),
  ).toEqual(['3NF']);
  expect(
    entity('a: { type: text, required: true, unique: true }, b: text', '[{ on: [a], sets: [b] }]').form,
  ).toBe('5NF');
  expect(entity('a: { type: text, unique: true }, b: text', '[{ on: [a], sets: [b] }]').form).toBe('2NF');
});

const letters = ['a', 'b', 'c', 'd', 'e'];
const side = fc.uniqueArray(fc.constantFrom(...letters), { minLength: 1, maxLength: 3 });
const dependencies = fc.array(fc.record({ on: side, sets: side }), { maxLength: 5 });

test('keys decide everything and no part of one does', () => {
  fc.assert(
    fc.property(dependencies, (given) => {
      for (const key of candidateKeys(letters, given)) {
        expect(within(letters, closure(key, given))).toBe(true);
        for (const one of key)
          expect(
            within(
              letters,
              closure(
                key.filter((each) => each !== one),
                given,
              ),
            ),
          ).toBe(false);
      }
    }),
  );
});
