/** The rows that all designs are built from: those of the chosen design, put aside. */
import { applyChange } from '../../apply/apply.ts';
import { findTable, foreignKeysTo } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import { withDeadline } from '../../rehearse/doing.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { Stage } from '../deliverables/model.ts';

/** Schema of the rows put aside; dropped when a design is loaded. */
export const asideSchema = 'dbd_aside';
/** Rows of one table that designs are compared with at most. */
const mostRows = 120_000;

/** Today's tables with their rows, nothing changed, and the new tables' rows beside them. */
export interface Source {
  readonly database: SandboxDatabase;
  /** New tables whose rows were put aside. */
  readonly tables: readonly Table[];
  /** Rows put aside, by the table's bare name. */
  readonly rows: ReadonlyMap<string, number>;
}

/** Puts the rows of the smallest twin aside and takes the change back there. */
export async function putAside(stage: Stage): Promise<Source> {
  const { engine, sandbox, planned, before, twin } = stage;
  const database = await sandbox.createDatabase({ from: twin.sizes[0]!.database });
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd alternatives',
    statementTimeoutMs: 60_000,
  });
  const rows = new Map<string, number>();
  const tables = ownTables(stage);
  try {
    await session.query(`CREATE SCHEMA ${asideSchema}`);
    for (const table of tables) {
      const name = engine.quote.name(table);
      const { rows: counted } = await session.query<{ n: string }>(`SELECT count(*) AS n FROM ${name}`);
      const all = Number(counted[0]!.n);
      const leaf = foreignKeysTo(planned.after, table).length === 0;
      // Only rows that nobody refers to can be left out, and they are thinned evenly.
      const thinned =
        leaf && all > mostRows
          ? ` TABLESAMPLE BERNOULLI (${(100 * mostRows) / all}) REPEATABLE (${stage.seed})`
          : '';
      const { count } = await session.query(
        `CREATE TABLE ${aside(stage, table.name)} AS SELECT * FROM ${name}${thinned}`,
      );
      rows.set(table.name, count);
    }
    await withDeadline({ session, limitMs: stage.limitMs, signal: stage.signal }, (signal) =>
      applyChange({
        engine,
        session,
        change: planned.change,
        direction: 'down',
        emit: () => undefined,
        signal,
      }),
    );
  } finally {
    await session.close();
  }
  return { database, tables: tables.filter((table) => findTable(before, table) === undefined), rows };
}

/** Quoted name of a table's rows that were put aside. */
export function aside({ engine }: Pick<Stage, 'engine'>, table: string): string {
  return `${asideSchema}.${engine.quote.identifier(table)}`;
}

/** Tables of the change that hold rows of their own: no partitions, no summaries, nothing that triggers keep. */
function ownTables({ planned, before }: Stage): readonly Table[] {
  const { derived, upkeep } = planned.design;
  return planned.after.tables.filter(
    (table) =>
      !table.partitionOf &&
      !findTable(before, table) &&
      !derived.some((summary) => sameName(summary.table, table)) &&
      !upkeep.some((kept) => kept.kind === 'exact' && sameName(kept.table, table)),
  );
}
