import { expect, test } from 'vitest';
import { call } from '../faces/call.ts';

const file = 'examples/dashboard-analytics/KAN-29.md';

test('dbd jira fake prints its address, a token and the lines of the configuration, and a signal ends it', async () => {
  let answered: Promise<unknown> | undefined;
  const { code, stderr, stdout } = await call(['jira', 'fake', file], {
    onStderr: (text, send) => {
      const [, token] = /JIRA_TOKEN=(\S+)/.exec(text) ?? [];
      if (token === undefined || answered !== undefined) return;
      const [, url] = /(http:\/\/127\.0\.0\.1:\d+) is a fake Jira with KAN-29/.exec(text)!;
      const authorization = `Basic ${Buffer.from(`dev@acme.example:${token}`).toString('base64')}`;
      answered = fetch(`${url}/rest/api/3/issue/KAN-29`, { headers: { authorization } })
        .then((answer) => answer.json())
        .finally(() => send('SIGTERM'));
    },
  });
  expect(await answered).toMatchObject({ key: 'KAN-29', fields: { description: { type: 'doc' } } });
  expect(stderr).toMatch(
    /jira:\n {2}site: http:\/\/127\.0\.0\.1:\d+\n {2}kind: cloud\n {2}email: .*\n {2}token: \$\{JIRA_TOKEN\}\n {2}project: KAN\n/,
  );
  expect([code, stdout]).toEqual([143, expect.stringContaining('It answered 1 request')]);
});

test('it ends by itself, lists its faults, and refuses what it cannot serve', async () => {
  const [own, list, none, wrong] = await Promise.all([
    call(['jira', 'fake', file, '--ttl', '1 s', '--data-center', '--json']),
    call(['jira', 'fake', '--fault', 'list']),
    call(['jira', 'fake']),
    call(['jira', 'fake', file, '--fault', 'cut-aftr']),
  ]);
  expect(own.code).toBe(0);
  expect(JSON.parse(own.stdout)).toMatchObject({ requests: 0, issues: [{ key: 'KAN-29', comments: 0 }] });
  expect([list.code, list.stdout]).toEqual([0, expect.stringContaining('jira-per-issue-on-write')]);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('dbd jira fake KAN-29.md')]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Did you mean cut-after?')]);
});
