import { expect, test } from 'vitest';
import { factsOf } from './server-log.ts';

test('facts of one session are read, others are passed over', () => {
  const log = [
    '7|DEBUG:  rewriting table "a"',
    '8|DEBUG:  rewriting table "other"',
    '7|LOG:  rewriting table "not a debug line"',
    '7|DEBUG:  verifying table "odd ""name"',
    '7|DEBUG:  building index "i" on table "a" serially',
    '7|DEBUG:  building index "j" on table "a" with request for 2 parallel workers',
    '7|DEBUG:  index "i" can safely use deduplication',
    '7|DEBUG:  validating foreign key constraint "f"',
    '7|DEBUG:  existing constraints on column "a.b" are sufficient to prove that it does not contain nulls',
    '7|DEBUG:  partition constraint for table "p" is implied by existing constraints',
    '7|DEBUG:  updated partition constraint for default partition "d" is implied by existing constraints',
    '7|DEBUG:  rewriting tab',
  ].join('\n');
  expect(factsOf(log, 7)).toEqual([
    { kind: 'rewritten', table: 'a' },
    { kind: 'verified', table: 'odd ""name' },
    { kind: 'index built', index: 'i', table: 'a' },
    { kind: 'index built', index: 'j', table: 'a' },
    { kind: 'foreign key', constraint: 'f' },
    { kind: 'skipped', table: 'a', text: 'b is proven to hold no nulls by existing constraints' },
    { kind: 'skipped', table: 'p', text: 'the partition bound is proven by existing constraints' },
    { kind: 'skipped', table: 'd', text: 'the partition bound is proven by existing constraints' },
  ]);
});
