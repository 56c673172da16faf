import { formatCount, formatMs } from '../../base/units.ts';
import { shortened } from './statement-text.ts';
import type { HealthRule } from './model.ts';

/** Statements that are told. */
const most = 10;

/** A statement that is called often and is slow. */
export const slowStatement: HealthRule = {
  id: 'slow-statement',
  group: 'server',
  severity: 'info',
  finds: 'A statement that is called often and is slow',
  because: 'somebody waits for each of its calls',
  instead: 'Read its plan with `dbd explain`, and let `dbd tune` try indexes.',
  threshold:
    'From 50 calls of 50 ms on average on: an application makes several of them for one page. The ten that take the most time.',
  needs: ['statements'],
  find: ({ snapshot }) =>
    snapshot.workload.statements
      .filter(({ calls, meanMs, nested }) => calls >= 50 && meanMs >= 50 && !nested)
      .toSorted((a, b) => b.totalMs - a.totalMs)
      .slice(0, most)
      .map(({ id, calls, meanMs, totalMs, sql }) => ({
        object: `statement ${id}`,
        message: `${formatCount(calls)} calls took ${formatMs(meanMs)} on average, ${formatMs(totalMs)} in all: ${shortened(sql)}.`,
      })),
};
