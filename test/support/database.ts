/** One sandbox per test file, with databases that cost some 30 ms each. */
import { afterAll } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

let sandbox: Promise<Sandbox> | undefined;
const templates = new Map<string, Promise<SandboxDatabase>>();

afterAll(async () => {
  const running = sandbox;
  sandbox = undefined;
  templates.clear();
  await (await running)?.stop();
});

/** The sandbox of this test file, started at first use and stopped after the file's last test. */
export function testSandbox(): Promise<Sandbox> {
  sandbox ??= startSandbox(postgres);
  return sandbox;
}

/** A database of its own for one test; `sql` is run once as the owner, and every database with the same text is a clone of that one. */
export async function testDatabase(
  options: { readonly sql?: string; readonly extensions?: readonly string[] } = {},
): Promise<SandboxDatabase> {
  const server = await testSandbox();
  const { sql = '', extensions = [] } = options;
  if (sql === '' && extensions.length === 0) return server.createDatabase();
  const key = JSON.stringify([sql, extensions]);
  let template = templates.get(key);
  if (!template) {
    template = prepare(server, sql, extensions);
    templates.set(key, template);
  }
  return server.createDatabase({ from: await template });
}

async function prepare(
  server: Sandbox,
  sql: string,
  extensions: readonly string[],
): Promise<SandboxDatabase> {
  const database = await server.createDatabase();
  for (const extension of extensions) await server.installExtension(database, extension);
  if (sql !== '') {
    const session = await postgres.connect(database.ownerUrl);
    await session.run(sql).finally(() => session.close());
  }
  return database;
}
