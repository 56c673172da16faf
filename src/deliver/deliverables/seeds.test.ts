import { expect, test } from 'vitest';
import { table } from '../../../test/support/catalog.ts';
import type { Proof } from '../../data/prove.ts';
import type { Seeding } from '../seeds/seeding.ts';
import { seedsEntry } from './seeds.ts';

const users = table('users', []);
const good: Proof = {
  rows: new Map([['public.users', 3]]),
  reference: { restored: true, changed: [] },
  development: { refused: 'There are rows already', changed: [] },
  foreignKeys: 1,
  leaks: [],
  searched: 1,
};

function verdict(proof: Partial<Proof>, without: Seeding['seeds']['without'] = []): string {
  const seeding: Seeding = {
    seeds: { reference: [], development: [], kept: new Map(), without, masked: [], limits: [] },
    reference: '-- reference',
    development: '-- development',
    proof: { ...good, ...proof },
    forbidden: [],
    privates: [],
  };
  return seedsEntry(seeding).verdict;
}

test('one broken promise turns the verdict', () => {
  expect(verdict({})).toBe('proven');
  expect(verdict({ failed: 'no such table' })).toBe('missed');
  expect(verdict({ orphan: '1 row points at nothing' })).toBe('missed');
  expect(verdict({ leaks: [{ column: 'public.users.email', rows: 1 }] })).toBe('missed');
  expect(verdict({ reference: { restored: false, changed: [] } })).toBe('missed');
  expect(verdict({ reference: { restored: true, changed: ['public.users'] } })).toBe('missed');
  expect(verdict({ development: { changed: [] } })).toBe('missed');
  expect(verdict({ development: { refused: 'yes', changed: ['public.users'] } })).toBe('missed');
});

test('a table that nobody could fill leaves the line open, one that is not meant to be filled does not', () => {
  const orders = table('orders', []);
  const because = 'no way was found';
  expect(verdict({}, [{ table: orders, because, meant: false }])).toBe('not-proven');
  expect(verdict({}, [{ table: orders, because, meant: true }])).toBe('proven');
  expect(verdict({}, [{ table: users, because, meant: false }])).toBe('proven');
});
