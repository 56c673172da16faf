import type { PlanCase } from '../model.ts';
import { casesOf } from './of.ts';

/** Questions to measurements by the month, old statistics and neglected tables. */
export const metricsCases: readonly PlanCase[] = casesOf('metrics', {
  'readings of a month by name': [
    `SELECT avg(value) FROM readings WHERE to_char(at, 'YYYY-MM') = '2024-03'`,
    ['unpruned-partitions'],
    {
      may: ['expression-without-statistics', 'function-on-column', 'row-misestimate'],
      cure: { sql: `SELECT avg(value) FROM readings WHERE at >= '2024-03-01' AND at < '2024-04-01'` },
      also: [14, 16],
    },
  ],
  'readings of a day by cast': [
    `SELECT avg(value) FROM readings WHERE at::date = '2024-03-05'`,
    ['unpruned-partitions'],
    {
      may: ['expression-without-statistics', 'cast-on-column', 'row-misestimate'],
      cure: { sql: `SELECT avg(value) FROM readings WHERE at >= '2024-03-05' AND at < '2024-03-06'` },
    },
  ],
  'readings of a month': [
    `SELECT avg(value) FROM readings WHERE at >= '2024-03-01' AND at < '2024-04-01'`,
    [],
    { near: 'unpruned-partitions', also: [14] },
  ],
  'readings of all months': [
    `SELECT device_id, avg(value) FROM readings GROUP BY device_id`,
    [],
    { near: 'unpruned-partitions' },
  ],
  'readings of a device': [
    `SELECT at, value FROM readings WHERE device_id = 77`,
    [],
    { near: 'unpruned-partitions', may: ['planning-dominates'] },
  ],
  'readings of a device and month': [
    `SELECT at, value FROM readings WHERE device_id = 77 AND at >= '2024-03-01' AND at < '2024-03-08'`,
    [],
    { near: 'full-scan-for-few-rows' },
  ],
  'readings of a quality': [
    `SELECT count(*) FROM readings WHERE quality = 2`,
    [],
    { near: 'full-scan-for-few-rows' },
  ],
  'readings of a value': [
    `SELECT device_id, at FROM readings WHERE value > 99.95 AND at < '2024-02-01'`,
    ['full-scan-for-few-rows'],
    { may: ['row-misestimate'], cure: { first: ['CREATE INDEX ON readings (value)'] } },
  ],
  'readings of a month and an hour': [
    `SELECT count(*) FROM readings WHERE at < '2024-02-01 01:00'`,
    ['worker-skew'],
    {
      may: ['many-index-descents', 'missing-workers'],
      settings: {
        max_parallel_workers_per_gather: '2',
        parallel_setup_cost: '0',
        parallel_tuple_cost: '0',
        parallel_leader_participation: 'off',
        enable_seqscan: 'off',
        enable_bitmapscan: 'off',
        min_parallel_index_scan_size: '1GB',
      },
    },
  ],
  'devices of a site': [
    `SELECT id FROM devices WHERE site = 'site7'`,
    [],
    { near: 'full-scan-for-few-rows' },
  ],
  'readings of a site': [
    `SELECT d.id, max(r.value) FROM devices d JOIN readings r ON r.device_id = d.id WHERE d.site = 'site7' AND r.at >= '2024-03-01' AND r.at < '2024-04-01' GROUP BY d.id`,
    [],
    { near: 'loop-run-more-than-planned' },
  ],
  'errors of the log': [
    `SELECT * FROM log WHERE level = 'error'`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON log (level)'] }, may: ['stale-statistics'] },
  ],
  'newest of the log': [
    `SELECT source, count(*) FROM log WHERE at > '2024-06-01' GROUP BY source`,
    ['value-beyond-histogram'],
    {
      may: ['row-misestimate', 'stale-statistics'],
      cure: { first: ['ANALYZE log'], miss: 3 },
      also: [14, 17],
    },
  ],
  'newest of the log with their devices': [
    `SELECT d.site, count(*) FROM log l JOIN devices d ON d.id = l.source WHERE l.at >= '2024-06-02' GROUP BY d.site`,
    ['value-beyond-histogram'],
    {
      may: ['row-misestimate', 'loop-run-more-than-planned', 'stale-statistics'],
      cure: { first: ['ANALYZE log'], miss: 5 },
    },
  ],
  'older part of the log': [
    `SELECT source, count(*) FROM log WHERE at >= '2024-01-20' AND at < '2024-01-28' GROUP BY source`,
    [],
    { near: 'value-beyond-histogram', may: ['stale-statistics'] },
  ],
  'end of the log': [`SELECT max(at) FROM log`, [], { near: 'value-beyond-histogram' }],
  'clicks of the last visit': [
    `SELECT c.element, count(*) FROM clicks c JOIN visits v ON v.id = c.visit_id WHERE c.visit_id = 4000 GROUP BY c.element`,
    ['stale-statistics'],
    {
      may: [
        'sort-on-disk',
        'row-misestimate',
        'value-beyond-histogram',
        'loop-run-more-than-planned',
        'full-scan-for-few-rows',
      ],
      cure: { first: ['ANALYZE clicks'], miss: 3 },
      also: [15],
    },
  ],
  'clicks of a bucket': [
    `SELECT count(*) FROM clicks WHERE bucket = 9`,
    ['stale-statistics'],
    { may: ['row-misestimate', 'value-beyond-histogram'] },
  ],
  'owners of what is fresh': [
    `SELECT owner, count(*) FROM fresh WHERE state = 'good' GROUP BY owner`,
    ['stale-statistics'],
    { may: ['row-misestimate'], also: [14] },
  ],
  'visits after ANALYZE': [
    `SELECT page, count(*) FROM visits WHERE ms < 100 GROUP BY page`,
    ['full-scan-for-few-rows'],
    { near: 'stale-statistics', cure: { first: ['CREATE INDEX ON visits (ms)'] } },
  ],
  'visits of a country and region': [
    `SELECT page, count(*) FROM visits WHERE country = 'c7' AND region = 'r7' GROUP BY page`,
    ['correlated-columns'],
    {
      may: ['row-misestimate', 'full-scan-for-few-rows'],
      cure: {
        first: ['CREATE STATISTICS s ON country, region FROM visits', 'ANALYZE visits'],
        miss: 1.5,
        gain: 1.5,
      },
      also: [15],
    },
  ],
  'visits of a country and page': [
    `SELECT count(*) FROM visits WHERE country = 'c7' AND ms < 1500`,
    [],
    { may: ['full-scan-for-few-rows'], near: 'correlated-columns' },
  ],
  'visits of a country': [
    `SELECT page, count(*) FROM visits WHERE country = 'c7' GROUP BY page`,
    [],
    { near: 'row-misestimate', may: ['full-scan-for-few-rows'] },
  ],
  'groups of country and region': [
    `SELECT country, region, count(*) FROM visits GROUP BY country, region`,
    [],
    { near: 'wrong-group-count', may: ['wrong-group-count'] },
  ],
  'groups of batch and kind': [
    `SELECT page, country, count(*) FROM visits GROUP BY page, country`,
    [],
    { near: 'wrong-group-count' },
  ],
  'sessions of all visits': [
    `SELECT session_id, count(*) FROM visits GROUP BY session_id`,
    [],
    {
      near: 'expression-without-statistics',
      may: ['undersampled-distinct', 'sort-on-disk', 'aggregate-on-disk', 'row-misestimate'],
    },
  ],

  'actors of all tracks': [
    `SELECT actor, count(*) FROM tracks GROUP BY actor`,
    ['undersampled-distinct'],
    { also: [16] },
  ],
  'pages of all visits': [
    `SELECT page, count(*) FROM visits GROUP BY page`,
    [],
    { near: 'undersampled-distinct' },
  ],
  'visits by a computed bucket': [
    `SELECT v.page, count(*) FROM visits v JOIN clicks c ON c.visit_id = v.id WHERE v.ms / 10 = 7 GROUP BY v.page`,
    ['arithmetic-on-column'],
    {
      may: ['join-filter-waste', 'expression-without-statistics', 'row-misestimate', 'stale-statistics'],
      cure: {
        sql: `SELECT v.page, count(*) FROM visits v JOIN clicks c ON c.visit_id = v.id WHERE v.ms >= 70 AND v.ms < 80 GROUP BY v.page`,
        first: ['CREATE INDEX ON visits (ms)'],
      },
    },
  ],
  'even visits': [
    `SELECT page, count(*) FROM visits WHERE length(page) = 6 GROUP BY page`,
    ['expression-without-statistics'],
    {
      may: ['sort-on-disk', 'row-misestimate', 'wrong-group-count'],
      cure: { first: ['CREATE STATISTICS s ON (length(page)) FROM visits', 'ANALYZE visits'], miss: 3 },
      also: [14],
    },
  ],
  'even numbers of visits': [
    `SELECT page, sum(ms) FROM visits WHERE ms % 2 = 0 GROUP BY page`,
    ['expression-without-statistics'],
    {
      may: ['row-misestimate'],
      cure: { first: ['CREATE STATISTICS s ON (ms % 2) FROM visits', 'ANALYZE visits'], miss: 3 },
    },
  ],
  'visits of a hundredth': [
    `SELECT page, count(*) FROM visits WHERE ms % 200 = 7 GROUP BY page`,
    ['arithmetic-on-column'],
    { near: 'expression-without-statistics', may: [] },
  ],
});
