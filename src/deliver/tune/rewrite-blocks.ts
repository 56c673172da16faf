/** Statements said otherwise, as tables and SQL. */
import { formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import type { Tuned } from './model.ts';

/** Those that are offered with their text, and what became of the others. */
export function rewriteBlocks({ rewrites, loops, habits }: Tuned): readonly Block[] {
  const offered = rewrites.filter(({ verdict }) => verdict === 'offered');
  const others = rewrites.filter(({ verdict }) => verdict !== 'offered');
  return [
    ...loopBlocks(loops),
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
    ...habitBlocks(habits),
  ];
}

function loopBlocks(loops: Tuned['loops']): readonly Block[] {
  if (loops.length === 0) return [];
  const offered = loops.filter(({ verdict }) => verdict === 'offered');
  return [
    {
      id: 'loops',
      title: 'Calls per row of another statement',
      kind: 'table',
      columns: [
        column('statement', 'code'),
        column('per call of', 'code'),
        column('calls', 'right'),
        column('verdict'),
        column('why'),
      ],
      rows: loops.map(({ child, parent, callsPerParent, verdict, because }): readonly Cell[] => [
        child,
        parent,
        callsPerParent.toFixed(1),
        { text: verdict, tone: verdict === 'offered' ? 'good' : 'plain' },
        because,
      ]),
    },
    ...(offered.length === 0
      ? []
      : [
          {
            id: 'loops-at-once',
            title: 'The same for all rows at once',
            kind: 'sql' as const,
            files: offered.map(({ child, sql }) => ({ path: `${child}.sql`, sql })),
          },
        ]),
  ];
}

/** Habits told one by one. */
const toldHabits = 15;

function habitBlocks(habits: Tuned['habits']): readonly Block[] {
  const grave = habits.filter(({ severity }) => severity !== 'info');
  if (grave.length === 0) return [];
  return [
    {
      id: 'habits',
      title: 'Habits of the statements',
      kind: 'table',
      columns: [
        column('query', 'code'),
        column('rule'),
        column('seen in'),
        column('what'),
        column('instead'),
      ],
      rows: grave
        .slice(0, toldHabits)
        .map(({ query, rule, confidence, message, instead }): readonly Cell[] => [
          query,
          rule,
          confidence === 'catalog' ? 'text and structure' : confidence,
          message,
          instead,
        ]),
      ...(grave.length > toldHabits ? { note: `${grave.length - toldHabits} more are in --json.` } : {}),
    },
  ];
}
