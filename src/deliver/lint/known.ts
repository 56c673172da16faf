/** What a linter may know of the database beside the files: structure, sizes and version. */
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import { readSnapshot } from '../../snapshot/file.ts';
import { withCurrent, type WithCurrent } from '../current/with-current.ts';

/** Structure, sizes and version, as far as they were given. */
export interface Known {
  readonly catalog?: Catalog;
  readonly rows?: (table: Name) => number | undefined;
  readonly serverVersion?: number;
  /** Where it comes from, for the report. */
  readonly source: string;
}

/** From where the database is known. */
export type KnownSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'snapshot'; readonly path: string; readonly shown: string }
  | { readonly kind: 'database'; readonly url: string }
  | { readonly kind: 'current' };

/** Reads it; a database is read in read-only sessions, a structure of files is loaded into a sandbox. */
export async function knownFrom(source: KnownSource, options: WithCurrent): Promise<Known> {
  switch (source.kind) {
    case 'none':
      return { source: 'the files alone' };
    case 'snapshot': {
      const snapshot = await readSnapshot(source.path);
      return {
        catalog: snapshot.catalog,
        rows: counted(snapshot.relations.map(({ schema, name, rows }) => ({ schema, name, rows }))),
        serverVersion: snapshot.source.versionNumber,
        source: `snapshot ${source.shown} of ${snapshot.takenAt.slice(0, 10)}`,
      };
    }
    case 'database':
      return fromDatabase(options.engine, source.url);
    case 'current':
      return withCurrent(options, async (current, sandbox) => ({
        catalog: current.catalog,
        serverVersion: sandbox.serverVersion,
        source: 'the current structure, without sizes',
      }));
  }
}

async function fromDatabase(engine: Engine, url: string): Promise<Known> {
  const session = await engine.connect(url, { application: 'dbd lint', statementTimeoutMs: 30_000 });
  try {
    await session.run('BEGIN READ ONLY');
    const catalog = await engine.inspect(session);
    const sizes = await engine.stats.sizes(session);
    await session.run('ROLLBACK');
    return {
      catalog,
      rows: counted(sizes.flatMap(({ kind, name, rows }) => (kind === 'table' ? [{ ...name, rows }] : []))),
      serverVersion: session.serverVersion,
      source: 'the database',
    };
  } finally {
    await session.close();
  }
}

function counted(all: readonly (Name & { readonly rows: number })[]): (table: Name) => number | undefined {
  const byName = new Map(all.map((one) => [keyOf(one), one.rows]));
  return (table) => {
    const rows = byName.get(keyOf(table));
    return rows === undefined || rows < 0 ? undefined : rows;
  };
}
