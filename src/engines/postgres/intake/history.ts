import { SqlError } from '../../../base/error.ts';
import { orderByNeed } from '../../../base/graph.ts';
import { nameOf, sameName } from '../../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../../catalog/model.ts';
import type { CopiedRows, Session } from '../../../engine/model.ts';
import { quote } from '../quote.ts';

/** Tables in which migration tools keep what they have done; a tool that finds them empty would do everything again. */
const tables: ReadonlySet<string> = new Set([
  'knex_migrations',
  'knex_migrations_lock',
  '_prisma_migrations',
  'pgmigrations',
  'schema_migrations',
  'ar_internal_metadata',
  'SequelizeMeta',
  'migrations',
  'typeorm_metadata',
  'kysely_migration',
  'kysely_migration_lock',
  '__drizzle_migrations',
  'alembic_version',
  'django_migrations',
  'flyway_schema_history',
  'databasechangelog',
  'databasechangeloglock',
  'goose_db_version',
  'atlas_schema_revisions',
]);

/** No tool has so many migrations; an application's own table may bear such a name. */
const rowLimit = 20_000;

/** Whether a table is one that a migration tool keeps its history in. */
export function isHistory(table: Name): boolean {
  return tables.has(table.name) || table.schema === 'sqitch';
}

/** Copies the rows of history tables, the referenced before the referencing ones; a table that may not be read is told. */
export async function history(from: Session, to: Session, catalog: Catalog): Promise<readonly CopiedRows[]> {
  const wanted = catalog.tables.filter((table) => isHistory(table) && table.kind === 'table');
  const { ordered, circular } = orderByNeed(wanted, (table) =>
    wanted.filter((other) =>
      table.constraints.some(({ references }) => references && sameName(references, other)),
    ),
  );
  const copied: CopiedRows[] = [];
  for (const table of [...ordered, ...circular]) {
    try {
      copied.push({ table: nameOf(table), rows: await copy(from, to, table) });
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      copied.push({ table: nameOf(table), rows: 0, refused: error.message });
    }
  }
  return copied;
}

async function copy(from: Session, to: Session, table: Table): Promise<number> {
  const name = `${quote.identifier(table.schema)}.${quote.identifier(table.name)}`;
  const list = table.columns
    .filter(({ generated }) => generated === undefined)
    .map((column) => quote.identifier(column.name))
    .join(', ');
  const { rows } = await from.query<{ row: string }>(
    `SELECT row_to_json(t)::text AS row FROM ${name} t LIMIT ${rowLimit}`,
  );
  if (rows.length === 0) return 0;
  await to.query(
    `INSERT INTO ${name} (${list}) OVERRIDING SYSTEM VALUE SELECT ${list} FROM json_populate_recordset(NULL::${name}, $1::json)`,
    [`[${rows.map(({ row }) => row).join(',')}]`],
  );
  await advance(to, table, name);
  return rows.length;
}

const SEQUENCE = 'SELECT pg_get_serial_sequence($1, $2) AS sequence';

/** The next row that the tool writes must not collide with a copied one. */
async function advance(to: Session, table: Table, name: string): Promise<void> {
  for (const column of table.columns) {
    const { rows } = await to.query<{ sequence: string | null }>(SEQUENCE, [name, column.name]);
    const sequence = rows[0]?.sequence;
    if (!sequence) continue;
    await to.query(`SELECT setval($1::text::regclass, max(${quote.identifier(column.name)})) FROM ${name}`, [
      sequence,
    ]);
  }
}
