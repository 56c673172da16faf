import { expect, test } from 'vitest';
import { readStandards } from './standards.ts';
import { readYaml } from './yaml.ts';

const read = (text: string) => readStandards(readYaml(text, 'dbd.config.yaml')!);

test('the whole map is read', () => {
  expect(
    read(`
case: snake
tables: plural
required_columns: [created_at, updated_at]
forbidden_types: money
abbreviations: { qty: quantity }
names: { table: '^[a-z_]+$' }
facts: [owner, class]
ignore: [legacy]
rules: { missing-comment: off, serial-key: error }
deviations:
  - { rule: money-type, object: public.prices.*, because: goes away in May, until: 2027-05-31 }
fail_on: warning
`),
  ).toEqual({
    case: 'snake',
    tables: 'plural',
    requiredColumns: ['created_at', 'updated_at'],
    forbiddenTypes: ['money'],
    abbreviations: { qty: 'quantity' },
    names: { table: '^[a-z_]+$' },
    facts: ['owner', 'class'],
    ignore: ['legacy'],
    rules: { 'missing-comment': 'off', 'serial-key': 'error' },
    deviations: [
      { rule: 'money-type', object: 'public.prices.*', because: 'goes away in May', until: '2027-05-31' },
    ],
    failOn: 'warning',
  });
});

test('what is wrong is refused with its place', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['case: upper', '`standards.case` must be one of snake, camel, any'],
    ['cases: snake', 'unknown key `cases`'],
    ['names: { views: x }', 'unknown key `views`'],
    [`names: { table: '${'a'.repeat(201)}' }`, 'more than 200 characters'],
    ['rules: [a]', 'must be a map'],
    ['rules: { a: maybe }', 'must be one of error, warning, info, off'],
    ['rules: { a: }', 'needs one of'],
    ['deviations: [{ rule: a, object: b }]', 'a deviation needs `because`'],
    ['deviations: [{ rule: a, object: b, because: c, until: soon }]', '`until` must be a day'],
    ['deviations: [{ rule: a, object: b, because: c, until: 2026-13-01 }]', '`until` must be a day'],
    ['abbreviations: { qty: }', 'needs the word to write instead'],
    ['facts: [colour]', 'must be one of owner, class, purpose, retention'],
  ];
  for (const [text, sentence] of wrong) expect(() => read(text), text).toThrow(sentence);
  expect(() => read('case: upper')).toThrow('dbd.config.yaml, line 1, column 7');
});
