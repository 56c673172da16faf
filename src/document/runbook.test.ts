import { expect, test } from 'vitest';
import type { Change, Step } from '../change/model.ts';
import { runbook, type RunbookFacts } from './runbook.ts';

const step = {
  id: '1',
  sql: 'ALTER TABLE users ADD note text',
  claims: [],
  reason: 'a note',
} as unknown as Step;
const phase = { number: 1, name: 'expand', steps: [step] };
const facts = (more: Partial<RunbookFacts>): RunbookFacts => ({
  title: 'T-1',
  change: { phases: [phase] } as unknown as Change,
  files: [{ path: 'up/01-expand.sql', sql: step.sql }] as unknown as RunbookFacts['files'],
  statements: [{ step: '1', ms: 5, walBytes: 0, locks: ['ACCESS EXCLUSIVE on public.users'] }],
  watches: [],
  stops: [],
  transactions: 0,
  stop: 'SELECT 1',
  run: (path) => path,
  where: 'a twin',
  probes: false,
  also: [],
  regular: [],
  ...more,
});
const row = (more: Partial<RunbookFacts>): string =>
  runbook(facts(more))
    .split('\n')
    .find((line) => line.startsWith('| 1'))!;

test('nobody was held up only where an application ran beside the change', () => {
  expect(row({})).toMatch(/\| nobody \|$/);
  expect(row({ unloaded: true })).toMatch(/\| not tried \|$/);
});
