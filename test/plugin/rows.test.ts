import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import { all } from '../../src/commands/all.ts';
import { query } from '../../src/commands/query.ts';
import type { Engine } from '../../src/engine/model.ts';
import { route } from '../../src/faces/cli/route.ts';

test.each(['false', 'off', '0', 'OFF'])(
  'the setting of the plugin switches rows off: DBD_ROWS=%s',
  async (value) => {
    const folder = mkdtempSync(join(tmpdir(), 'dbd-rows-'));
    writeFileSync(
      join(folder, 'dbd.config.yaml'),
      'databases:\n  shop: { url: "${SHOP_URL}", read: { url: "${READER_URL}" } }\n',
    );
    const asked = (env: Record<string, string>): Promise<unknown> =>
      query
        .run(query.input.parse({ on: 'shop', sql: 'SELECT 1' }), {
          emit: () => undefined,
          signal: new AbortController().signal,
          cwd: folder,
          env,
          engine: async () => ({}) as Engine,
          stdin: async () => '',
        })
        .then(
          () => undefined,
          (error: unknown) => (error instanceof DbdError ? `${error.code}: ${error.message}` : 'went on'),
        );
    expect(await asked({ DBD_ROWS: value })).toContain('policy.rows: No rows of shop are read: DBD_ROWS');
    for (const on of ['true', '', 'on'])
      expect(await asked({ DBD_ROWS: on, READER_URL: 'postgres://127.0.0.1:1/x' })).not.toContain(
        'policy.rows',
      );
    rmSync(folder, { recursive: true });
  },
);

test.each([
  'acme/shop#12',
  '#12',
  'https://github.com/acme/shop/issues/12',
  'https://git.acme.com/acme/shop/pull/12',
])('`dbd %s` is a task', (word) => {
  expect(route([word], all, () => false)).toMatchObject({
    kind: 'command',
    listed: { name: 'task' },
    words: [word],
  });
});
