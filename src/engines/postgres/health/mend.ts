import type { HealthSql } from '../../../engine/model.ts';
import { quote } from '../quote.ts';

/** Statements of an administrator. */
export const sql: HealthSql = {
  endSession: (pid) => `SELECT pg_terminate_backend(${pid})`,
  rollbackPrepared: (id) => `ROLLBACK PREPARED ${quote.literal(id)}`,
  dropSlot: (name) => `SELECT pg_drop_replication_slot(${quote.literal(name)})`,
  setting: (name, value) =>
    value === undefined
      ? `ALTER SYSTEM RESET ${setting(name)};\nSELECT pg_reload_conf()`
      : `ALTER SYSTEM SET ${setting(name)} = ${quote.literal(value)};\nSELECT pg_reload_conf()`,
  freeze: (table) => `VACUUM (FREEZE) ${quote.name(table)}`,
  clean: (table) => `VACUUM (ANALYZE) ${quote.name(table)}`,
  count: (table) => `ANALYZE ${quote.name(table)}`,
  rebuildIndex: (index) => `REINDEX INDEX CONCURRENTLY ${quote.name(index)}`,
  rebuildDatabase: (name) => `REINDEX DATABASE CONCURRENTLY ${quote.identifier(name)}`,
  updateExtension: (name) => `ALTER EXTENSION ${quote.identifier(name)} UPDATE`,
};

/** Settings of extensions have two parts. */
function setting(name: string): string {
  return name
    .split('.')
    .map((part) => quote.identifier(part))
    .join('.');
}
