import type { PlannerSide } from '../../../engine/planner/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { inChunks } from '../chunks.ts';
import { connect } from '../connect.ts';
import { definitionSettings, inspect } from '../inspect/inspect.ts';
import {
  ADDRESSES,
  DEPENDENCIES,
  keyOfAddress,
  publishedSchemas,
  type AddressRow,
  type DependencyRow,
} from './addresses.ts';
import { keys } from './keys.ts';
import type { Kind, Side } from './model.ts';

/**
 * Reads one side as it would be after some statements, which are taken back at the end; nobody's event trigger runs for them. Throws `SqlError` when a statement fails.
 */
export async function readSide(
  { adminUrl, owner }: PlannerSide,
  kinds: readonly Kind<never>[],
  statements: readonly string[],
  signal: AbortSignal,
): Promise<Side> {
  signal.throwIfAborted();
  const session = await connect(adminUrl, { application: 'dbd planner' });
  const cancel = () => void session.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    await session.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ ${statements.length === 0 ? 'READ ONLY' : 'READ WRITE'}`,
    );
    if (statements.length > 0) await quietly(session, statements);
    for (const [name, value] of Object.entries(definitionSettings))
      await session.query('SELECT pg_catalog.set_config($1, $2, true)', [name, value]);
    const side = await read(session, owner, kinds);
    await session.query('ROLLBACK');
    return side;
  } finally {
    signal.removeEventListener('abort', cancel);
    await session.close();
  }
}

async function quietly(session: Session, statements: readonly string[]): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT pg_catalog.quote_ident(evtname) AS name FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D'`,
  );
  for (const { name } of rows) await session.query(`ALTER EVENT TRIGGER ${name} DISABLE`);
  for (const sql of statements) await session.query(sql);
}

async function read(session: Session, owner: string, kinds: readonly Kind<never>[]): Promise<Side> {
  const version = session.serverVersion;
  const catalog = await inspect(session);
  const more = new Map<string, readonly unknown[]>();
  for (const { kind, query } of kinds) if (query) more.set(kind, (await session.query(query(version))).rows);
  return { catalog, version, owner, more, needs: await needsOf(session) };
}

/** Words of things that are within another one, whose schema is that one's need. */
const parts = new Set(['column', 'default', 'constraint', 'trigger', 'rule', 'policy']);

async function needsOf(session: Session): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const needs = new Map<string, Set<string>>();
  const add = (key: string, need: string): void => {
    if (key === need) return;
    const found = needs.get(key);
    if (found) found.add(need);
    else needs.set(key, new Set([need]));
  };
  const addresses =
    session.serverVersion >= 150_000 ? `${ADDRESSES} UNION ALL ${publishedSchemas}` : ADDRESSES;
  // Keys by class and by number with column; a relation has fewer than 2,048 columns.
  const classes = new Map<number, Map<number, string>>();
  const schemas = new Map<string, string>();
  for await (const rows of inChunks<AddressRow>(session, addresses))
    for (const row of rows) {
      const key = keyOfAddress(row);
      let byNumber = classes.get(row.class);
      if (!byNumber) classes.set(row.class, (byNumber = new Map()));
      const address = row.oid * 2048 + row.column;
      // A member of an extension has an address of its own too, which comes later.
      if (!byNumber.has(address)) byNumber.set(address, key);
      if (row.schema === '' || parts.has(row.word)) continue;
      let schema = schemas.get(row.schema);
      if (schema === undefined) schemas.set(row.schema, (schema = keys.schema(row.schema)));
      add(key, schema);
    }
  const find = (class_: number, oid: number, column: number): string | undefined => {
    const byNumber = classes.get(class_);
    return (column > 0 ? byNumber?.get(oid * 2048 + column) : undefined) ?? byNumber?.get(oid * 2048);
  };
  for await (const edges of inChunks<DependencyRow>(session, DEPENDENCIES))
    for (const edge of edges) {
      const one = find(edge.class, edge.oid, edge.column);
      const other = find(edge.refClass, edge.refOid, edge.refColumn);
      if (one === undefined || other === undefined) continue;
      // A child of another table is one by a thing of its own.
      const kin =
        edge.column === 0 &&
        edge.class === edge.refClass &&
        one.startsWith('table ') &&
        other.startsWith('table ');
      if (kin) {
        const parent = keys.kinship(one, other);
        add(parent, one);
        add(parent, other);
      } else if (!(one.startsWith('sequence ') && other.startsWith('column '))) add(one, other);
    }
  return needs;
}
