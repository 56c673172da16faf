/** Two plans side by side. */
import { formatCount, formatMs } from '../../base/units.ts';
import type { AlignedNode, PlanNode } from '../../engine/model.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import { titleOf } from './draw.ts';

/** A line per step: how it was, how it is, and what differs in words. */
export function alignedBlock(id: string, title: string, aligned: readonly AlignedNode[]): Block {
  return {
    id,
    title,
    kind: 'table',
    columns: [column(''), column('before', 'code'), column('after', 'code'), column('difference')],
    rows: aligned.map(({ kind, depth, before, after, differences }): readonly Cell[] => [
      { text: sign[kind], tone: kind === 'came' ? 'good' : kind === 'went' ? 'bad' : 'plain' },
      cell(before, depth),
      cell(after, depth),
      kind === 'came' ? 'new step' : kind === 'went' ? 'gone' : differences.join('; '),
    ]),
  };
}

const sign: Readonly<Record<AlignedNode['kind'], string>> = { same: '=', changed: '~', came: '+', went: '-' };

function cell(node: PlanNode | undefined, depth: number): string {
  if (node === undefined) return '';
  const figure =
    node.actual?.ownMs === undefined
      ? `cost ${formatCount(Math.round(node.totalCost))}`
      : formatMs(node.actual.ownMs);
  return `${'· '.repeat(depth)}${titleOf(node)} (${figure})`;
}
