/** Statements as PostgreSQL counts and logs them. */
import { fingerprintSync } from 'libpg-query';
import type { CapturedSql } from '../../../engine/model.ts';
import { items, literalOf } from './array-items.ts';
import { freeze, freezeValue } from './clock.ts';
import { readLog } from './logged-calls.ts';
import { places } from './places.ts';
import { runnable } from './runnable.ts';
import { key, pieces, valuesOf } from './texts.ts';

export const capturedSql: CapturedSql = {
  runnable,
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
  items,
  literalOf,
  readLog,
};
