/** Names by which reports call counted statements. */
import type { CapturedStatement, Engine } from '../engine/model.ts';

/** The name that a comment gives (`-- name: orders_of_customer`), else what the statement does to which table, with a number where that repeats. */
export function namesOf({ grammar }: Engine, statements: readonly CapturedStatement[]): readonly string[] {
  const taken = new Map<string, number>();
  return statements.map(({ sql }) => {
    const base = commented(sql) ?? described(grammar, sql);
    const times = (taken.get(base) ?? 0) + 1;
    taken.set(base, times);
    return times === 1 ? base : `${base} (${times})`;
  });
}

function commented(sql: string): string | undefined {
  return /(?:--|\/\*)\s*name:\s*([\p{L}_][\p{L}\p{N}_.-]{0,62})/u.exec(sql)?.[1];
}

const verbs = {
  read: 'read',
  insert: 'insert into',
  update: 'update',
  delete: 'delete from',
  other: 'run',
} as const;

function described(grammar: Engine['grammar'], sql: string): string {
  try {
    const { kind, tables } = grammar.shape(sql);
    const [first, ...more] = [...new Set(tables.map(({ table }) => table))];
    return first === undefined
      ? verbs[kind]
      : `${verbs[kind]} ${first}${more.length > 0 ? ` and ${more.length} more` : ''}`;
  } catch {
    return sql.trim().split(/\s+/).slice(0, 3).join(' ').slice(0, 60);
  }
}
