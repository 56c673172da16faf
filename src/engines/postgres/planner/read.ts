import type { PlannerSide } from '../../../engine/planner/model.ts';
import type { Session } from '../../../engine/session/model.ts';
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
  const { rows } = await session.query<AddressRow>(
    version >= 150_000 ? `${ADDRESSES} UNION ALL ${publishedSchemas}` : ADDRESSES,
  );
  const edges = await session.query<DependencyRow>(DEPENDENCIES);
  return { catalog, version, owner, more, needs: needsOf(rows, edges.rows) };
}

/** Words of things that are within another one, whose schema is that one's need. */
const parts = new Set(['column', 'default', 'constraint', 'trigger', 'rule', 'policy']);

function needsOf(
  addresses: readonly AddressRow[],
  edges: readonly DependencyRow[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const byAddress = new Map<string, AddressRow & { readonly key: string }>();
  const needs = new Map<string, Set<string>>();
  const add = (key: string, need: string): void => {
    if (key === need) return;
    const found = needs.get(key);
    if (found) found.add(need);
    else needs.set(key, new Set([need]));
  };
  for (const row of addresses) {
    const key = keyOfAddress(row);
    const address = `${row.class}.${row.oid}.${row.column}`;
    // A member of an extension has an address of its own too, which comes later.
    if (!byAddress.has(address)) byAddress.set(address, { ...row, key });
    if (row.schema !== '' && !parts.has(row.word)) add(key, keys.schema(row.schema));
  }
  const find = (class_: number, oid: number, column: number) =>
    (column > 0 ? byAddress.get(`${class_}.${oid}.${column}`) : undefined) ??
    byAddress.get(`${class_}.${oid}.0`);
  for (const edge of edges) {
    const one = find(edge.class, edge.oid, edge.column);
    const other = find(edge.refClass, edge.refOid, edge.refColumn);
    if (!one || !other) continue;
    // A child of another table is one by a thing of its own.
    const kin =
      one.word === 'table' && other.word === 'table' && edge.column === 0 && edge.class === edge.refClass;
    if (kin) {
      const parent = keys.parent(one, other);
      add(parent, one.key);
      add(parent, other.key);
    } else if (!(one.word === 'sequence' && other.word === 'column')) add(one.key, other.key);
  }
  return needs;
}
