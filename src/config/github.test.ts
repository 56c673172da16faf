import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './load.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-github-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = async (github: string): Promise<unknown> => {
  await writeFile(join(folder, 'dbd.config.yaml'), `github: ${github}\n`);
  return (await loadConfig({ from: [folder], cwd: folder, env: {} })).github;
};

test('what is not said has its usual value', async () => {
  expect(await read('{ repository: acme/shop }')).toEqual({
    repository: 'acme/shop',
    host: 'https://github.com',
    tokenVariable: 'GITHUB_TOKEN',
    authors: [],
    associations: [],
    labels: {},
  });
});

test('everything that may be said', async () => {
  expect(
    await read(
      '{ host: git.acme.com, token: "${MY_TOKEN}", authors: [anna], associations: [owner, MEMBER], labels: { review: "db: review" } }',
    ),
  ).toEqual({
    host: 'https://git.acme.com',
    tokenVariable: 'MY_TOKEN',
    authors: ['anna'],
    associations: ['OWNER', 'MEMBER'],
    labels: { review: 'db: review' },
  });
});

test.each([
  ['{ repository: shop }', 'owner and name'],
  ['{ repository: acme/../shop }', 'owner and name'],
  ['{ host: http://git.acme.com }', 'begins with https'],
  ['{ host: "https://me:s3cret@git.acme.com" }', 'without user'],
  ['{ host: https://git.acme.com/api }', 'without user, password or path'],
  ['{ token: ghp_0123456789 }', 'name an environment variable'],
  ['{ associations: [CONTRIBUTOR] }', 'OWNER, MEMBER, COLLABORATOR'],
  ['{ labels: { review: "a,b" } }', '1 to 50 characters'],
  ['{ labels: { review: } }', '1 to 50 characters'],
  ['{ labels: [a] }', 'map of states'],
  ['{ repo: acme/shop }', 'repo'],
])('%s is refused', async (github, said) => {
  const error = await read(github).then(
    () => expect.fail('it was read'),
    (cause: unknown) => cause as Error,
  );
  expect(error.message).toContain(said);
  expect(error.message).not.toMatch(/s3cret|ghp_/);
});
