import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, type Called } from '../faces/call.ts';
import { code, doc, p, ul } from './adf-words.ts';
import { fakeJira, type FakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';

const block = `dbd: 1
entities:
  E1 Note:
    fields:
      body: { type: text, required: true }
rules:
  R1: { says: A note is never blank, of: E1, check: "btrim(body) <> ''", reject: [{ body: ' ' }] }
volume:
  V1: { of: E1, now: 2k, per_day: 10, horizon: 1 month }
limits:
  B1: { blocked: 500 ms }
`;

let fake: FakeJira;
let folder: string;
beforeAll(async () => {
  fake = await fakeJira({
    issues: [
      {
        key: 'KAN-28',
        summary: 'Track payments of customers',
        description: doc(p('Store each payment with an amount.')),
      },
      {
        key: 'KAN-29',
        summary: 'Keep notes',
        description: doc(p('We keep notes 🎉'), ul([p('as asked'), code(block)])),
      },
    ],
  });
  folder = mkdtempSync(join(tmpdir(), 'dbd-jira-'));
  writeFileSync(
    join(folder, 'dbd.config.yaml'),
    `jira:\n  site: ${fake.url}\n  email: ${fake.site.email}\n  token: \${JIRA_TOKEN}\n  project: KAN\n`,
  );
});
afterAll(async () => {
  await fake.close();
  rmSync(folder, { recursive: true });
});

const dbd = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Called> =>
  call(words, { cwd: folder, env: { JIRA_TOKEN: fake.site.classicToken, ...env } });

describe('dbd with the key of an issue', () => {
  test('delivers the task of its block', async () => {
    const { code: exit, stdout, stderr } = await dbd(['KAN-29', '--quick', '--json']);
    const report = JSON.parse(stdout) as {
      readonly title: string;
      readonly folder: string;
      readonly claims: readonly { readonly id: string; readonly verdict: string }[];
    };
    expect(stderr).toContain('read KAN-29 from Jira');
    expect(report.title).toBe('KAN-29 Keep notes');
    expect(report.claims.filter(({ id }) => id === 'E1' || id === 'R1')).toMatchObject([
      { verdict: 'proven' },
      { verdict: 'proven' },
    ]);
    expect([0, 1]).toContain(exit);
    expect(readFileSync(join(folder, 'dbd-KAN-29', 'task.md'), 'utf8')).toContain('We keep notes 🎉');
    expect(`${stdout}${stderr}`).not.toContain(fake.site.classicToken);
  });

  test('asks where the issue is prose only, and keeps nothing', async () => {
    const { code: exit, stdout } = await dbd(['task', '28', '--format', 'md']);
    expect(exit).toBe(1);
    expect(stdout).toContain('KAN-28 Track payments of customers');
    expect(stdout).toMatch(/E1 Payment:/);
    expect(stdout).toContain('dbd task KAN-28');
  });

  test('names near issues, and says each fault with its code', async () => {
    const unknown = await dbd(['KAN-30']);
    expect([unknown.code, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr).toMatch(/has no issue KAN-30.*\n?.*Near it: KAN-29 \(Keep notes\), KAN-28/s);
    const denied = await dbd(['KAN-29', '--json'], { JIRA_TOKEN: 'wrong-one' });
    expect(denied.code).toBe(3);
    expect(JSON.parse(denied.stdout)).toMatchObject({ error: { code: 'tracker.denied' } });
    expect(`${denied.stdout}${denied.stderr}`).not.toContain('wrong-one');
    const unset = await dbd(['KAN-29'], { JIRA_TOKEN: '' });
    expect(unset.stderr).toContain('JIRA_TOKEN');
    expect(unset.code).toBe(2);
  });

  test('a file of that name is read instead, and nothing is asked of Jira', async () => {
    writeFileSync(join(folder, 'KAN-31'), '# Keep stamps\n\nStore stamps.\n');
    const before = fake.requests.length;
    expect((await dbd(['KAN-31'])).stdout).toContain('stamps');
    expect(fake.requests).toHaveLength(before);
  });

  test('without a word it says what to type, without a site which keys to write', async () => {
    const nothing = await dbd(['task']);
    expect([nothing.code, nothing.stderr]).toEqual([
      2,
      expect.stringContaining('Type `dbd KAN-29` with the key'),
    ]);
    const elsewhere = mkdtempSync(join(tmpdir(), 'dbd-no-jira-'));
    const none = await call(['ABC-7'], { cwd: elsewhere });
    rmSync(elsewhere, { recursive: true });
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringMatching(/no Jira is configured where ABC-7 could be found.*jira: \{ site: https/s),
    ]);
  });
});
