import type { LocaleVersion } from '../../../engine/model.ts';
import type { Asker } from '../live/ask.ts';
import { quote } from '../quote.ts';

const databaseQuery = `
  SELECT d.datname::text AS name, d.datcollversion AS stored, pg_database_collation_actual_version(d.oid) AS actual
    FROM pg_database d WHERE d.datname = current_database() AND d.datcollversion IS NOT NULL`;

/** Only collations that a column goes by: the server brings hundreds. */
const collationsQuery = `
  SELECT n.nspname::text AS schema, c.collname::text AS name, c.collversion AS stored, pg_collation_actual_version(c.oid) AS actual
    FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
   WHERE c.collversion IS NOT NULL AND EXISTS (SELECT FROM pg_attribute a WHERE a.attcollation = c.oid AND a.attrelid >= 16384)`;

interface Row extends Record<string, unknown> {
  readonly schema?: string;
  readonly name: string;
  readonly stored: string;
  readonly actual: string | null;
}

/** Versions of the rules by which texts are sorted: those of the time when indexes were built, and today's. */
export async function localesOf(asker: Asker): Promise<readonly LocaleVersion[]> {
  const everybody = 'everybody may read these';
  const database =
    asker.session.serverVersion < 150_000
      ? []
      : ((await asker.ask<Row>('version of the database’s locale', everybody, databaseQuery)) ?? []);
  const collations = (await asker.ask<Row>('versions of collations', everybody, collationsQuery)) ?? [];
  return [
    ...database.map((row) => ({
      ...row,
      what: `database ${row.name}`,
      refresh: `ALTER DATABASE ${quote.identifier(row.name)} REFRESH COLLATION VERSION`,
    })),
    ...collations.map((row) => ({
      ...row,
      what: `collation ${quote.full({ schema: row.schema!, name: row.name })}`,
      refresh: `ALTER COLLATION ${quote.full({ schema: row.schema!, name: row.name })} REFRESH VERSION`,
    })),
  ].flatMap(({ what, stored, actual, refresh }) =>
    actual === null ? [] : [{ what, stored, actual, refresh }],
  );
}
