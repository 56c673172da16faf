import { describe, expect, it } from 'vitest';
import { report } from '../../report/build.ts';
import type { Claim, Report } from '../../report/model.ts';
import { pullRequest, pullRequestLimit, quiet } from './pull-request.ts';

const claim = (id: string, verdict: Claim['verdict'], says = `says ${id}`): Claim => ({
  id,
  kind: 'rule',
  says,
  verdict,
  because: `because of ${id}`,
  evidence: [],
});

function made(more: Partial<Parameters<typeof report>[0]> = {}): Report {
  return report({
    command: 'task',
    title: 'KAN-29 Users have an address',
    headline: '1 of 2 claims are proven; not proven: R2.',
    started: 0,
    server: 'PostgreSQL 18.4, bundled',
    claims: [claim('R1', 'proven'), claim('R2', 'not-proven'), claim('round-trip', 'proven')],
    limits: ['Volumes are assumed.'],
    blocks: [
      {
        id: 'sql',
        title: 'The change',
        kind: 'sql',
        files: [
          'up/01-expand.sql',
          'up/02-backfill.sql',
          'up/03-contract.sql',
          'down/01-expand.sql',
          'down/03-contract.sql',
        ].map((path) => ({ path, sql: 'SELECT 1;' })),
      },
      {
        id: 'locks',
        title: 'Locks',
        kind: 'steps',
        steps: [
          {
            sql: 'ALTER TABLE users ADD COLUMN email text',
            phase: 'expand',
            locks: [{ relation: 'public.users', mode: 'ACCESS EXCLUSIVE' }],
            rewrites: [],
            scans: [],
            ms: 1.5,
            stallMs: 12,
          },
        ],
      },
    ],
    output: { task: 'KAN-29', change: 'c0ffee'.repeat(10) },
    ...more,
  });
}

describe('the text of a pull request', () => {
  it('says what, why, what is proven and not, locks, rollout, rollback, review and evidence', () => {
    const text = pullRequest(made(), { folder: 'changes/KAN-29' });
    expect(text.match(/^## .*$/gm)).toEqual([
      '## What',
      '## Why',
      '## Not proven (1)',
      '## Proven (2)',
      '## Locks, measured on the twin',
      '## Rollout',
      '## Rollback',
      '## How to review',
      '## What limits the evidence',
      '## Evidence',
    ]);
    expect(text.indexOf('R2')).toBeLessThan(text.indexOf('R1'));
    expect(text).toMatch(/\| R2 \| not proven \| says R2 \| because of R2 \|/);
    expect(text).toMatch(/reads and writes wait \| 1\.5 ms \| 12 ms \|/);
    const order = ['01-expand.sql', '02-backfill.sql', '03-contract.sql'].map((file) =>
      text.indexOf(`KAN-29/up/${file}`),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(text.indexOf('down/03-contract.sql')).toBeLessThan(text.indexOf('down/01-expand.sql'));
    expect(text).toContain('`c0ffee');
    expect(text).toContain('It was run on the twin');
  });

  it('does not call a way back proven that was not run', () => {
    expect(pullRequest(made({ claims: [claim('R1', 'proven')] }), { folder: 'x' })).toContain(
      'was **not proven**',
    );
    expect(pullRequest(made({ claims: [claim('round-trip', 'missed')] }), { folder: 'x' })).toContain(
      '**missed**',
    );
  });

  it('mentions nobody, closes nothing, and orders nothing', () => {
    const hostile =
      'Fixes #1, closes https://github.com/o/r/issues/2 @everyone GH-3 o/r#4 abc1234 <img src=x> [a](javascript:x) /close\n/merge\n| a | b |';
    const text = pullRequest(
      made({
        title: hostile,
        headline: hostile,
        claims: [claim(hostile, 'not-proven', hostile)],
        limits: [hostile],
      }),
      { folder: 'changes/`x`' },
    );
    expect(text).not.toMatch(/#\d|@\w|:\/\/|GH-\d|<img|(?<!\\)\]\(|abc1234/);
    expect(text).not.toMatch(/^\s*\/(?:close|merge)/m);
    expect(quiet('/merge')).not.toMatch(/^\//);
    for (const line of text.split('\n').filter((one) => one.startsWith('| ') && one.includes('not proven')))
      expect(line.replaceAll(String.raw`\|`, '').split('|')).toHaveLength(6);
  });

  it('stays within what a body may hold, and counts what is left out', () => {
    const claims = Array.from({ length: 2000 }, (_, at) =>
      claim(`R${at}`, at % 2 ? 'proven' : 'not-proven', 'x'.repeat(300)),
    );
    const text = pullRequest(
      made({ claims, limits: Array.from({ length: 500 }, (_, at) => `limit ${at} ${'y'.repeat(200)}`) }),
      {
        folder: 'changes/KAN-29',
      },
    );
    expect(text.length).toBeLessThanOrEqual(pullRequestLimit);
    expect(text).toContain('## Not proven (1000)');
    expect(text).toMatch(/_And \d+ more in `report\.md`\._/);
    expect(text).toContain('## Evidence');
  });
});
