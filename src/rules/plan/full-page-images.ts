import type { PlanRule } from './model.ts';
import { formatBytes } from '../../base/units.ts';
import { count, percent } from './reading/words.ts';

/** Bytes of log below which nothing is worth a word. */
const little = 1024 * 1024;
const page = 8192;

/** A write whose log is mostly whole pages: half of the bytes, a megabyte at least. */
export const fullPageImages: PlanRule = {
  id: 'full-page-images',
  group: 'writes',
  severity: 'warning',
  finds: 'Whole pages that are written to the log with few rows each',
  because:
    'the first change of a page after a checkpoint logs all of it, and random keys touch a new page with each row',
  instead:
    'Let checkpoints come less often (max_wal_size), compress them (wal_compression), and have fewer indexes on random keys.',
  needs: ['ANALYZE', 'WAL'],
  check: ({ plan }) => {
    const { root } = plan;
    const wal = root.actual?.wal;
    if (!wal || wal.bytes < little || wal.fullPageImages * page < wal.bytes * 0.5) return [];
    const rows = root.children.reduce((sum, { actual }) => sum + (actual?.totalRows ?? 0), 0);
    if (rows === 0) return [];
    return [
      {
        node: root,
        message: `${formatBytes(wal.bytes)} of log are written for ${count(rows)} rows, ${count(wal.fullPageImages)} of them whole pages (${percent(Math.min(1, (wal.fullPageImages * page) / wal.bytes))} of the bytes).`,
        evidence: { 'bytes of log': wal.bytes, 'whole pages': wal.fullPageImages, rows },
        fix: { kind: 'setting', name: 'max_wal_size', value: '8GB', scope: 'server' },
      },
    ];
  },
};
