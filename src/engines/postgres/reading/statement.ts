import { parseSync, type Node } from 'libpg-query';
import type { Refusal } from '../../../engine/model.ts';
import { ready } from '../grammar/parse.ts';

/** Characters of a statement. */
const longest = 200_000;

/** Nodes of the parser's tree that write, lock or leave something behind; they may stand in a CTE or below a SELECT. */
const refusedNodes: ReadonlyMap<string, string> = new Map([
  ['InsertStmt', 'It writes: INSERT.'],
  ['UpdateStmt', 'It writes: UPDATE.'],
  ['DeleteStmt', 'It writes: DELETE.'],
  ['MergeStmt', 'It writes: MERGE.'],
  ['IntoClause', 'It makes a table: SELECT … INTO.'],
  ['LockingClause', 'It locks rows: FOR UPDATE, FOR SHARE.'],
  ['CurrentOfExpr', 'It speaks of a cursor.'],
  ['intoClause', 'It makes a table: SELECT … INTO.'],
  ['lockingClause', 'It locks rows: FOR UPDATE, FOR SHARE.'],
]);

/** Why a text never reaches the server: it is not exactly one SELECT, VALUES, TABLE or WITH … SELECT as PostgreSQL's own parser reads it. */
export async function refusedText(sql: string): Promise<Refusal | undefined> {
  if (sql.length > longest) return refuse(`It has ${sql.length} characters; ${longest} are read.`);
  if (sql.includes('\0') || /\p{Surrogate}/u.test(sql))
    return refuse('It holds characters that cannot stand in a statement.');
  await ready();
  let statements;
  try {
    statements = parseSync(sql).stmts ?? [];
  } catch (error) {
    return refuse(`It does not parse: ${error instanceof Error ? error.message : 'it is not SQL'}.`);
  }
  if (statements.length !== 1) return refuse(`It holds ${statements.length} statements; one is read.`);
  const tree = statements[0]!.stmt;
  const [kind] = Object.keys(tree ?? {});
  if (!tree || kind !== 'SelectStmt')
    return refuse(`It is no SELECT, VALUES, TABLE or WITH … SELECT but ${kind ?? 'nothing'}.`);
  return refusedInside(tree);
}

const refuse = (because: string): Refusal => ({ what: 'the statement', because });

/** Looks at every value below, whatever holds it. */
function refusedInside(tree: Node): Refusal | undefined {
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      const because = refusedNodes.get(key);
      if (because !== undefined) return refuse(because);
      if (/^[A-Z]\w*Stmt$/.test(key) && key !== 'SelectStmt')
        return refuse(`It holds a statement of another kind: ${key}.`);
      open.push(inner);
    }
  }
  return undefined;
}
