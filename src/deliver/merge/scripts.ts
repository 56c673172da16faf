/** Migrations of any tool as files of SQL that run as the tool runs them. */
import type { Engine } from '../../engine/model.ts';
import type { Migration, Part } from '../../formats/model.ts';
import { baseName, folderOf } from '../../formats/text/lines.ts';
import { statementsOf } from '../lint/statements.ts';

/** One way of a migration as SQL, or why it cannot be told. */
export type Script = { readonly sql: string } | { readonly because: string };

/** The SQL of a migration's way there or back, in the transactions of its tool. */
export function scriptOf(engine: Engine, migration: Migration, way: 'up' | 'down'): Script {
  const { file, unread, aloneOutside } = migration;
  if (unread.length > 0) return { because: `${file} holds what only its tool can read: ${unread[0]!.what}` };
  const parts = migration[way];
  const read = parts.map((part) => ({ part, ...statementsOf(engine.grammar, part.sql) }));
  if (read.some(({ commands }) => commands > 0))
    return { because: `${file} holds commands of psql, which only psql understands` };
  if (parts.some(({ sql }) => hasPlaceholders(engine, sql)))
    return { because: `${file} holds placeholders, which its tool fills in` };
  const all = read.flatMap(({ statements }) => statements);
  const outside = all.filter((statement) => engine.grammar.outsideTransaction(statement)).length;
  const alone =
    (aloneOutside === 'one statement' && all.length === 1) ||
    (aloneOutside === 'all statements' && all.length > 0 && outside === all.length);
  const inside =
    way === 'down' ? (migration.transactionBack ?? migration.transaction) : migration.transaction;
  const texts = read.map(({ part, statements }) =>
    // What a tool sends in one piece is one transaction of the server.
    !inside && part.whole === true && statements.length > 1 ? wrapped(part.sql) : closed(part),
  );
  const sql = texts.join('\n');
  return { sql: `-- ${file.replaceAll(/\s+/g, ' ')}\n${inside && !alone ? wrapped(sql) : sql}\n` };
}

const wrapped = (sql: string): string => `BEGIN;\n${sql.replace(/;?\s*$/, '')}\n;\nCOMMIT;`;
const closed = ({ sql }: Part): string => `${sql.replace(/;?\s*$/, '')}\n;`;

/** `${schema}` of Flyway and Liquibase, `:name` of psql, where the text is no SQL as it stands. */
function hasPlaceholders(engine: Engine, sql: string): boolean {
  if (!/\$\{[^}\n]{1,100}\}|(?<![:\w]):(?:'\w+'|"\w+"|[A-Za-z_]\w*)/.test(sql)) return false;
  try {
    engine.grammar.split(sql);
    return /\$\{[^}\n]{1,100}\}/.test(sql);
  } catch {
    return true;
  }
}

/** The way back of each migration, from its own file or from one beside it; undefined where one has none. */
export function waysBack(
  migrations: readonly Migration[],
  all: readonly Migration[],
): readonly Migration[] | undefined {
  const back = migrations.map((one) =>
    one.down.length > 0
      ? one
      : all.find(
          ({ id, file, up, down }) =>
            up.length === 0 && down.length > 0 && id === one.id && folderOf(file) === folderOf(one.file),
        ),
  );
  return back.every((one) => one !== undefined) ? back.toReversed() : undefined;
}

/** A name for a file that sorts as its number does. */
export function fileName(number: number, file: string): string {
  const name = baseName(file)
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/\.\w+$/, '')
    .slice(-80);
  return `${String(number).padStart(5, '0')}-${name}.sql`;
}
