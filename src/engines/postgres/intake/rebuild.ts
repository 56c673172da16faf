import { SqlError } from '../../../base/error.ts';
import type { Catalog } from '../../../catalog/model.ts';
import type { ScriptOptions, ScriptResult } from '../../../engine/model.ts';
import { connect } from '../connect.ts';
import { changedKinds, ddl } from './ddl.ts';

/** SQLSTATEs that say the object came with another one: a key of a partition with its parent's, a merged constraint. */
const alreadyThere = new Set(['42710', '42P07', '42P16', '42P06', '42723']);

/**
 * Makes a structure in an empty database. Statements that fail are tried again after the others, as often as that
 * helps, because their order is right only by kind; those that never succeed are told.
 */
export async function rebuild(
  url: string,
  catalog: Catalog,
  options: Omit<ScriptOptions, 'text'>,
): Promise<ScriptResult> {
  const session = await connect(url, {
    application: 'dbd current',
    statementTimeoutMs: options.statementTimeoutMs ?? 60_000,
    settings: { check_function_bodies: 'off', search_path: '', client_min_messages: 'warning' },
  });
  try {
    const leftOut = [...changedKinds(catalog)];
    for (const schema of new Set(catalog.extensions.map((extension) => extension.schema))) {
      if (schema !== 'public' && schema !== 'pg_catalog')
        await session.run(`CREATE SCHEMA IF NOT EXISTS "${schema.replaceAll('"', '""')}"`);
    }
    for (const { name, schema } of catalog.extensions) {
      await options
        .installExtension(name, schema)
        .catch(() => leftOut.push(`the extension ${name}, which the sandbox cannot install`));
    }
    let statements = 0;
    let waiting = ddl(catalog);
    for (;;) {
      const failed: { readonly sql: string; readonly error: SqlError }[] = [];
      for (const sql of waiting) {
        try {
          await session.query(sql);
          statements += 1;
        } catch (error) {
          if (!(error instanceof SqlError)) throw error;
          if (!alreadyThere.has(error.fields.sqlstate)) failed.push({ sql, error });
        }
      }
      if (failed.length === 0 || failed.length === waiting.length) {
        const told = failed.map(({ sql, error }) => `${firstLine(sql)}: ${error.message}`);
        return {
          statements,
          rows: 0,
          leftOut: [...leftOut, ...told].map((what) => `${options.place}: not carried over: ${what}`),
        };
      }
      waiting = failed.map(({ sql }) => sql);
    }
  } finally {
    await session.close();
  }
}

function firstLine(sql: string): string {
  const line = sql.split('\n', 1)[0] ?? '';
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
