import { printName } from '../../../catalog/identity.ts';
import type { Catalog } from '../../../catalog/model.ts';
import type { RebuildOptions, ScriptResult } from '../../../engine/model.ts';
import { connect } from '../connect.ts';
import { quote } from '../quote.ts';
import { adminSession, make } from '../structure/make.ts';
import { markStates } from '../structure/marks.ts';
import { planOf } from '../structure/plan.ts';

/** Milliseconds of one statement, unless told otherwise. */
const usualLimitMs = 60_000;

/** Makes a structure in an empty database as an unprivileged role; what does not succeed is told. */
export async function rebuild(url: string, catalog: Catalog, options: RebuildOptions): Promise<ScriptResult> {
  const missing = await installExtensions(url, catalog, options);
  const { statements, leftOut, otherwise } = await make(planOf(withoutForeign(catalog), []), undefined, {
    url,
    catalog,
    limitMs: options.statementTimeoutMs ?? usualLimitMs,
    signal: new AbortController().signal,
  });
  if (options.adminUrl !== undefined) {
    const session = await connect(options.adminUrl, adminSession);
    await markStates(session, catalog).finally(() => session.close());
  }
  const told = [
    ...catalog.tables
      .filter(({ kind }) => kind === 'foreign')
      .map((table) => `the foreign table ${printName(table)} is an ordinary, empty one here`),
    ...missing.map((name) => `the extension ${name}, which the sandbox cannot install`),
    ...[...leftOut, ...otherwise].map(({ path, why }) => `${path}: ${why}`),
  ];
  return { statements, rows: 0, leftOut: told.map((what) => `${options.place}: not carried over: ${what}`) };
}

async function installExtensions(
  url: string,
  { extensions }: Catalog,
  { installExtension }: RebuildOptions,
): Promise<readonly string[]> {
  const schemas = new Set(
    extensions.map(({ schema }) => schema).filter((schema) => !/^(?:public$|pg_)/.test(schema)),
  );
  if (schemas.size > 0) {
    const session = await connect(url, { application: 'dbd structure' });
    try {
      for (const schema of schemas)
        await session.query(`CREATE SCHEMA IF NOT EXISTS ${quote.identifier(schema)}`);
    } finally {
      await session.close();
    }
  }
  const missing: string[] = [];
  for (const { name, schema } of extensions)
    await installExtension(name, schema).catch(() => missing.push(name));
  return missing;
}

/** Servers of others are not reached from here. */
function withoutForeign(catalog: Catalog): Catalog {
  return {
    ...catalog,
    tables: catalog.tables.map(({ foreign, ...table }) =>
      foreign === undefined
        ? table
        : {
            ...table,
            kind: 'table',
            columns: table.columns.map(({ options: _options, ...column }) => column),
          },
    ),
  };
}
