import { loadModule, parseSync, type Node, type ParseResult } from 'libpg-query';
import { SqlError } from '../../../base/error.ts';
import type { Statement } from '../../../engine/model.ts';

/** Loads PostgreSQL's own parser (WebAssembly); the other functions of this folder need it. */
export async function ready(): Promise<void> {
  await loadModule();
}

/** Splits a text into its statements with their trees; throws `SqlError` with code `sql.syntax` and the position. */
export function split(sql: string): readonly Statement[] {
  const bytes = Buffer.from(sql, 'utf8');
  let byte = 0;
  let char = 0;
  const toChar = (target: number): number => {
    char += bytes.toString('utf8', byte, target).length;
    byte = target;
    return char;
  };
  const statements: Statement[] = [];
  let from = 0;
  for (const { stmt, stmt_location: location = 0, stmt_len: length } of parse(sql).stmts ?? []) {
    if (!stmt) continue;
    const to = length ? toChar(location + length) : sql.length;
    const raw = sql.slice(from, to);
    // The parser leaves out comments in front; a person's reasons stand there.
    const text = raw.replace(/^[\s;]+/, '');
    const [kind] = Object.keys(stmt);
    statements.push({
      sql: text.replace(/[\s;]+$/, ''),
      offset: from + raw.length - text.length,
      kind: kind!,
      tree: stmt,
    });
    from = to + 1;
  }
  return statements;
}

/** The parse tree of a text; positions in it are UTF-8 bytes. `original` maps the position of an error back to what the person wrote. */
export function parse(
  sql: string,
  original: { readonly sql: string; toOriginal(at: number): number } = { sql, toOriginal: (at) => at },
): ParseResult {
  if (sql.trim() === '') return { stmts: [] };
  try {
    return parseSync(sql);
  } catch (cause) {
    const at = cursor(cause);
    const position = at === undefined ? undefined : original.toOriginal(at) + 1;
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new SqlError(
      'sql.syntax',
      `The SQL text does not parse: ${said}.`,
      original.sql,
      { sqlstate: '42601', ...(position ? { position } : {}) },
      { cause },
    );
  }
}

function cursor(cause: unknown): number | undefined {
  if (typeof cause !== 'object' || cause === null || !('sqlDetails' in cause)) return undefined;
  const details = cause.sqlDetails as { cursorPosition?: number } | undefined;
  return details?.cursorPosition !== undefined && details.cursorPosition >= 0
    ? details.cursorPosition
    : undefined;
}

/** The parse tree of a statement that {@link split} returned. */
export function treeOf(statement: Statement): Node {
  return statement.tree as Node;
}
