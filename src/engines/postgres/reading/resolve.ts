import type { Session } from '../../../engine/model.ts';
import { UnreadTree, isList, isNode, type TreeNode } from './tree/model.ts';
import { readTree } from './tree/read.ts';
import { unwrap } from './tree/unwrap.ts';

/** Bytes of a tree that are still read. */
const largestTree = 16 * 1024 * 1024;

/**
 * Lets the server analyse and rewrite a statement, without planning or running it, and takes the tree that it logs: views and policies are
 * expanded there, and each function, operator, type and relation stands as its object id. Throws {@link UnreadTree}, and `SqlError` where the server refuses.
 * The server writes the tree into its own log too.
 */
export async function rewritten(session: Session, sql: string, utf8: boolean): Promise<TreeNode> {
  const said = await session.analyse(sql);
  const trees = said.filter(({ message }) => message === 'rewritten parse tree:');
  if (trees.length !== 1) throw new UnreadTree('the server did not show what it made of it');
  const { detail } = trees[0]!;
  if (detail.length > largestTree) throw new UnreadTree('it is too large');
  const list = readTree(unwrap(detail, utf8));
  const [query] = isList(list) ? list : [];
  if (!isList(list) || list.length !== 1 || !isNode(query) || query.kind !== 'QUERY')
    throw new UnreadTree('it became more than one statement');
  return query;
}
