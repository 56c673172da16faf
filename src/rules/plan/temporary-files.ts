import type { PlanRule } from './model.ts';
import { formatBytes } from '../../base/units.ts';
import { memoryFor } from './reading/memory.ts';
import { count } from './reading/words.ts';

/** Temporary pages that no step accounts for by itself; a megabyte. */
const manyPages = 128;

/** Temporary files of a step that does not tell of them, as CTEs and materialised sides before 18. */
export const temporaryFiles: PlanRule = {
  id: 'temporary-files',
  group: 'work',
  severity: 'warning',
  finds: 'Temporary files that no step owns up to',
  because: 'rows that are kept between steps did not fit work_mem',
  instead: 'Give the statement more work_mem, or let less be kept.',
  needs: ['ANALYZE', 'BUFFERS'],
  check: ({ plan }) => {
    const told = plan.nodes.some(
      ({ actual }) =>
        actual?.sort?.kind === 'Disk' ||
        actual?.storage?.kind === 'Disk' ||
        (actual?.hash?.batches ?? 1) > 1 ||
        (actual?.aggregate?.diskKilobytes ?? 0) > 0,
    );
    const pages = plan.root.actual?.buffers?.tempWritten ?? 0;
    if (told || pages < manyPages) return [];
    // The deepest step that wrote is where the rows were kept.
    const node = plan.nodes
      .filter(({ actual }) => (actual?.buffers?.tempWritten ?? 0) >= pages / 2)
      .toSorted((a, b) => b.path.split('.').length - a.path.split('.').length)[0]!;
    return [
      {
        node,
        message: `${count(pages)} temporary pages (${formatBytes(pages * 8192)}) are written below ${node.type}.`,
        evidence: { 'temporary pages': pages },
        ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.ownMs ?? 0 }),
        fix: memoryFor(pages * 8192 * 1.5),
      },
    ];
  },
};
