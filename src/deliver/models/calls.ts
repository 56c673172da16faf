/** Calls of generated functions with values of the twin, and what plain SQL returns for the same values. */
import { DbdError } from '../../base/error.ts';
import { kindOf } from '../../application/code/typescript.ts';
import type { Call } from '../../application/check/model.ts';
import type { Models, OperationStatement } from '../../application/model.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { NamedQuery } from '../../workload/model.ts';
import { prepareQueries } from '../../workload/prepare.ts';

/** Kinds whose values have one text in every program. */
const comparable = [
  'bigint',
  'integer',
  'text',
  'boolean',
  'uuid',
  'date',
  'enum',
  'instant',
  'json',
  'decimal',
];

/** Calls of the functions that only read; `queries` are the access patterns by claim. `kinds` are compared. */
export async function callsOf(
  options: {
    readonly engine: Engine;
    readonly url: string;
    readonly catalog: Catalog;
    readonly models: Models;
    readonly seed: number;
  },
  queries: ReadonlyMap<string, NamedQuery>,
): Promise<readonly Call[]> {
  const { engine, url, catalog, models, seed } = options;
  const session = await engine.connect(url, {
    application: 'dbd models',
    statementTimeoutMs: 10_000,
    readOnly: true,
  });
  try {
    const calls: Call[] = [];
    for (const { claim, functionName, body } of models.operations) {
      const query = queries.get(claim);
      if (!query || body.kind !== 'statement' || !body.statement.reads) continue;
      const { queries: prepared } = await prepareQueries(engine, session, catalog, [query], {
        seed,
        sets: 1,
      });
      const values = prepared[0]?.values[0];
      if (!values) continue;
      const call = await callOf(session, functionName, body.statement, values).catch((error: unknown) => {
        // A query that is too slow for this check was measured elsewhere.
        if (error instanceof DbdError) return undefined;
        throw error;
      });
      if (call) calls.push(call);
    }
    return calls;
  } finally {
    await session.close();
  }
}

async function callOf(
  session: Session,
  functionName: string,
  statement: OperationStatement,
  values: readonly unknown[],
): Promise<Call> {
  const columns = statement.columns
    .map(({ name, type }) => ({ name, kind: kindOf(type) }))
    .filter(({ kind }) => comparable.includes(kind));
  const { rows } = await session.query(statement.sql, values);
  return {
    functionName,
    columns,
    parameters: statement.parameters.map(({ property, type }, at) => ({
      property,
      kind: kindOf(type),
      text: textOf('text', values[at]),
    })),
    expected: rows.map((row) => columns.map(({ name, kind }) => textOf(kind, row[name]))),
  };
}

function textOf(kind: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (kind === 'json') return JSON.stringify(value);
  if (kind === 'instant')
    return new Date(
      String(value as string)
        .replace(' ', 'T')
        .replace(/([+-]\d\d)$/, '$1:00'),
    ).toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
