/** A database of a thousand tables, and its snapshot as if it held a terabyte. */
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';

/** Makes tables with a key, a reference to the table before, six more columns, two further indexes each, and statistics of fifty rows. */
export async function makeBigSchema(database: SandboxDatabase, tables: number): Promise<void> {
  const session = await postgres.connect(database.ownerUrl);
  try {
    for (let from = 1; from <= tables; from += 50) {
      const names = Array.from({ length: Math.min(50, tables - from + 1) }, (_, n) => from + n);
      await session.run(
        names
          .map(
            (n) => `
CREATE TABLE t${n} (id bigint PRIMARY KEY, parent_id bigint${n > 1 ? ` REFERENCES t${n - 1} (id)` : ''}, code text NOT NULL, state text NOT NULL,
  amount numeric(12,2), made_at timestamptz NOT NULL, done boolean, note text);
INSERT INTO t${n} SELECT i, ${n > 1 ? 'i' : 'NULL'}, md5(i::text), (ARRAY['new','open','closed'])[1 + i % 3], i * 1.5, timestamptz '2026-01-01' + i * interval '1 hour', i % 2 = 0, NULL FROM generate_series(1, 50) AS i;
CREATE INDEX t${n}_parent_idx ON t${n} (parent_id); CREATE INDEX t${n}_made_idx ON t${n} (state, made_at);`,
          )
          .join('\n'),
      );
    }
    await session.run('ANALYZE');
  } finally {
    await session.close();
  }
}

/** The same structure with every table a gigabyte large: pages, rows and bytes grow alike, tree heights are left to be worked out. */
export function asLargeAs(snapshot: Snapshot, bytes: number): Snapshot {
  const now = snapshot.relations.reduce((sum, relation) => sum + (relation.bytes ?? 0), 0);
  const page = snapshot.source.blockSize;
  const factor = bytes / now;
  return {
    ...snapshot,
    relations: snapshot.relations.map((relation) => {
      const pages = Math.max(1, Math.round(relation.pages * factor));
      const { index } = relation;
      return {
        ...relation,
        pages,
        rows: Math.round(relation.rows * factor),
        bytes: pages * page,
        ...(index ? { index: { method: index.method } } : {}),
      };
    }),
  };
}
