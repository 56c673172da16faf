import { expect, test } from 'vitest';
import type { Change, Step } from '../change/model.ts';
import { unitsOf } from './units.ts';

const step = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  sql: `up ${id}`,
  undo: `down ${id}`,
  transaction: 1,
  claims: [],
  reason: '',
  lockTimeoutMs: 1000,
  ...more,
});

const change: Change = {
  id: 'x',
  title: 'x',
  questions: [],
  phases: [
    { name: 'contract', number: 2, steps: [step('e', { undo: null }), step('f')] },
    {
      name: 'expand',
      number: 1,
      steps: [
        step('a'),
        step('b', { lockTimeoutMs: 500 }),
        step('c', { transaction: 2 }),
        step('d', { transaction: 'none', undoOutside: true }),
        step('g', { batched: true, transaction: 3 }),
      ],
    },
  ],
};

const told = (direction: 'up' | 'down') =>
  unitsOf(change, direction).map((unit) => [
    unit.transaction,
    unit.lockTimeoutMs,
    unit.steps.map((one) => one.sql).join(', '),
    unit.steps[0]!.origin,
  ]);

test('upward: equal transaction numbers of a phase share one, batched and concurrent steps stand outside', () => {
  expect(told('up')).toEqual([
    [1, 500, 'up a, up b', 'up/01-expand.sql'],
    [2, 1000, 'up c', 'up/01-expand.sql'],
    [undefined, 1000, 'up d', 'up/01-expand.sql'],
    [undefined, 1000, 'up g', 'up/01-expand.sql'],
    [3, 1000, 'up e, up f', 'up/02-contract.sql'],
  ]);
});

test('back: everything in reverse, without the steps that have no way back', () => {
  expect(told('down')).toEqual([
    [1, 1000, 'down f', 'down/02-contract.sql'],
    [2, 1000, 'down g', 'down/01-expand.sql'],
    [undefined, 1000, 'down d', 'down/01-expand.sql'],
    [3, 1000, 'down c', 'down/01-expand.sql'],
    [4, 500, 'down b, down a', 'down/01-expand.sql'],
  ]);
});
