/** What statements outside transactions leave behind when nobody saw their end. */
import type { Node } from 'libpg-query';
import type { Aftermath, Session, Statement } from '../../../engine/model.ts';
import { treeOf } from '../grammar/parse.ts';
import { nameFrom, nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';

const repeatable = (found: string): Aftermath => ({ state: 'repeatable', found, mend: [] });

/** Judges by the state of the object alone; what is being built by somebody else is left to them. */
export async function aftermath(session: Session, statement: Statement): Promise<Aftermath> {
  const tree = treeOf(statement);
  if ('IndexStmt' in tree) return indexBuilt(session, tree.IndexStmt);
  if ('DropStmt' in tree && tree.DropStmt.removeType === 'OBJECT_INDEX')
    return indexDropped(session, tree.DropStmt.objects ?? []);
  if ('ReindexStmt' in tree) return reindexed(session, tree.ReindexStmt);
  if ('AlterTableStmt' in tree) return detached(session, tree.AlterTableStmt);
  if ('VacuumStmt' in tree || 'RefreshMatViewStmt' in tree || 'ClusterStmt' in tree)
    return repeatable('It may be run again.');
  if ('DoStmt' in tree) return repeatable('A block that commits on its way goes over its rows again.');
  if ('UpdateStmt' in tree || 'DeleteStmt' in tree || 'InsertStmt' in tree)
    return repeatable('It takes batch after batch until none is left.');
  return {
    state: 'unknown',
    found: 'Nobody can tell from outside whether this statement came to its end.',
    mend: [],
  };
}

type Fields<K extends string> = Node extends infer N ? (N extends Record<K, infer F> ? F : never) : never;

interface IndexFound extends Record<string, unknown> {
  readonly schema: string;
  readonly name: string;
  readonly valid: boolean;
  readonly on: string;
  /** Process that builds on its table now. */
  readonly builder: number | null;
}

const INDEX = `
  SELECT n.nspname AS schema, c.relname AS name, i.indisvalid AND i.indisready AND i.indislive AS valid, i.indrelid::regclass::text AS on,
    (SELECT l.pid FROM pg_catalog.pg_locks l WHERE l.locktype = 'relation' AND l.relation = i.indrelid AND l.granted
       AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
       AND l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_backend_pid() LIMIT 1) AS builder
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

/** The index of this name in the schema of its table. */
async function indexBuilt(session: Session, { idxname, relation }: Fields<'IndexStmt'>): Promise<Aftermath> {
  const table = nameOf(relation);
  const on = table.schema === '' ? quote.identifier(table.name) : quote.full(table);
  if (!idxname) {
    const { rows } = await session.query<IndexFound>(
      `${INDEX} WHERE i.indrelid = to_regclass($1) AND NOT i.indisvalid`,
      [on],
    );
    return rows.length === 0
      ? { state: 'unknown', found: `The index on ${on} has no name by which it could be found.`, mend: [] }
      : broken(rows);
  }
  const { rows } = await session.query<IndexFound>(
    `${INDEX} WHERE i.indrelid = to_regclass($1) AND c.relname = $2::name`,
    [on, idxname],
  );
  const [found] = rows;
  if (!found) return { state: 'not done', found: `There is no index ${idxname} on ${on}.`, mend: [] };
  if (found.valid)
    return { state: 'done', found: `The index ${idxname} on ${on} is there and valid.`, mend: [] };
  return broken(rows);
}

function broken(rows: readonly IndexFound[]): Aftermath {
  const builder = rows.find((row) => row.builder !== null)?.builder;
  const names = rows.map(({ name }) => name).join(', ');
  if (builder !== undefined && builder !== null)
    return {
      state: 'under way',
      found: `Process ${builder} is building on ${rows[0]!.on}; ${names} is not valid yet.`,
      mend: [],
    };
  return {
    state: 'half',
    found: `A build that was cut off has left ${names} on ${rows[0]!.on}, which is not valid.`,
    mend: rows.map((row) => `DROP INDEX CONCURRENTLY IF EXISTS ${quote.full(row)}`),
  };
}

async function indexDropped(session: Session, objects: readonly Node[]): Promise<Aftermath> {
  const names = objects.map((object) => {
    const name = nameFrom('List' in object ? (object.List.items ?? []) : [object]);
    return name.schema === '' ? quote.identifier(name.name) : quote.full(name);
  });
  const { rows } = await session.query<{ left: number }>(
    'SELECT count(to_regclass(n))::int AS left FROM unnest($1::text[]) n',
    [`{${names.map((name) => `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`],
  );
  return rows[0]!.left === 0
    ? { state: 'done', found: `${names.join(', ')} is gone.`, mend: [] }
    : { state: 'not done', found: `${names.join(', ')} is still there.`, mend: [] };
}

/** A rebuild that was cut off leaves its copies, whose names end in a mark of the server (manual, REINDEX). */
async function reindexed(session: Session, { relation }: Fields<'ReindexStmt'>): Promise<Aftermath> {
  const table = nameOf(relation);
  if (table.name === '') return repeatable('It may be run again.');
  const on = table.schema === '' ? quote.identifier(table.name) : quote.full(table);
  const { rows } = await session.query<IndexFound>(
    `${INDEX} WHERE (i.indrelid = to_regclass($1) OR i.indrelid = (SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass($1)))
       AND NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'`,
    [on],
  );
  return rows.length === 0 ? repeatable('It may be run again.') : broken(rows);
}

/** A detachment is finished by a statement of its own when its second half was cut off. */
async function detached(session: Session, { relation, cmds }: Fields<'AlterTableStmt'>): Promise<Aftermath> {
  const command = cmds?.map((node) => ('AlterTableCmd' in node ? node.AlterTableCmd.def : undefined))[0];
  const child =
    command && 'PartitionCmd' in command ? nameOf(command.PartitionCmd.name) : { schema: '', name: '' };
  if (child.name === '')
    return { state: 'unknown', found: 'Nobody can tell whether this statement came to its end.', mend: [] };
  const written = (name: { schema: string; name: string }): string =>
    name.schema === '' ? quote.identifier(name.name) : quote.full(name);
  const [parent, partition] = [written(nameOf(relation)), written(child)];
  const { rows } = await session.query<{ pending: boolean }>(
    `SELECT coalesce((to_jsonb(i) ->> 'inhdetachpending')::boolean, false) AS pending
     FROM pg_catalog.pg_inherits i WHERE i.inhparent = to_regclass($1) AND i.inhrelid = to_regclass($2)`,
    [parent, partition],
  );
  const [found] = rows;
  if (!found) return { state: 'done', found: `${partition} is no partition of ${parent}.`, mend: [] };
  return found.pending
    ? {
        state: 'half',
        found: `${partition} is half detached from ${parent}.`,
        mend: [`ALTER TABLE ${parent} DETACH PARTITION ${partition} FINALIZE`],
      }
    : { state: 'not done', found: `${partition} is still a partition of ${parent}.`, mend: [] };
}
