/** Counts what really reaches the server, on a proxy between it and the mapper. */
import { postgres } from '../../src/engines/postgres/index.ts';
import { testSandbox } from '../support/database.ts';
import type { Connected } from './workshop.ts';

export interface Counted {
  readonly result: unknown;
  /** Statements that read or write rows; those of the session itself are not among them. */
  readonly statements: number;
  readonly texts: readonly string[];
}

/** Runs the work on a connection of its own through the proxy. */
export async function recording(
  url: string,
  connect: (url: string) => Connected | Promise<Connected>,
  work: (db: unknown) => Promise<unknown>,
  watch: (statements: () => readonly string[]) => unknown = () => undefined,
): Promise<Counted> {
  const { log } = await testSandbox();
  const watcher = await postgres.watch.open(url, log);
  const proxy = await postgres.record.start({ ownerUrl: url, watcher });
  try {
    watch(() => proxy.statements().map(({ sql }) => sql));
    const { db, close } = await connect(proxy.url);
    const result = await work(db).finally(close);
    const texts = proxy
      .statements()
      .map(({ sql }) => sql)
      .filter((sql) => /\bFROM\s+["\w.]*(?:customers|orders)\b/i.test(sql));
    return { result, statements: texts.length, texts };
  } finally {
    await proxy.close();
    await watcher.close();
  }
}
