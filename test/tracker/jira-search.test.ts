import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeJira, type FakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import { call, type Called } from '../faces/call.ts';

let fake: FakeJira;
let folder: string;
beforeEach(async () => {
  fake = await fakeJira({
    issues: Array.from({ length: 230 }, (_, n) => ({
      key: `KAN-${n + 1}`,
      summary: n === 0 ? 'First\u001b[31m \u202Eissue' : `Issue ${n + 1}`,
      description: null,
    })),
  });
  folder = mkdtempSync(join(tmpdir(), 'dbd-search-'));
  writeFileSync(
    join(folder, 'dbd.config.yaml'),
    `jira: { site: "${fake.url}", kind: cloud, email: ${fake.site.email}, token: "\${JIRA_TOKEN}" }\n`,
  );
});
afterEach(async () => {
  await fake.close();
  rmSync(folder, { recursive: true });
});

const search = (...words: readonly string[]): Promise<Called> =>
  call(['jira', 'search', ...words], { cwd: folder, env: { JIRA_TOKEN: fake.site.classicToken } });

test('lists key, state and title, page by page, and says when there are more', async () => {
  const { stdout, code } = await search('project = KAN', '--most', '220', '--json');
  const found = JSON.parse(stdout) as { readonly issues: readonly object[]; readonly more: boolean };
  expect([
    code,
    found.issues.length,
    new Set(found.issues.map((each) => JSON.stringify(each))).size,
    found.more,
  ]).toEqual([0, 220, 220, true]);
  expect(found.issues[1]).toEqual({ key: 'KAN-2', summary: 'Issue 2', status: 'To Do' });
  expect(JSON.stringify(found.issues[0])).not.toMatch(/\\u001b|\u202E/);
  expect(fake.requests.map(({ path }) => /nextPageToken=([^&]+)/.exec(path)?.[1])).toEqual([
    undefined,
    'page-100',
    'page-200',
  ]);
  const all = await search('project = KAN', '--most', '1000');
  expect(all.stdout).toContain('230 issues.');
});

test('shows Jira’s own words about a query that it does not take', async () => {
  const { code, stderr } = await search('ORDER BY created');
  expect([code, stderr]).toEqual([3, expect.stringContaining('Unbounded JQL queries are not allowed here')]);
});

test('without a site says what to write', async () => {
  writeFileSync(join(folder, 'dbd.config.yaml'), 'changes: changes\n');
  const { code, stderr } = await search('project = KAN');
  expect([code, stderr]).toEqual([2, expect.stringContaining('jira: { site: https://acme.atlassian.net')]);
});

test('a page that Jira repeats ends the search', async () => {
  fake.faults.push((request, response) => {
    if (!(request.url ?? '').includes('search/jql')) return false;
    response.end(
      JSON.stringify({
        issues: [{ key: 'KAN-1', fields: { summary: 'One' } }],
        isLast: false,
        nextPageToken: 'again',
      }),
    );
    return true;
  });
  expect((await search('project = KAN')).stdout).toContain('1 issue.');
  expect(fake.requests).toHaveLength(2);
});
