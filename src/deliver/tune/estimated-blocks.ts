/** The advice as the planner estimates it, where nothing was built. */
import { formatBytes } from '../../base/units.ts';
import { printName } from '../../catalog/identity.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import type { Tuned } from './model.ts';

/** Rows of a table of the report; `--json` has all. */
const told = 25;

/** Indexes, drops and queries. */
export function estimatedBlocks({ choice }: Tuned): readonly Block[] {
  const queries = choice.queries.filter(({ before, after }) => before !== after);
  return [
    ...(choice.create.length === 0
      ? []
      : [
          {
            id: 'indexes',
            title: 'Indexes to create, estimated',
            kind: 'table' as const,
            columns: [
              column('index', 'code'),
              column('serves'),
              column('size', 'right'),
              column('writes', 'right'),
            ],
            rows: choice.create.map(({ candidate, bytes, write, gains }): readonly Cell[] => [
              candidate.id,
              gains
                .slice(0, 3)
                .map(({ query }) => query)
                .join(', '),
              formatBytes(bytes),
              `+${(100 * write.share).toFixed(1)} %`,
            ]),
            note: 'Nothing was built: sizes and prices are modelled.',
          },
        ]),
    ...(choice.drop.length === 0
      ? []
      : [
          {
            id: 'drops',
            title: 'Indexes to drop',
            kind: 'table' as const,
            columns: [column('index', 'code'), column('why'), column('evidence'), column('size', 'right')],
            rows: choice.drop.map(({ index, why, evidence, bytes }): readonly Cell[] => [
              printName(index),
              why,
              evidence.join(' '),
              formatBytes(bytes),
            ]),
          },
        ]),
    ...(queries.length === 0
      ? []
      : [
          {
            id: 'queries',
            title: 'Queries, estimated',
            kind: 'table' as const,
            columns: [
              column('query', 'code'),
              column('of the work', 'right'),
              column('cost before', 'right'),
              column('cost after', 'right'),
              column('uses', 'code'),
            ],
            rows: queries
              .slice(0, told)
              .map(({ name, weight, before, after, uses }): readonly Cell[] => [
                name,
                `${(100 * weight).toFixed(1)} %`,
                before.toFixed(1),
                after.toFixed(1),
                uses.join(', '),
              ]),
          },
        ]),
  ];
}
