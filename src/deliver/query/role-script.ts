/** The statements that make a role which reads what is not private. */
import { plural } from '../../base/text.ts';
import type { Engine } from '../../engine/model.ts';
import { report } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { privacyOf, type Privacy } from './private.ts';

export interface RoleScriptCommand {
  readonly engine: Engine;
  /** As the user calls the database. */
  readonly name: string;
  /** Any address that sees the structure. */
  readonly url: string;
  readonly role: string;
  readonly timeMs: number;
  readonly private: readonly string[];
  readonly signal: AbortSignal;
}

/** Prints the script; it is never run. Throws `connect.*`. */
export async function roleScript(command: RoleScriptCommand): Promise<Report> {
  const started = performance.now();
  const { engine, role, timeMs, name } = command;
  const session = await engine.connect(command.url, {
    application: 'dbd query',
    names: 'database',
    readOnly: true,
  });
  const privacy = await privacyOf(engine, session, command.private, command.signal).finally(() =>
    session.close(),
  );
  const { database } = privacy.snapshot.source;
  const tables = readable(privacy);
  const script = engine.reading.readerScript({ role, database, tables, timeMs });
  const columns = tables.reduce((sum, one) => sum + one.columns.length, 0);
  return report({
    command: 'query',
    title: `Reader of ${name}`,
    started,
    verdict: 'proven',
    headline: `${role} would read ${plural(columns, 'column')} of ${plural(tables.length, 'table and view', 'tables and views')}; ${plural(privacy.columns.length, 'private column is', 'private columns are')} left out.`,
    blocks: [{ id: 'script', title: 'Role', kind: 'code', language: 'sql', text: script }],
    limits: [
      'Nothing was run: an administrator reads the script and runs it.',
      ...privacy.unknown.map((one) => `private: this database has no column ${one}.`),
    ],
    output: {
      role,
      script,
      private: privacy.columns.map(({ schema, relation, column, class: kind, why }) => ({
        column: `${schema}.${relation}.${column}`,
        class: kind,
        why,
      })),
    },
  });
}

/** Partitions are read through their table, and foreign tables are another server's. */
function readable({
  snapshot,
  columns,
}: Privacy): Parameters<Engine['reading']['readerScript']>[0]['tables'] {
  const hidden = new Set(columns.map((one) => JSON.stringify([one.schema, one.relation, one.column])));
  const { tables, views } = snapshot.catalog;
  return [...tables.filter((one) => one.kind !== 'foreign' && one.partitionOf === undefined), ...views]
    .map(({ schema, name, columns: all }) => ({
      schema,
      name,
      columns: all
        .map((column) => column.name)
        .filter((column) => !hidden.has(JSON.stringify([schema, name, column]))),
    }))
    .filter((one) => one.columns.length > 0);
}
