/** Two branches' changes on one database, in both orders. */
import { SqlError } from '../base/error.ts';
import { step } from '../base/event.ts';
import { differences } from '../catalog/difference.ts';
import type { Catalog, Difference } from '../catalog/model.ts';
import type { SandboxDatabase } from '../sandbox/model.ts';
import type { Subject } from './doing.ts';
import type { RehearsalOptions, StatementRun } from './model.ts';
import { watchedOnce } from './subjects.ts';

/** One branch. */
export interface Branch {
  readonly name: string;
  readonly subject: Subject;
}

/** One order of the two, or one branch alone. */
export interface MergedRun {
  readonly order: readonly string[];
  readonly statements: readonly StatementRun[];
  readonly after?: Catalog;
  /** The branch that failed, and what the server said. */
  readonly failed?: { readonly branch: string; readonly error: SqlError };
}

/** Something both branches lay hand on, or that one needs of the other. */
export interface MergeConflict {
  readonly kind: 'same object' | 'same name' | 'dependence';
  readonly object: string;
  readonly says: string;
}

export interface Merge {
  readonly alone: readonly MergedRun[];
  readonly together: readonly MergedRun[];
  /** Between the results of both orders; empty is equal, undefined where one did not end. */
  readonly differences?: readonly Difference[];
  readonly conflicts: readonly MergeConflict[];
}

/** Runs each branch alone, then both orders, each on a copy of the twin of its own. */
export async function rehearseMerge(
  options: RehearsalOptions,
  branches: readonly [Branch, Branch],
): Promise<Merge> {
  const [a, b] = branches;
  const before = await within(options, async (database) => inspect(options, database));
  const run = (order: readonly Branch[]): Promise<MergedRun> =>
    step(options.emit, order.map(({ name }) => name).join(', then '), () =>
      within(options, (database) => inOrder(options, database, order)),
    );
  const alone = [await run([a]), await run([b])];
  const together = [await run([a, b]), await run([b, a])];
  const [first, second] = together.map(({ after }) => after);
  return {
    alone,
    together,
    ...(first && second ? { differences: differences(first, second) } : {}),
    conflicts: conflictsOf(before, branches, alone, together),
  };
}

async function inOrder(
  options: RehearsalOptions,
  database: SandboxDatabase,
  order: readonly Branch[],
): Promise<MergedRun> {
  const statements: StatementRun[] = [];
  const names = order.map(({ name }) => name);
  for (const branch of order) {
    try {
      const runs = await watchedOnce(options, branch.subject, options.sandbox, database);
      statements.push(...runs.map((run) => ({ ...run, origin: `${branch.name}: ${run.origin ?? ''}` })));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return { order: names, statements, failed: { branch: branch.name, error } };
    }
  }
  return { order: names, statements, after: await inspect(options, database) };
}

/** What both change of today's objects, what both make, and which branch fails without the other. */
function conflictsOf(
  before: Catalog,
  branches: readonly [Branch, Branch],
  alone: readonly MergedRun[],
  together: readonly MergedRun[],
): readonly MergeConflict[] {
  const [a, b] = branches.map(({ name }) => name) as [string, string];
  const changed = alone.map(({ after }) => (after ? differences(before, after) : []));
  const found: MergeConflict[] = [];
  for (const { path, before: then, after } of changed[0] ?? []) {
    const other = changed[1]?.find((one) => one.path === path);
    if (!other) continue;
    const made = then === undefined;
    const equal = after === other.after;
    found.push({
      kind: made ? 'same name' : 'same object',
      object: path,
      says: made
        ? `both make it${equal ? ', alike' : ', each in its own way'}`
        : `both change it${equal ? ', alike' : ': '}${equal ? '' : `${a} to ${shown(after)}, ${b} to ${shown(other.after)}`}`,
    });
  }
  for (const [i, name] of [a, b].entries()) {
    const other = [b, a][i]!;
    const after = together.find(({ order }) => order[0] === other);
    const failedAlone = alone[i]!.failed;
    if (failedAlone && after && after.failed?.branch !== name)
      found.push({
        kind: 'dependence',
        object: name,
        says: `it runs only after ${other}: ${failedAlone.error.message}`,
      });
    if (!failedAlone && after?.failed?.branch === name && !alone[1 - i]!.failed)
      found.push({
        kind: 'dependence',
        object: name,
        says: `it does not run after ${other}: ${after.failed.error.message}`,
      });
  }
  return found;
}

function shown(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

async function inspect({ engine }: RehearsalOptions, database: SandboxDatabase): Promise<Catalog> {
  const session = await engine.connect(database.ownerUrl, { application: 'dbd witness' });
  return engine.inspect(session).finally(() => session.close());
}

async function within<T>(
  { sandbox, base }: RehearsalOptions,
  work: (database: SandboxDatabase) => Promise<T>,
): Promise<T> {
  const database = await sandbox.createDatabase({ from: base });
  try {
    return await work(database);
  } finally {
    await sandbox.dropDatabase(database);
  }
}
