import { describe, expect, test } from 'vitest';
import { quote } from './quote.ts';

describe('identifiers', () => {
  test.each([
    ['users', 'users'],
    ['_x1', '_x1'],
    ['name', 'name'],
    ['user', '"user"'],
    ['order', '"order"'],
    ['Users', '"Users"'],
    ['two words', '"two words"'],
    ['1st', '"1st"'],
    ['größe', '"größe"'],
    ['a"b', '"a""b"'],
    ['a$b', '"a$b"'],
  ])('%s', (name, expected) => expect(quote.identifier(name)).toBe(expected));

  test('without characters or with NUL are refused', () => {
    expect(() => quote.identifier('')).toThrow(/empty/);
    expect(() => quote.identifier('a\0b')).toThrow(/NUL/);
  });

  test('leave the default schema out', () => {
    expect(quote.name({ schema: 'public', name: 'user' })).toBe('"user"');
    expect(quote.name({ schema: 'Sales', name: 't' })).toBe('"Sales".t');
  });
});

describe('literals', () => {
  test.each([
    [null, 'NULL'],
    [undefined, 'NULL'],
    [true, 'true'],
    [5, '5'],
    [-5, '(-5)'],
    [1e21, '1e+21'],
    [Number.NaN, "'NaN'"],
    [-Infinity, "'-Infinity'"],
    [-7n, '(-7)'],
    ["it's", "'it''s'"],
    ['a\\b', "E'a\\\\b'"],
    [{ a: "'" }, `'{"a":"''"}'`],
    [[1, 2], "'[1,2]'"],
  ])('%s', (value, expected) => expect(quote.literal(value)).toBe(expected));

  test('with NUL are refused', () => expect(() => quote.literal('a\0')).toThrow(/NUL/));
});
