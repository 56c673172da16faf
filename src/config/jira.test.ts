import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DbdError } from '../base/error.ts';
import { loadConfig } from './load.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-config-jira-'));
});
afterEach(() => rm(folder, { recursive: true }));

const jiraOf = async (text: string) => {
  await writeFile(join(folder, 'dbd.config.yaml'), text);
  return (await loadConfig({ from: [folder], cwd: folder, env: {} })).jira;
};

test('variables are named, not read: a task in a file needs no token', async () => {
  expect(
    await jiraOf(
      'jira:\n  site: acme.atlassian.net/jira\n  email: ${JIRA_EMAIL}\n  token: ${MY_TOKEN}\n  authors: [712020:ab, bo@acme.com]\n  project: kan\n  cloud_id: 1-a\n',
    ),
  ).toEqual({
    site: 'https://acme.atlassian.net',
    email: { variable: 'JIRA_EMAIL' },
    tokenVariable: 'MY_TOKEN',
    authors: ['712020:ab', 'bo@acme.com'],
    project: 'KAN',
    cloudId: '1-a',
  });
  expect(await jiraOf('jira: { site: "http://127.0.0.1:8080", email: me@acme.com }')).toEqual({
    site: 'http://127.0.0.1:8080',
    email: { text: 'me@acme.com' },
    tokenVariable: 'JIRA_TOKEN',
    authors: [],
  });
});

test('a Data Center needs no e-mail and may stand below a path; states of the category done are asked for', async () => {
  expect(
    await jiraOf(
      'jira: { site: "https://acme.com/jira/", kind: data-center, token: "${PAT}", finish: allowed }',
    ),
  ).toEqual({
    site: 'https://acme.com/jira',
    kind: 'data-center',
    tokenVariable: 'PAT',
    authors: [],
    mayFinish: true,
  });
  expect(await jiraOf('jira: { site: jira.acme.com, finish: never }')).toEqual({
    site: 'https://jira.acme.com',
    tokenVariable: 'JIRA_TOKEN',
    authors: [],
    mayFinish: false,
  });
});

test.each([
  ['an unknown kind', 'jira: { site: a.net, email: b, kind: server }', 1, 38, 'data-center'],
  ['an unclear wish', 'jira: { site: a.net, email: b, finish: sometimes }', 1, 40, undefined],
  ['a Cloud by its kind without e-mail', 'jira: { site: a.net, kind: cloud }', 1, 7, 'email: you@acme.com'],
  ['a token in the file', 'jira: { site: a.net, email: b, token: ATATT-s3cret }', 1, 39, 'JIRA_TOKEN'],
  ['plain http', 'jira: { site: "http://a.net", email: b }', 1, 15, 'https://acme'],
  ['a password in the address', 'jira: { site: "https://me:s3cret@a.net", email: b }', 1, 15, 'https://acme'],
  ['an unknown key', 'jira:\n  site: a.net\n  mail: b\n', 3, 3, '`email`'],
  ['no e-mail', 'jira: { site: a.atlassian.net }', 1, 7, 'email: you@acme.com'],
  ['no map', 'jira: yes please', 1, 7, undefined],
  ['a strange variable', 'jira: { site: a.net, email: b, token: "${a b}" }', 1, 39, undefined],
  ['a strange cloud id', 'jira: { site: a.net, email: b, cloud_id: ../x }', 1, 42, 'tenant_info'],
  ['a strange project', 'jira: { site: a.net, email: b, project: "K AN" }', 1, 41, undefined],
  ['an author that is no text', 'jira: { site: a.net, email: b, authors: [{}] }', 1, 42, undefined],
])('%s is refused', async (_, text, line, column, hint) => {
  const error = await jiraOf(text).then(
    () => expect.fail('the configuration was loaded'),
    (cause: unknown) => cause as DbdError,
  );
  expect([error.code, error.details]).toEqual(['config.invalid', { line, column }]);
  expect(`${error.message} ${error.hint}`).not.toContain('s3cret');
  if (hint !== undefined) expect(error.hint).toContain(hint);
});
