/** Plans of a running server: asked in one read-only transaction, and nothing is run. */
import { fail } from '../../base/error.ts';
import type { Engine, Session } from '../../engine/model.ts';
import { givenSet } from './given.ts';
import type { SeenPlan } from './model.ts';

export interface ServerOptions {
  readonly engine: Engine;
  readonly values: Readonly<Record<string, string>>;
  readonly limitMs: number;
}

export interface ServerPlans {
  /** For people; never with a password. */
  readonly from: string;
  readonly plans: readonly SeenPlan[];
  readonly limits: readonly string[];
}

/** Asks the server; throws `connect.*`, `sql.*`. */
export async function serverPlans(
  { engine, values, limitMs }: ServerOptions,
  url: string,
  { sql, names }: { readonly sql: string; readonly names: readonly string[] },
): Promise<ServerPlans> {
  refuse(engine, sql);
  const session = await engine.connect(url, {
    application: 'dbd explain',
    readOnly: true,
    statementTimeoutMs: limitMs,
    lockTimeoutMs: 1000,
    names: 'database',
  });
  try {
    await session.query('BEGIN TRANSACTION READ ONLY');
    try {
      const { rows } = await session.query<{ name: string }>('SELECT current_database() AS name');
      const plans = await plansOf(engine, session, { sql, names, values });
      const said = names.length > 0 && plans[0]?.kind === 'generic';
      return {
        from: rows[0]!.name,
        plans,
        limits: [
          'The server only planned the statement: what it estimates is not what happens.',
          ...(said ? ['No values were given (--value), so this is the plan for all values.'] : []),
        ],
      };
    } finally {
      await session.query('ROLLBACK').catch(() => undefined);
    }
  } finally {
    await session.close();
  }
}

/** What has no plan is refused before it is sent. */
function refuse({ grammar }: Engine, sql: string): void {
  const statement = grammar.split(sql)[0]!;
  const plannable =
    /^(SelectStmt|InsertStmt|UpdateStmt|DeleteStmt|MergeStmt|DeclareCursorStmt|CreateTableAsStmt|ExecuteStmt)$/;
  if (!plannable.test(statement.kind))
    fail('usage.wrong-option', 'Only statements that read or write rows have a plan.', {
      hint: 'Give a SELECT, INSERT, UPDATE, DELETE or MERGE.',
    });
}

async function plansOf(
  { plans }: Engine,
  session: Session,
  asked: {
    readonly sql: string;
    readonly names: readonly string[];
    readonly values: Readonly<Record<string, string>>;
  },
): Promise<readonly SeenPlan[]> {
  const { sql, names, values } = asked;
  const given = givenSet(names, values) ?? (names.length === 0 ? [] : undefined);
  if (given !== undefined)
    return [
      { kind: 'given', values: given, plan: await plans.explain(session, sql, given, { analyze: false }) },
    ];
  return [
    {
      kind: 'generic',
      values: [],
      plan: await plans.explain(session, sql, [], { analyze: false, generic: true }),
    },
  ];
}
