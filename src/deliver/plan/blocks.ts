/** Both sides, the steps with their locks, and the files. */
import { printName } from '../../catalog/identity.ts';
import { changeFiles } from '../../change/files.ts';
import type { Step } from '../../change/model.ts';
import type { StatementFacts } from '../../engine/model.ts';
import { column, fact } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import type { PlanOutcome } from './model.ts';

/** The blocks of a plan's report. */
export function blocksOf(outcome: PlanOutcome): readonly Block[] {
  const { way, sides, apart } = outcome;
  return [
    {
      id: 'sides',
      title: 'From and to',
      kind: 'facts',
      facts: [
        fact('from', sides.from.source, 'measured'),
        fact('to', sides.to.source, 'measured'),
        fact('facts that differ', String(apart.length), 'measured'),
      ],
    },
    ...(way
      ? [
          {
            id: 'steps',
            title: 'Steps',
            kind: 'table' as const,
            columns: ['', 'phase', 'statement', 'lock', 'for', 'way back'].map((title) =>
              column(title, title === 'statement' ? 'code' : undefined),
            ),
            rows: way.change.phases.flatMap(({ name, steps }) => steps.map((step) => rowOf(name, step))),
            note: 'Locks are looked up in a table of measured statements; `dbd rehearse` measures them on a twin.',
          },
          {
            id: 'files',
            title: 'SQL',
            kind: 'sql' as const,
            files: changeFiles(way.change).map(({ path, sql }) => ({ path, sql })),
          },
        ]
      : []),
  ];
}

function rowOf(phase: string, step: Step): readonly Cell[] {
  return [
    step.id,
    phase,
    brief(step.sql),
    lockOf(step.facts),
    durationOf(step.facts),
    step.undo === null
      ? { text: 'none', tone: 'bad' }
      : step.undo === undefined
        ? 'unknown'
        : step.undo === ''
          ? 'with the others'
          : 'own',
  ];
}

function lockOf(facts: StatementFacts | undefined): string {
  if (facts === undefined || facts.known.length === 0) return 'not known';
  return facts.locks.length === 0
    ? 'none'
    : facts.locks.map(({ relation, mode }) => `${mode} on ${printName(relation)}`).join(', ');
}

function durationOf(facts: StatementFacts | undefined): Cell {
  if (facts === undefined || facts.known.length === 0) return 'not known';
  return facts.lasts === 'size of the table' && facts.blocks !== 'nobody' && facts.blocks !== 'schema changes'
    ? { text: `as long as the table is large: ${facts.blocks} wait`, tone: 'bad' }
    : facts.lasts === 'moment'
      ? 'a moment'
      : `${facts.lasts}; ${facts.blocks === 'nobody' ? 'nobody waits' : `${facts.blocks} wait`}`;
}

/** The statement in one line; what a block clears away before it says less. */
function brief(sql: string): string {
  const line = sql
    .replace(/^DO \$(\w*)\$[\s\S]*?\$\1\$;\s*(?=\S)/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}
