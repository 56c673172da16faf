import type { Node } from 'libpg-query';
import { SqlError } from '../../../base/error.ts';
import type { Session } from '../../../engine/model.ts';
import { grammar } from '../grammar.ts';
import { words } from '../grammar/tree.ts';
import { walk } from '../grammar/tree.ts';

const volatileQuery = `
  SELECT DISTINCT p.proname AS name FROM pg_catalog.pg_proc p WHERE p.proname = ANY ($1) AND p.provolatile = 'v' ORDER BY 1`;

/** Nodes that a question may not hold. */
const writing = /^(?:InsertStmt|UpdateStmt|DeleteStmt|MergeStmt|IntoClause|LockingClause)$/;

/** Functions that only look; the catalog calls them volatile all the same. */
const looking: ReadonlySet<string> = new Set([
  'clock_timestamp',
  'random',
  'gen_random_uuid',
  'satisfies_hash_partition',
]);

/** Why a question is not put to a shared server. */
export async function refusal(session: Session, sql: string): Promise<string | undefined> {
  let tree: Node;
  try {
    const statements = grammar.split(sql);
    if (statements.length !== 1 || statements[0]!.kind !== 'SelectStmt') return 'it is no single query';
    tree = statements[0]!.tree as Node;
  } catch (error) {
    if (error instanceof SqlError) return `it is no SQL: ${error.message}`;
    throw error;
  }
  const functions = new Set<string>();
  let writes = false;
  walk([tree], (kind, node) => {
    if (writing.test(kind)) writes = true;
    if (kind === 'FuncCall') functions.add(words(node['funcname'] as readonly Node[]).at(-1) ?? '');
  });
  if (writes) return 'it writes or locks rows';
  const names = [...functions].filter((name) => !looking.has(name));
  if (names.length === 0) return undefined;
  const { rows } = await session.query<{ name: string }>(volatileQuery, [names]);
  return rows.length === 0
    ? undefined
    : `it calls ${rows.map(({ name }) => name).join(', ')}, which may do more than read`;
}
