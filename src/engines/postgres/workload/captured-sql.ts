import { fingerprintSync, normalizeSync } from 'libpg-query';
import type { CapturedSql } from '../../../engine/model.ts';
import { freeze, freezeValue } from './clock.ts';
import { readLog } from './logged-calls.ts';
import { places } from './places.ts';
import { pathOf, qualified } from './qualified.ts';
import { runnable } from './runnable.ts';
import { key, pieces, valuesOf } from './texts.ts';

/** Statements as pg_stat_statements counts them and the server's log shows them. */
export const capturedSql: CapturedSql = {
  runnable,
  qualified,
  pathOf,
  isSystem: (table) => /^(?:pg_|information_schema\.)/.test(table),
  places,
  freeze,
  freezeValue,
  normalized: (sql) => orNone(normalizeSync, sql),
  key,
  fingerprint: (sql) => orNone(fingerprintSync, sql),
  pieces,
  valuesOf,
  readLog,
};

function orNone(read: (sql: string) => string, sql: string): string | undefined {
  try {
    return read(sql);
  } catch {
    return undefined;
  }
}
