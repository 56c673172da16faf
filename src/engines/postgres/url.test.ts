import { describe, expect, test } from 'vitest';
import { parseUrl, withoutPassword } from './url.ts';

describe('a database address', () => {
  test.each([
    ['postgres://u:p%40ss@h:6000/db', { host: 'h', port: 6000, user: 'u', password: 'p@ss', database: 'db' }],
    ['postgresql://u@h/db', { host: 'h', port: 5432, user: 'u', password: undefined, database: 'db' }],
    [
      'postgres://u@localhost:5432/db?host=%2Frun%2Fpg',
      { host: '/run/pg', port: 5432, user: 'u', database: 'db' },
    ],
    ['postgres://u@%2Frun%2Fpg/db', { host: '/run/pg', user: 'u', database: 'db' }],
    ['postgres://u@[::1]:5433/db', { host: '::1', port: 5433 }],
    [
      'postgres:///?user=u&dbname=x&password=secret',
      { host: 'localhost', user: 'u', database: 'x', password: 'secret' },
    ],
    ['postgres://u@h', { database: 'u' }],
  ])('%s', (url, expected) => expect(parseUrl(url, {})).toMatchObject(expected));

  test('takes what is missing from the PG variables', () => {
    expect(
      parseUrl('postgres://', { PGHOST: 'h', PGPORT: '7000', PGUSER: 'u', PGDATABASE: 'd', PGPASSWORD: 's' }),
    ).toMatchObject({ host: 'h', port: 7000, user: 'u', database: 'd', password: 's' });
  });

  test.each(['', 'db', 'mysql://u@h/db', 'postgres://u:%zz@h/db', 'host=h user=u'])('%j is none', (url) => {
    expect(() => parseUrl(url, {})).toThrow(expect.objectContaining({ code: 'connect.url' }));
  });

  test('is shown without its password', () => {
    for (const url of [
      'postgres://u:secret@h/db?sslmode=require',
      'postgres:///db?user=u&password=secret&host=/s',
      'postgres://u:se cret@h:x/db',
    ]) {
      expect(withoutPassword(url)).not.toContain('secret');
    }
    expect(withoutPassword('postgres://u:secret@h:6000/db')).toBe('postgres://u@h:6000/db');
  });
});
