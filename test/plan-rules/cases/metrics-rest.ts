import type { PlanCase } from '../model.ts';
import { casesOf } from './of.ts';

/** Samples, neglected tables and estimates of joins. */
export const metricsRest: readonly PlanCase[] = casesOf('metrics', {
  'samples of a batch': [
    `SELECT sum(score) FROM samples WHERE batch = 77`,
    [],
    { near: 'rows-filtered-after-index', may: ['scattered-rows'] },
  ],
  'samples by batch': [
    `SELECT batch, avg(score) FROM samples GROUP BY batch`,
    [],
    { near: 'row-misestimate' },
  ],
  'best samples': [
    `SELECT id, score FROM samples ORDER BY score DESC LIMIT 10`,
    ['sort-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON samples (score)'] } },
  ],
  'best samples of a kind': [
    `SELECT id, score FROM samples WHERE kind = 'k3' ORDER BY score DESC LIMIT 10`,
    ['sort-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON samples (kind, score)'] } },
  ],
  'ranks of samples': [
    `SELECT id, rank() OVER (PARTITION BY kind ORDER BY score) FROM samples WHERE batch < 3`,
    [],
    { near: 'sort-on-disk' },
  ],
  'queue of the undone': [
    `SELECT count(*), max(payload) FROM queue`,
    ['scattered-rows'],
    {
      cure: {
        first: ['CREATE TABLE q AS SELECT * FROM queue', 'ANALYZE q'],
        sql: 'SELECT count(*), max(payload) FROM q',
        gain: 1.5,
      },
      also: [14],
    },
  ],
  'visits in full': [`SELECT count(page), max(ms) FROM visits`, [], { near: 'scattered-rows' }],
  'notes in full': [`SELECT max(body) FROM notes`, [], { near: 'scattered-rows' }],
  'visits of what is logged, in loops': [
    `SELECT count(v.page) FROM log l JOIN visits v ON v.session_id = l.source WHERE l.at > '2024-06-01'`,
    ['loop-run-more-than-planned', 'value-beyond-histogram'],
    {
      may: ['possible-index-only-scan', 'row-misestimate', 'stale-statistics'],
      settings: { max_parallel_workers_per_gather: '0', enable_mergejoin: 'off', enable_hashjoin: 'off' },
    },
  ],
  'devices with few readings, in loops': [
    `SELECT count(r.value) FROM devices d JOIN readings_3 r ON r.device_id = d.id WHERE d.id < 20`,
    [],
    { near: 'loop-run-more-than-planned' },
  ],
  'rows of a function': [
    `SELECT count(*) FROM generate_series(1, 20000) g JOIN devices d ON d.id = g`,
    ['row-misestimate'],
    {},
  ],
  'words of a list': [
    `SELECT count(*) FROM unnest(string_to_array(repeat('1,', 20000) || '1', ',')) w JOIN devices d ON d.id::text = w`,
    [],
    { near: 'row-misestimate', may: ['join-key-types'] },
  ],
  'hashed side thought small': [
    `SELECT count(*) FROM samples s JOIN log l ON l.id = s.id WHERE l.at > '2024-06-01' OR (l.level = 'info' AND l.message > '')`,
    [],
    { near: 'bigger-side-hashed', may: ['stale-statistics', 'row-misestimate'] },
  ],
  'hash of clicks that came late': [
    `SELECT count(*) FROM visits v JOIN clicks c ON c.visit_id = v.session_id WHERE c.bucket = 9 AND v.ms = 77 AND v.id < 240000`,
    ['bigger-side-hashed'],
    {
      may: [
        'stale-statistics',
        'row-misestimate',
        'value-beyond-histogram',
        'full-scan-for-few-rows',
        'loop-run-more-than-planned',
      ],
      settings: { enable_nestloop: 'off', enable_mergejoin: 'off', max_parallel_workers_per_gather: '0' },
    },
  ],
  'counted, not run': [`SELECT count(*) FROM visits`, ['count-of-everything'], { plain: true }],
  'counted with a condition': [
    `SELECT count(*) FROM visits WHERE ms < 1000`,
    [],
    { near: 'count-of-everything' },
  ],
  'table that was never analysed, not run': [
    `SELECT * FROM fresh WHERE owner = 5`,
    ['stale-statistics'],
    { plain: true },
  ],
  'cold readings': [
    `SELECT sum(length(message)) FROM log`,
    [],
    { near: 'cold-read', may: ['stale-statistics'] },
  ],
  'sites by model': [`SELECT model, count(*) FROM devices GROUP BY model`, [], { near: 'excessive-result' }],
  'every visit': [`SELECT * FROM visits`, ['excessive-result'], {}],
});
