import { fingerprintSync } from 'libpg-query';
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
  key,
  fingerprint(sql) {
    try {
      return fingerprintSync(sql);
    } catch {
      return undefined;
    }
  },
  pieces,
  valuesOf,
  readLog,
};
