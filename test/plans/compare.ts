/** One statement in all three formats, and what the trees that were read have in common. */
import { isDeepStrictEqual } from 'node:util';
import type { ActualNode, Plan, PlanNode, Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Statement } from './statements.ts';

export type Format = 'JSON' | 'YAML' | 'TEXT';

/** Text of EXPLAIN in a transaction that is taken back. */
export async function explain(
  session: Session,
  statement: Statement,
  options: string,
  format: Format,
): Promise<string> {
  await session.query('BEGIN');
  try {
    for (const [name, value] of Object.entries(statement.settings ?? {}))
      await session.query(`SET LOCAL ${name} = '${value}'`);
    const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
      `EXPLAIN (${options}${options === '' ? '' : ', '}FORMAT ${format}) ${statement.sql}`,
    );
    return rows
      .map(({ 'QUERY PLAN': line }) => (typeof line === 'string' ? line : JSON.stringify(line, undefined, 2)))
      .join('\n');
  } finally {
    await session.query('ROLLBACK');
  }
}

/** Where two trees that were read differ, by path and field; figures that change from run to run count as there or not there. */
export function differences(one: Plan, other: Plan, writes = false): readonly string[] {
  const found: string[] = [];
  const whole = (plan: Plan): Record<string, unknown> => ({
    analyzed: plan.analyzed,
    cut: plan.cut,
    unknown: plan.unknown,
    planning: plan.planningMs !== undefined,
    execution: plan.executionMs !== undefined,
    triggers: plan.triggers.map(({ name, constraint, relation, calls }) => ({
      name,
      constraint,
      relation,
      calls,
    })),
    jit: plan.jit?.functions,
    settings: plan.settings,
    paths: plan.nodes.map(({ path }) => path),
  });
  compare('plan', whole(one), whole(other), found);
  for (const [i, node] of one.nodes.entries()) {
    const same = other.nodes[i];
    if (same !== undefined)
      compare(`${node.path} ${node.type}`, steady(node, writes), steady(same, writes), found);
  }
  return found;
}

function steady(
  { children: _children, fields: _fields, actual, ...node }: PlanNode,
  writes: boolean,
): Record<string, unknown> {
  return {
    ...node,
    ...(writes ? { startupCost: 0, totalCost: 0, planRows: 0 } : {}),
    ...(actual === undefined ? {} : { actual: steadyActual(actual, writes) }),
  };
}

function steadyActual(
  { totalMs, ownMs, buffers, wal, hash, aggregate, ...actual }: ActualNode,
  writes: boolean,
): unknown {
  return {
    ...actual,
    timed: [totalMs !== undefined, ownMs !== undefined],
    pages: buffers === undefined || writes ? 0 : buffers.hit + buffers.read,
    temp: buffers === undefined ? [0, 0] : [buffers.tempRead, buffers.tempWritten],
    wal: writes ? undefined : wal,
    hash: hash?.batches,
    aggregate: aggregate?.batches,
  };
}

function compare(
  where: string,
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
  found: string[],
): void {
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [a, b] = [one[key], other[key]];
    if (isPlain(a) && isPlain(b)) compare(`${where}.${key}`, a, b, found);
    else if (!isDeepStrictEqual(a, b))
      found.push(`${where}.${key}: ${JSON.stringify(a)} ≠ ${JSON.stringify(b)}`);
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Differences of YAML and text against JSON, of every statement the server knows, with the options given. */
export async function compareFormats(
  session: Session,
  statements: readonly Statement[],
  options: string,
): Promise<{ readonly compared: number; readonly different: readonly string[] }> {
  const major = Math.floor(session.serverVersion / 10_000);
  const different: string[] = [];
  let compared = 0;
  for (const statement of statements) {
    if (major < (statement.from ?? 0)) continue;
    const read = async (format: Format): Promise<Plan> =>
      postgres.plans.read(await explain(session, statement, options, format))[0]!;
    // Hint bits and dead index entries are settled by the first run.
    if (options.includes('ANALYZE')) await explain(session, statement, options, 'TEXT');
    const json = await read('JSON');
    for (const format of ['YAML', 'TEXT'] as const) {
      compared += 1;
      const other = await read(format);
      different.push(
        ...differences(json, other, statement.writes)
          .filter((line) => format !== 'TEXT' || !known(line))
          .map((line) => `${major} ${statement.name} ${format}: ${line}`),
      );
    }
  }
  return { compared, different };
}

/** What the text form does not tell: whether a name alone is the function's or its alias. */
function known(line: string): boolean {
  return /Function Scan\.source: undefined ≠ /.test(line);
}
