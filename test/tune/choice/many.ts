/** A hundred tables of figures alone, a hundred queries on them, and every plain index that a query could want. */
import type { Snapshot } from '../../../src/engine/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { IndexCandidate, Work, WorkQuery } from '../../../src/tune/advice/model.ts';
import { snapshotOf } from '../../hollow/plans.ts';
import { candidate, query, writesOf } from './shop.ts';

/** Rows really made, and how many there seem to be for each. */
const rows = 1000;

/** A snapshot of so many tables of unlike sizes, each with a key to the one before. */
export async function manyTables(tables: number): Promise<Snapshot> {
  const sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  try {
    const database = await sandbox.createDatabase();
    const session = await postgres.connect(database.adminUrl);
    for (let t = 0; t < tables; t += 1)
      await session.run(`
        CREATE TABLE t${t} (id int PRIMARY KEY, parent int NOT NULL, state text NOT NULL, kind int NOT NULL, made timestamptz NOT NULL, owner int NOT NULL, amount int NOT NULL, body text NOT NULL);
        INSERT INTO t${t} SELECT n, (n * 7919) % ${rows}, (ARRAY['a','a','a','a','a','b','b','c','d','e'])[1 + n % 10], (n * 31) % 40, timestamptz '2025-01-01' + n * interval '1 hour',
          (n * 101) % 200, (n * 17) % 500, repeat('x', 60) FROM generate_series(1, ${rows}) AS n;`);
    await session.query('VACUUM ANALYZE');
    await session.close();
    const snapshot = await snapshotOf(database.adminUrl);
    return grown(snapshot);
  } finally {
    await sandbox.stop();
  }
}

/** The same shares of values in 50 to 2,000 times as many rows. */
function grown(snapshot: Snapshot): Snapshot {
  const factor = (table: string): number => [50, 200, 800, 2000][Number(table.replace(/\D/g, '')) % 4]!;
  return {
    ...snapshot,
    relations: snapshot.relations.map(({ bytes, ...one }) => {
      const by = factor(one.table?.name ?? one.name);
      return {
        ...one,
        pages: one.pages * by,
        rows: one.rows * by,
        allVisible: one.allVisible * by,
        ...(bytes === undefined ? {} : { bytes: bytes * by }),
      };
    }),
    columns: snapshot.columns.map((one) =>
      ['parent', 'owner'].includes(one.column) ? { ...one, distinct: -0.2 } : one,
    ),
  };
}

/** Queries of eight kinds over the tables in turn, with their calls. */
export function manyQueries(tables: number, count: number): readonly WorkQuery[] {
  return Array.from({ length: count }, (_, i): WorkQuery => {
    const t = `t${(i * 37) % tables}`;
    const next = `t${(i * 37 + 1) % tables}`;
    const calls = 1 + ((i * 7919) % 1000);
    const kinds: readonly (readonly [string, readonly (readonly [readonly unknown[], number])[]])[] = [
      [
        `SELECT * FROM ${t} WHERE owner = $1 AND state = $2`,
        [
          [['17', 'd'], 0.8],
          [['18', 'a'], 0.2],
        ],
      ],
      [`SELECT * FROM ${t} WHERE parent = $1 ORDER BY made DESC LIMIT 20`, [[['17'], 1]]],
      [
        `SELECT count(*) FROM ${t} WHERE made > $1 AND kind = $2`,
        [
          [['2025-02-08', '3'], 0.5],
          [['2025-02-11', '5'], 0.5],
        ],
      ],
      [
        `SELECT a.id, b.body FROM ${t} a JOIN ${next} b ON b.parent = a.id WHERE a.owner = $1 AND b.state = $2`,
        [[['5', 'c'], 1]],
      ],
      [
        `SELECT owner, sum(amount) FROM ${t} WHERE state = $1 GROUP BY owner`,
        [
          [['c'], 0.9],
          [['a'], 0.1],
        ],
      ],
      [`UPDATE ${t} SET amount = $1 WHERE parent = $2 AND kind = $3`, [[['1', '7', '3'], 1]]],
      [
        `SELECT * FROM ${t} WHERE kind = $1 AND amount BETWEEN $2 AND $3 ORDER BY made LIMIT 5`,
        [[['3', '10', '20'], 1]],
      ],
      [
        `SELECT a.state, count(*) FROM ${t} a JOIN ${next} b ON b.id = a.parent WHERE b.kind = $1 AND a.made > $2 GROUP BY a.state`,
        [[['9', '2025-02-09'], 1]],
      ],
    ];
    const [sql, sets] = kinds[i % kinds.length]!;
    return query(`q${i}`, sql, calls, sets);
  });
}

const forms: readonly string[] = [
  '(owner)',
  '(state)',
  '(parent)',
  '(made)',
  '(kind)',
  '(amount)',
  '(owner, state)',
  '(state, owner)',
  '(parent, made)',
  '(made, kind)',
  '(kind, made)',
  '(parent, state)',
  '(state, parent)',
  '(parent, kind)',
  '(kind, amount)',
  '(kind, amount, made)',
  '(state) INCLUDE (owner, amount)',
  '(state, owner) INCLUDE (amount)',
  '(kind, parent)',
  '(made) INCLUDE (kind)',
  "(owner) WHERE state = 'd'",
];

/** As many forms for each table that a query reads. */
export function manyCandidates(
  queries: readonly WorkQuery[],
  each = forms.length,
): readonly IndexCandidate[] {
  const tables = new Set(queries.flatMap(({ sql }) => sql.match(/\bt\d+\b/g) ?? []));
  return [...tables].flatMap((table) => forms.slice(0, each).map((form) => candidate(`${table} ${form}`)));
}

export function manyWrites(tables: number): Work['writes'] {
  return Array.from({ length: tables }, (_, t) =>
    writesOf(`t${t}`, {
      inserted: 1000 * (1 + (t % 7)),
      updated: 500,
      hotUpdated: 400,
      sets: [{ column: 'amount', share: 0.8 }],
    }),
  );
}
