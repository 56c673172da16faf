import type { Hollow, HollowResult, NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { RelationFigures, Snapshot } from '../../../engine/snapshot/model.ts';
import { checkHere } from '../pages/here.ts';
import { quote } from '../quote.ts';
import { writeColumns } from './columns.ts';
import { diskBytesOf } from './disk.ts';
import { endsOfTrees } from './ends.ts';
import { writeExtended } from './extended.ts';
import { checkFigures } from './figures.ts';
import { differencesOf } from './not-exact.ts';
import { placeColumns } from './placed.ts';
import { reshapeAll, writeRelations } from './relations.ts';
import { become, writeSettings } from './settings.ts';
import { whatIf } from '../what-if/what-if.ts';

/** Text of statistics is read as the snapshot's session wrote it, and names are looked up nowhere but in the server's own schema. */
const reading = {
  search_path: 'pg_catalog',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  default_transaction_read_only: 'off',
  session_replication_role: 'replica',
  statement_timeout: '0',
  jit: 'off',
};

/** Hollow databases of PostgreSQL 14 to 18. */
export const hollow: Hollow = {
  // ANALYZE and VACUUM would write the figures of empty tables over those of production.
  settings: () => ({ autovacuum: 'off' }),
  check: checkFigures,
  apply,
  async settle(session, { settings }) {
    return writeSettings(session, await databaseOf(session), settings);
  },
  become,
  whatIf,
};

async function databaseOf(session: Session): Promise<string> {
  const { rows } = await session.query<{ name: string }>('SELECT current_database()::text AS name');
  return rows[0]!.name;
}

async function apply(session: Session, snapshot: Snapshot): Promise<HollowResult> {
  checkFigures(snapshot);
  await checkHere(session);
  const names = Object.keys(reading);
  await session.query(
    `SELECT ${names.map((_, i) => `pg_catalog.set_config($${2 * i + 1}, $${2 * i + 2}, false)`).join(', ')}`,
    Object.entries(reading).flat(),
  );
  const database = await databaseOf(session);
  const notExact: NotExact[] = [...(await differencesOf(session, snapshot))];
  const there = await writeRelations(session, snapshot.relations);
  notExact.push(...missing(snapshot.relations, there));
  const placed = await placeColumns(session, snapshot.columns);
  notExact.push(...(await writeColumns(session, placed)));
  const ends = await endsOfTrees(session, snapshot, placed);
  notExact.push(...ends.notExact);
  notExact.push(...(await writeExtended(session, snapshot.extended)));
  notExact.push(...(await writeSettings(session, database, snapshot.settings)));
  const { apparentBytes, notExact: guessed } = await reshapeAll(session, snapshot, there, ends);
  notExact.push(...guessed);
  await session.query(`ALTER DATABASE ${quote.identifier(database)} SET default_transaction_read_only = on`);
  return {
    tables: there.filter(({ index }) => index === undefined).length,
    indexes: there.filter(({ index }) => index !== undefined).length,
    apparentBytes,
    diskBytes: await diskBytesOf(session),
    notExact,
  };
}

function missing(wanted: readonly RelationFigures[], there: readonly RelationFigures[]): readonly NotExact[] {
  const found = new Set(there);
  return wanted
    .filter((one) => !found.has(one))
    .map(({ schema, name, kind }) => ({
      what: `${kind.includes('index') ? 'index' : 'table'} ${schema}.${name}`,
      why: 'It is not on the twin, so queries that could use it get no verdict.',
    }));
}
