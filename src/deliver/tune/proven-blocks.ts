/** What building the advice showed, as tables. */
import { formatBytes, formatCount, formatMs } from '../../base/units.ts';
import { printName } from '../../catalog/identity.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import type { EstimatedQuery } from '../../tune/advice/model.ts';
import type { Proof, ProvenIndex, ProvenQuery, Ratio } from '../../tune/proof/model.ts';
import type { Tuned } from './model.ts';

/** Rows of a table of the report; `--json` has all. */
const told = 25;

/** Indexes, drops, statistics, queries, and what was withheld. */
export function provenBlocks({ choice }: Tuned, proof: Proof): readonly Block[] {
  const queries = proof.queries.filter(({ uses, verdict }) => uses.length > 0 || verdict === 'slower');
  return [
    ...(proof.indexes.length === 0
      ? []
      : [
          {
            id: 'indexes',
            title: 'Indexes to create',
            kind: 'table' as const,
            columns: [
              column('index', 'code'),
              column('serves'),
              column('size', 'right'),
              column('inserts', 'right'),
              column('WAL', 'right'),
              column('HOT'),
              column('build', 'right'),
              column('lock while building'),
            ],
            rows: proof.indexes.map(indexRow),
            note: 'Sizes at production’s rows are carried by rows; ratios of writes are medians of turns with and without the index, each taken back.',
          },
        ]),
    ...(proof.drops.length === 0
      ? []
      : [
          {
            id: 'drops',
            title: 'Indexes to drop',
            kind: 'table' as const,
            columns: [
              column('index', 'code'),
              column('why'),
              column('evidence'),
              column('size here', 'right'),
            ],
            rows: proof.drops.map(({ candidate, bytes }): readonly Cell[] => [
              printName(candidate.index),
              candidate.why,
              candidate.evidence.join(' '),
              formatBytes(bytes),
            ]),
          },
        ]),
    ...(proof.statistics.length === 0
      ? []
      : [
          {
            id: 'statistics',
            title: 'Statistics to create',
            kind: 'table' as const,
            columns: [column('statistics', 'code'), column('worst estimate'), column('plan')],
            rows: proof.statistics.flatMap(({ sql, queries: own }) =>
              own.map(({ query, error, planChanged }): readonly Cell[] => [
                sql,
                `${query}: ${error.before.toFixed(1)}x → ${error.after.toFixed(1)}x off`,
                planChanged ? 'another plan' : 'the same plan',
              ]),
            ),
          },
        ]),
    ...(queries.length === 0
      ? []
      : [
          {
            id: 'queries',
            title: 'Queries, measured',
            kind: 'table' as const,
            columns: [
              column('query', 'code'),
              column('of the work', 'right'),
              column('before', 'right'),
              column('after', 'right'),
              column('ratio', 'right'),
              column('pages', 'right'),
              column('rows'),
              column('verdict'),
            ],
            rows: byWeight(queries, choice.queries)
              .slice(0, told)
              .map((query) => queryRow(query, choice.queries)),
            note: `Medians of at least 7 interleaved runs, 95 % intervals in brackets.${queries.length > told ? ` ${queries.length - told} more queries are in --json.` : ''}`,
          },
        ]),
    ...(proof.withheld.length === 0
      ? []
      : [
          {
            id: 'withheld',
            title: 'Not advised after all',
            kind: 'table' as const,
            columns: [column('what', 'code'), column('why')],
            rows: proof.withheld.map(({ what, because }): readonly Cell[] => [what, because]),
          },
        ]),
  ];
}

function indexRow({
  sql,
  serves,
  bytes,
  bytesThere,
  writes,
  buildMs,
  lock,
  blocks,
}: ProvenIndex): readonly Cell[] {
  const { insert, update } = writes ?? {};
  const wal = insert ?? update;
  return [
    sql,
    serves.slice(0, 3).join(', ') + (serves.length > 3 ? ` +${serves.length - 3}` : ''),
    bytesThere === undefined ? formatBytes(bytes) : `${formatBytes(bytesThere)} (${formatBytes(bytes)} here)`,
    insert ? slower(insert.ratio) : '–',
    wal ? percentMore(wal.walBytes.before, wal.walBytes.after) : '–',
    update && update.basis !== 'assumed' ? `${hot(update.hot.before)} → ${hot(update.hot.after)}` : '–',
    formatMs(buildMs),
    `${lock}; ${blocks === 'nobody' ? 'nobody waits' : `${blocks} wait`}`,
  ];
}

function slower({ value, low, high }: Ratio): string {
  return low <= 1 && high >= 1
    ? `no difference seen (${low.toFixed(2)}–${high.toFixed(2)}x)`
    : `${value.toFixed(2)}x (${low.toFixed(2)}–${high.toFixed(2)})`;
}

function hot(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function percentMore(before: number, after: number): string {
  return before === 0
    ? '–'
    : `${after >= before ? '+' : ''}${Math.round((100 * (after - before)) / before)} %`;
}

function byWeight<T extends { readonly name: string }>(
  queries: readonly T[],
  estimated: readonly EstimatedQuery[],
): readonly T[] {
  const weights = new Map(estimated.map(({ name, weight }) => [name, weight]));
  return queries.toSorted((a, b) => (weights.get(b.name) ?? 0) - (weights.get(a.name) ?? 0));
}

function queryRow(query: ProvenQuery, estimated: readonly EstimatedQuery[]): readonly Cell[] {
  const { name, before, after, ratio, buffers, results, verdict } = query;
  const weight = estimated.find((one) => one.name === name)?.weight;
  const ms = (one: typeof before): string =>
    one ? `${one.atLeast ? '≥ ' : ''}${formatMs(one.ms)} [${formatMs(one.low)}–${formatMs(one.high)}]` : '–';
  return [
    name,
    weight === undefined ? '–' : `${(100 * weight).toFixed(1)} %`,
    ms(before),
    ms(after),
    ratio ? `${ratio.value.toFixed(2)}x` : '–',
    buffers ? `${formatCount(Math.round(buffers.before))} → ${formatCount(Math.round(buffers.after))}` : '–',
    results === 'same' ? 'the same' : { text: results, tone: results === 'differ' ? 'bad' : 'plain' },
    { text: verdict, tone: verdict === 'faster' ? 'good' : verdict === 'slower' ? 'bad' : 'plain' },
  ];
}
