/** Statements said otherwise, as tables and SQL. */
import { formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import type { Tuned } from './model.ts';

/** Those that are offered with their text, and what became of the others. */
export function rewriteBlocks({ rewrites }: Tuned): readonly Block[] {
  const offered = rewrites.filter(({ verdict }) => verdict === 'offered');
  const others = rewrites.filter(({ verdict }) => verdict !== 'offered');
  return [
    ...(offered.length === 0
      ? []
      : [
          {
            id: 'rewrites',
            title: 'Statements to say otherwise',
            kind: 'table' as const,
            columns: [
              column('query', 'code'),
              column('rewrite'),
              column('before', 'right'),
              column('after', 'right'),
              column('the same rows on'),
              column('provided that'),
            ],
            rows: offered.map(({ query, rewrite, before, after, worlds, compared }): readonly Cell[] => [
              query,
              rewrite.rule,
              before ? formatMs(before.ms) : '–',
              after ? formatMs(after.ms) : '–',
              `${plural(worlds.tried, 'made-up database')}, ${plural(compared, 'call')} here`,
              [...rewrite.provided, ...(rewrite.contract === undefined ? [] : [rewrite.contract])].join(
                '; ',
              ) || '–',
            ]),
          },
          {
            id: 'rewritten',
            title: 'Their new texts',
            kind: 'sql' as const,
            files: offered.map(({ query, sql }) => ({ path: `${query}.sql`, sql })),
          },
        ]),
    ...(others.length === 0
      ? []
      : [
          {
            id: 'rewrites-not-offered',
            title: 'Rewrites that are not offered',
            kind: 'table' as const,
            columns: [column('query', 'code'), column('rewrite'), column('verdict'), column('why')],
            rows: others.map(({ query, rewrite, verdict, because }): readonly Cell[] => [
              query,
              rewrite.rule,
              { text: verdict, tone: verdict === 'refuted' ? 'bad' : 'plain' },
              because,
            ]),
          },
        ]),
  ];
}
