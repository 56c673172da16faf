import { expect, test } from 'vitest';
import { report } from '../report/build.ts';
import { partOf } from './report.ts';

const warned = (rule?: string) =>
  report({
    command: 'rehearse',
    title: 'A change',
    headline: 'It ran.',
    started: 0,
    findings:
      rule === undefined
        ? []
        : [{ rule, severity: 'warning', place: 'a.sql', message: 'It waits.', instead: 'Wait less.' }],
  });

test('a report without findings says so, and one with them shows them', () => {
  expect(partOf(warned(), 'findings', 1, 'changes')).toMatchObject({
    headline: 'This report has no findings.',
    blocks: [],
  });
  const { headline, blocks } = partOf(warned('slow'), 'findings', 1, 'changes');
  expect(headline).toBe('Findings with what to do instead.');
  expect(JSON.stringify(blocks)).toContain('It waits.');
});

test('a part that no report has is an error with those that there are', () => {
  expect(() => partOf(warned('slow'), 'findnigs', 1, 'changes')).toThrow(/has no part `findnigs`/);
});
