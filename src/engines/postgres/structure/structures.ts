import { SqlError } from '../../../base/error.ts';
import type { Structures } from '../../../engine/structure/model.ts';
import { connect } from '../connect.ts';
import { ddl } from '../intake/ddl.ts';

/** SQLSTATEs that say the object came with another one. */
const alreadyThere = new Set(['42710', '42P07', '42P16', '42P06', '42723']);

/** Structures of PostgreSQL. */
export const structures: Structures = {
  async restore(target, { catalog, part }) {
    if (part === 'finish') return { statements: 0, leftOut: [] };
    const leftOut: { path: string; why: string }[] = [];
    const session = await connect(target.ownerUrl, {
      application: 'dbd twin',
      statementTimeoutMs: 60_000,
      settings: { check_function_bodies: 'off', search_path: '', client_min_messages: 'warning' },
    });
    try {
      for (const { name, schema } of catalog.extensions)
        await target
          .installExtension(name, schema)
          .catch((error: unknown) =>
            leftOut.push({ path: `extension ${name}`, why: (error as Error).message }),
          );
      let statements = 0;
      let waiting = ddl(catalog);
      for (;;) {
        const failed: { readonly sql: string; readonly error: SqlError }[] = [];
        for (const sql of waiting) {
          target.signal.throwIfAborted();
          try {
            await session.query(sql);
            statements += 1;
          } catch (error) {
            if (!(error instanceof SqlError)) throw error;
            if (!alreadyThere.has(error.fields.sqlstate)) failed.push({ sql, error });
          }
        }
        if (failed.length === 0 || failed.length === waiting.length) {
          for (const { sql, error } of failed) leftOut.push({ path: sql.slice(0, 100), why: error.message });
          return { statements, leftOut };
        }
        waiting = failed.map(({ sql }) => sql);
      }
    } finally {
      await session.close();
    }
  },
};
