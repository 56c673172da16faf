import type { Catalog } from '../../../catalog/model.ts';
import type { ConnectOptions, Session } from '../../../engine/session/model.ts';
import { connect } from '../connect.ts';
import { mendTable } from './mend.ts';
import type { Plan } from './plan.ts';
import { runnerOver, type LeftOut, type Runner } from './runner.ts';
import { ownedSequences } from './tables.ts';

export interface MakeOptions {
  /** The unprivileged owner's. */
  readonly url: string;
  readonly catalog: Catalog;
  readonly signal: AbortSignal;
  /** Milliseconds of one statement. */
  readonly limitMs: number;
  /** Paths of what is there already. */
  readonly there?: ReadonlySet<string>;
}

export interface Made {
  readonly statements: number;
  readonly leftOut: readonly LeftOut[];
  readonly otherwise: readonly LeftOut[];
}

/** Sessions that make indexes of different tables at once; a server builds one index with one of its processes. */
const sessionsAtOnce = 2;

/** A superuser's session, in which nothing of the database's own is found without its schema. */
export const adminSession: ConnectOptions = {
  application: 'dbd structure',
  settings: { search_path: 'pg_catalog', client_min_messages: 'warning' },
};

/** Runs a plan as the unprivileged owner: bare tables with what they are built from, the rest, or everything. */
export async function make(
  plan: Plan,
  part: 'tables' | 'finish' | undefined,
  options: MakeOptions,
): Promise<Made> {
  const { url, limitMs } = options;
  const sessions: Session[] = [];
  try {
    for (let count = 0; count < sessionsAtOnce; count += 1)
      sessions.push(
        await connect(url, {
          application: 'dbd structure',
          statementTimeoutMs: limitMs,
          settings: {
            check_function_bodies: 'off',
            search_path: '',
            client_min_messages: 'warning',
            jit: 'off',
          },
        }),
      );
    const runner = runnerOver(sessions, options);
    if (part !== 'finish') await makeTables(plan, runner, sessions[0]!, options);
    if (part === 'tables') {
      await runner.retry();
      // What tables are built from may itself wait for what follows them.
      const early = new Set(plan.base.map(({ path }) => path));
      return made(
        runner,
        runner.waiting.filter(({ path }) => !early.has(path)),
      );
    }
    if (part === 'finish') await runner.run(missing(plan, options.there ?? new Set()));
    await finish(plan, runner);
    return made(runner, await runner.settle());
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

function made({ statements, lost, otherwise }: Runner, gone: readonly LeftOut[]): Made {
  return { statements, leftOut: [...lost, ...gone], otherwise };
}

async function makeTables(
  plan: Plan,
  runner: Runner,
  session: Session,
  { catalog }: MakeOptions,
): Promise<void> {
  const sequences = ownedSequences(catalog);
  await runner.run(plan.base);
  await runner.runInOrder(plan.tables, (making) => mendTable(session, making, sequences));
  await runner.run(plan.joins);
}

async function finish(plan: Plan, runner: Runner): Promise<void> {
  await runner.runBeside(plan.keys);
  await runner.run(plan.links);
  await runner.run(plan.views);
  await runner.run(plan.rest);
}

function missing(plan: Plan, there: ReadonlySet<string>): Plan['base'] {
  return [...plan.base, ...plan.tables, ...plan.joins].filter(({ path, of }) => !there.has(of ?? path));
}
