/** A proxy on a database of its own, for one test. */
import { onTestFinished } from 'vitest';
import pg from 'pg';
import type { Recorded, RecordingProxy, RecordOptions } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

export interface Recording {
  readonly database: SandboxDatabase;
  readonly proxy: RecordingProxy;
  /** Connected through the proxy; ended with the test. */
  readonly client: (config?: pg.ClientConfig) => Promise<pg.Client>;
  /** Connected without the proxy. */
  readonly direct: () => Promise<pg.Client>;
  /** Recorded statements whose text matches. */
  readonly find: (pattern: RegExp) => readonly Recorded[];
}

export async function recording(
  options: { readonly sql?: string } & Partial<RecordOptions> = {},
): Promise<Recording> {
  const { sql, ...rest } = options;
  const sandbox = await testSandbox();
  const database = await testDatabase(sql === undefined ? {} : { sql });
  const watcher = await postgres.watch.open(database.adminUrl, sandbox.log);
  const proxy = await postgres.record.start({ ownerUrl: database.ownerUrl, watcher, ...rest });
  const clients: pg.Client[] = [];
  onTestFinished(async () => {
    await Promise.allSettled(clients.map((client) => client.end()));
    await proxy.close();
    await watcher.close();
  });
  const open = async (config: pg.ClientConfig): Promise<pg.Client> => {
    const client = new pg.Client(config);
    client.on('error', () => {});
    await client.connect();
    clients.push(client);
    return client;
  };
  return {
    database,
    proxy,
    client: (config) => open({ connectionString: proxy.url, ...config }),
    direct: () => open({ connectionString: database.ownerUrl }),
    find: (pattern) => proxy.statements().filter((statement) => pattern.test(statement.sql)),
  };
}

/** `relation MODE` of each lock, sorted. */
export function locksOf(statement: Recorded | undefined): readonly string[] {
  return (statement?.locks ?? []).map((lock) => `${lock.relation} ${lock.mode}`).sort();
}
