import { formatMs } from '../../base/units.ts';
import { percent } from './limits.ts';
import { shortened } from './statement-text.ts';
import type { HealthRule } from './model.ts';

/** A statement that takes most of the time. */
export const dominantStatement: HealthRule = {
  id: 'dominant-statement',
  group: 'server',
  severity: 'info',
  finds: 'A statement that takes most of the time',
  because: 'making it twice as fast saves more than everything else together',
  instead: 'Begin tuning with it.',
  threshold:
    'From half of all counted time and an hour of it on: on a quiet database some statement always leads.',
  needs: ['statements'],
  find: ({ snapshot, limits }) => {
    const { statements, counted } = snapshot.workload;
    const total = counted?.totalMs ?? statements.reduce((sum, one) => sum + one.totalMs, 0);
    return statements
      .filter(({ totalMs, nested }) => !nested && totalMs >= limits.dominantMs && totalMs >= total / 2)
      .map(({ id, totalMs, sql }) => ({
        object: `statement ${id}`,
        message: `${percent(totalMs / total)} of the time, ${formatMs(totalMs)}, went into ${shortened(sql)}.`,
      }));
  },
};
