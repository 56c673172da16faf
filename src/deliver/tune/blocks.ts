/** Tables of a tuning report. */
import { formatBytes, formatCount } from '../../base/units.ts';
import { changeFiles } from '../../change/files.ts';
import { column, fact } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import { estimatedBlocks } from './estimated-blocks.ts';
import type { Tuned } from './model.ts';
import { settingBlocks } from './setting-blocks.ts';
import { rewriteBlocks } from './rewrite-blocks.ts';
import { storageBlocks } from '../health/health.ts';
import { provenBlocks } from './proven-blocks.ts';

/** Rows of a table of the report; `--json` has all. */
const told = 25;

/** The blocks of the report, advice first. */
export function blocksOf(tuned: Tuned): readonly Block[] {
  const { proof, way } = tuned;
  return [
    workBlock(tuned),
    ...(proof ? provenBlocks(tuned, proof) : estimatedBlocks(tuned)),
    boundBlock(tuned),
    ...frontierBlock(tuned),
    ...rewriteBlocks(tuned),
    ...settingBlocks(tuned),
    ...storageBlocks(tuned.storage),
    ...beyondBlocks(tuned),
    ...(way && !way.failed
      ? [
          {
            id: 'files',
            title: 'The change',
            kind: 'sql' as const,
            files: changeFiles(way.change).map(({ path, sql }) => ({ path, sql })),
          },
        ]
      : []),
    ...unsupportedBlock(tuned),
  ];
}

function workBlock({ work }: Tuned): Block {
  return {
    id: 'workload',
    title: 'Workload',
    kind: 'facts',
    facts: [
      fact(
        'from',
        work.source,
        work.queries.every(({ callsBasis }) => callsBasis === 'measured') ? 'measured' : 'assumed',
      ),
      fact('queries', `${work.queries.length}, ${work.unsupported.length} more cannot be used`, 'measured'),
      fact(
        'values of calls',
        `${work.queries.filter(({ basis }) => basis === 'known').length} real or none needed, ${work.queries.filter(({ basis }) => basis === 'drawn').length} drawn from statistics, ${work.queries.filter(({ basis }) => basis === 'generic').length} none`,
        'derived',
      ),
    ],
  };
}

function boundBlock({ choice: { bound, leftOut } }: Tuned): Block {
  return {
    id: 'bound',
    title: 'How good the choice is',
    kind: 'facts',
    facts: [
      fact('by estimated cost', bound.says, 'derived'),
      fact('plans priced', formatCount(bound.calls), 'measured'),
      ...(leftOut.length === 0 ? [] : [fact('candidates left out', formatCount(leftOut.length), 'measured')]),
    ],
  };
}

function frontierBlock({ choice: { frontier, bound } }: Tuned): readonly Block[] {
  if (frontier.length < 2) return [];
  return [
    {
      id: 'frontier',
      title: 'What a byte buys',
      kind: 'table',
      columns: [
        column('bytes for indexes', 'right'),
        column('estimated cost', 'right'),
        column('indexes', 'right'),
      ],
      rows: frontier.map(({ bytes, cost, indexes }): readonly Cell[] => [
        formatBytes(bytes),
        `${((100 * cost) / Math.max(1e-9, bound.before)).toFixed(1)} %`,
        indexes.length,
      ]),
      note: 'Cost of the whole workload, 100 % without new indexes.',
    },
  ];
}

function beyondBlocks({ beyond }: Tuned): readonly Block[] {
  const against = beyond.filter((one) => !one.advised);
  const advised = beyond.filter((one) => one.advised);
  return [...advised, ...against].map((one, at) => ({
    id: `beyond-${at + 1}`,
    title: one.says,
    kind: 'facts' as const,
    facts: [
      ...one.figures,
      fact(one.tried.done ? 'tried' : 'not tried', one.tried.says, one.tried.done ? 'measured' : 'assumed'),
      ...one.mind.map((text) => fact('mind', text, 'derived')),
    ],
  }));
}

function unsupportedBlock({ work: { unsupported } }: Tuned): readonly Block[] {
  if (unsupported.length === 0) return [];
  return [
    {
      id: 'unsupported',
      title: 'Statements that were not looked at',
      kind: 'table',
      columns: [column('statement', 'code'), column('calls', 'right'), column('why')],
      rows: unsupported
        .slice(0, told)
        .map(({ name, sql, calls, reason }): readonly Cell[] => [
          `${name}: ${sql.replaceAll(/\s+/g, ' ').slice(0, 80)}`,
          formatCount(calls),
          reason,
        ]),
      ...(unsupported.length > told ? { note: `${unsupported.length - told} more are in --json.` } : {}),
    },
  ];
}
