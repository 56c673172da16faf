import { expect, test } from 'vitest';
import type { Catalog } from '../catalog/model.ts';
import { whatThereIs } from './missing.ts';

const catalog = {
  tables: [
    { name: 'review', columns: [{ name: 'id' }, { name: 'track_id' }] },
    { name: 'monthly_point', columns: [{ name: 'month' }] },
  ],
} as unknown as Catalog;

test.each([
  [
    'relation "monthly_points" does not exist',
    'SELECT month FROM monthly_points',
    '; there is monthly_point',
  ],
  ['relation "zebra" does not exist', 'SELECT 1 FROM zebra', ''],
  ['column "track" does not exist', 'SELECT track FROM review', '; review has id, track_id'],
  ['column r.track does not exist', 'SELECT r.track FROM review r', '; review has id, track_id'],
  ['it names no table', 'SELECT 1', ''],
])('%s', (reason, sql, said) => {
  expect(whatThereIs(reason, sql, catalog)).toBe(said);
});
