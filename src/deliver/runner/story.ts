/** What the stories of the runner share: options, and the table of what ran. */
import type { Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { formatMs } from '../../base/units.ts';
import type { Engine } from '../../engine/model.ts';
import { column } from '../../report/build.ts';
import type { Block, Next } from '../../report/model.ts';
import type { Target } from '../../runner/model.ts';
import type { Ran } from '../../runner/options.ts';

/** Every story of the runner is given this. */
export interface StoryOptions {
  readonly engine: Engine;
  readonly target: Target;
  /** Folder of changes, and how it was given. */
  readonly changes: string;
  readonly shown: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly waitMs: number;
}

/** How the target is called in sentences. */
export function called({ name, shown }: Target): string {
  return name ?? `database ${decodeURIComponent(/\/([^/?]*)(?:\?|$)/.exec(shown)?.[1] ?? shown)}`;
}

/** A following call on the same target and folder. */
export function call({ target, shown }: Pick<StoryOptions, 'target' | 'shown'>, verb: string): string {
  const where = target.name === undefined ? '--database "$DATABASE_URL"' : `--target ${target.name}`;
  return `dbd ${verb} ${where}${shown === 'changes' || target.name !== undefined ? '' : ` --changes ${shown}`}`;
}

/** Every statement that ran, with its time and tries. */
export function ranBlock(ran: readonly Ran[]): readonly Block[] {
  const rows = ran.flatMap(({ change, steps }) =>
    steps.map(({ phase, step, sql, ms, attempts, rows: count }) => [
      change,
      `${phase} ${step}`,
      sql.replaceAll(/\s+/g, ' ').slice(0, 90),
      formatMs(ms),
      attempts,
      count === undefined ? '' : count,
    ]),
  );
  if (rows.length === 0) return [];
  return [
    {
      id: 'ran',
      title: 'What ran',
      kind: 'table',
      columns: [
        column('change'),
        column('step'),
        column('statement', 'code'),
        column('took', 'right'),
        column('tries', 'right'),
        column('rows', 'right'),
      ],
      rows,
    },
  ];
}

/** Next call and why, where something waits. */
export function waiting(ran: readonly Ran[], options: StoryOptions): readonly Next[] {
  return ran.flatMap(({ change, waits }) =>
    waits === undefined ? [] : [{ command: call(options, 'migrate'), why: `${change}: ${waits}` }],
  );
}

/** `3 statements of 2 changes`. */
export function amount(ran: readonly Ran[]): string {
  const statements = ran.reduce((sum, { steps }) => sum + steps.length, 0);
  const changes = ran.filter(({ steps }) => steps.length > 0).length;
  return `${plural(statements, 'statement')} of ${plural(changes, 'change')}`;
}
