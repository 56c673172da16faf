import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../src/base/secret.ts';
import { testSandbox } from '../support/database.ts';
import { call } from './call.ts';

const secret = 's3cr3t-test-password';
const task = `# SEC-1 Notes\n\n\`\`\`yaml\ndbd: 1\nentities:\n  E1 Note:\n    fields:\n      body: { type: text(200), required: true }\n\`\`\`\n`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dbd-secrets-'));
  writeFileSync(join(folder, 'SEC-1.md'), task);
  writeFileSync(join(folder, 'change.sql'), 'CREATE TABLE secret_notes (id int PRIMARY KEY);\n');
});

function textBelow(path: string): string {
  return readdirSync(path)
    .map((name) => join(path, name))
    .map((inner) => (statSync(inner).isDirectory() ? textBelow(inner) : readFileSync(inner, 'utf8')))
    .join('\n');
}

describe('the password of an address', () => {
  it.each([
    ['a server that refuses', `postgres://me:${secret}@127.0.0.1:1/db`],
    ['a wrong address', `postgres://me:${secret}@[/db`],
    ['a wrong scheme', `mysql://me:${secret}@127.0.0.1/db`],
  ])('is not told by %s', async (_what, url) => {
    for (const words of [
      ['task', 'SEC-1.md', '--current', url],
      ['rehearse', 'change.sql', '--current', url],
    ]) {
      for (const face of [[], ['--json', '--debug']]) {
        const { code, stdout, stderr } = await call([...words, ...face], { cwd: folder });
        expect(code).toBeGreaterThan(0);
        expect(stdout + stderr).not.toContain(secret);
      }
    }
  });

  it('is in no file, report or line of a run that works', async () => {
    const sandbox = await testSandbox();
    const database = await sandbox.createDatabase();
    const url = new URL(database.ownerUrl);
    url.password = secret;
    const { code, stdout, stderr } = await call(
      ['task', 'SEC-1.md', '--quick', '--current', url.href, '--out', 'out', '--json'],
      { cwd: folder },
    );
    expect(stderr).toContain('load the current structure');
    expect(code).toBeLessThan(2);
    expect(stdout + stderr + textBelow(join(folder, 'out'))).not.toContain(secret);
  });

  it('is starred in whatever a report carries', () => {
    const value = {
      headline: `at postgres://u:${secret}@h/d`,
      rows: [[`password=${secret} host=h`, 1]],
      deep: { dsn: `PGPASSWORD='${secret}'` },
    };
    expect(withoutSecrets(value)).toEqual({
      headline: 'at postgres://u:***@h/d',
      rows: [['password=*** host=h', 1]],
      deep: { dsn: 'PGPASSWORD=***' },
    });
    expect(
      withoutSecrets({ sql: 'ALTER ROLE x PASSWORD NULL; -- see https://example.org/a:b@c', n: null }),
    ).toEqual({ sql: 'ALTER ROLE x PASSWORD NULL; -- see https://example.org/a:b@c', n: null });
  });
});
