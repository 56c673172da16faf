/** Every built-in function of every major version has a verdict, and the list has no others. */
import { describe, expect, test } from 'vitest';
import { builtinVerdicts } from '../../src/engines/postgres/reading/verdicts/builtin.ts';
import { harmlessCatalogs } from '../../src/engines/postgres/reading/verdicts/catalogs.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { servers, startServer } from './servers.ts';

const majors = [14, 15, 16, 17, 18];
const there = await servers(majors);
const seen = new Map<number, ReadonlySet<string>>();

describe.each(there)('built-in functions of PostgreSQL $major', ({ major }) => {
  test('each has a verdict, each operator a function with one, and no harmless one is volatile unless it is named here', async () => {
    const sandbox = await startServer(major);
    const session = await postgres.connect((await sandbox.createDatabase()).ownerUrl);
    const { rows } = await session.query<{ key: string; volatile: boolean; operator: boolean }>(
      `SELECT CASE n.nspname WHEN 'pg_catalog' THEN '' ELSE n.nspname || '.' END || p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS key,
         p.provolatile = 'v' AS volatile, EXISTS (SELECT FROM pg_operator o WHERE o.oprcode = p.oid) AS operator
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid < 16384`,
    );
    const tables = await session.query<{ name: string }>(
      `SELECT CASE n.nspname WHEN 'pg_catalog' THEN '' ELSE n.nspname || '.' END || c.relname AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid < 16384 AND c.relkind = 'r'`,
    );
    await session.close();
    await sandbox.stop();
    const verdicts = await builtinVerdicts();
    expect(rows.length).toBeGreaterThan(3000);
    expect(rows.filter(({ key }) => !verdicts.has(key))).toEqual([]);
    expect(rows.filter(({ key, operator }) => operator && verdicts.get(key)?.kind !== 'harmless')).toEqual(
      [],
    );
    const volatile = rows.filter(({ key, volatile: is }) => is && verdicts.get(key)?.kind === 'harmless');
    expect(new Set(volatile.map(({ key }) => key.replace(/\(.*/, '')))).toEqual(
      new Set(
        [...known].filter((name) => rows.some(({ key, volatile: is }) => is && key.startsWith(`${name}(`))),
      ),
    );
    const catalogs = new Set(tables.rows.map(({ name }) => name));
    expect([...harmlessCatalogs].filter((name) => !catalogs.has(name))).toEqual([]);
    seen.set(major, new Set(rows.map(({ key }) => key)));
  }, 60_000);
});

test.skipIf(there.length < majors.length)('nothing is listed that no version has', async () => {
  const all = new Set([...seen.values()].flatMap((keys) => [...keys]));
  expect([...(await builtinVerdicts()).keys()].filter((key) => !all.has(key))).toEqual([]);
});

test.each([
  'pg_read_file(text)',
  'pg_ls_dir(text)',
  'lo_import(text)',
  'lo_get(oid)',
  'pg_advisory_lock(bigint)',
  'pg_sleep(double precision)',
  'pg_terminate_backend(integer, bigint)',
  'set_config(text, text, boolean)',
  'nextval(regclass)',
  'pg_notify(text, text)',
  'query_to_xml(text, boolean, boolean, text)',
  'table_to_xml(regclass, boolean, boolean, text)',
  'database_to_xml(boolean, boolean, text)',
  'cursor_to_xml(refcursor, integer, boolean, boolean, text)',
  'ts_stat(text)',
  'ts_rewrite(tsquery, text)',
  'pg_input_is_valid(text, text)',
  'satisfies_hash_partition(oid, integer, integer, "any")',
  'currtid2(text, tid)',
  'pg_stat_get_activity(integer)',
  'pg_logical_emit_message(boolean, text, text)',
  'txid_current()',
  'pg_stat_reset()',
  'pg_mcv_list_items(pg_mcv_list)',
])('%s is refused with a reason', async (key) => {
  expect((await builtinVerdicts()).get(key)).toMatchObject({
    kind: 'refused',
    because: expect.stringMatching(/^It .+\.$/),
  });
});

/** Volatile functions that were read one by one: chance, clocks, sizes and counters of this transaction. */
const known = new Set(
  `array_sample array_shuffle clock_timestamp current_query gen_random_uuid random random_normal timeofday timezone uuidv4 uuidv7
  pg_relation_size pg_table_size pg_indexes_size pg_total_relation_size pg_database_size pg_partition_ancestors pg_partition_tree
  pg_collation_actual_version pg_database_collation_actual_version pg_is_in_recovery pg_jit_available
  pg_stat_get_xact_blocks_fetched pg_stat_get_xact_blocks_hit pg_stat_get_xact_function_calls pg_stat_get_xact_function_self_time
  pg_stat_get_xact_function_total_time pg_stat_get_xact_numscans pg_stat_get_xact_tuples_deleted pg_stat_get_xact_tuples_fetched
  pg_stat_get_xact_tuples_hot_updated pg_stat_get_xact_tuples_inserted pg_stat_get_xact_tuples_newpage_updated
  pg_stat_get_xact_tuples_returned pg_stat_get_xact_tuples_updated`.split(/\s+/),
);
