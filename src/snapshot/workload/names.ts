/** Names by which reports call counted statements, and a file of named queries may call them too. */
import { hash } from '../../base/hash.ts';
import type { CapturedStatement, Engine } from '../../engine/model.ts';

/** The name that a comment gives (`/* name: orders_of_customer *\/`), else what the statement does to which table; where that repeats, four digits of the text tell them apart in every snapshot alike. */
export function namesOf({ grammar }: Engine, statements: readonly CapturedStatement[]): readonly string[] {
  const bases = statements.map(({ sql }) => commented(sql) ?? described(grammar, sql));
  const times = new Map<string, number>();
  for (const base of bases) times.set(base, (times.get(base) ?? 0) + 1);
  const taken = new Set<string>();
  return bases.map((base, at) => {
    let name = times.get(base) === 1 ? base : `${base}_${hash(statements[at]!.sql).slice(0, 4)}`;
    for (let n = 2; taken.has(name); n++) name = `${base}_${hash(statements[at]!.sql).slice(0, 4)}_${n}`;
    taken.add(name);
    return name;
  });
}

function commented(sql: string): string | undefined {
  return /(?:--|\/\*)\s*name:\s*([\p{L}_][\p{L}\p{N}_.-]{0,62})/u.exec(sql)?.[1];
}

/** `read_orders`; what no name may hold becomes `_`. */
function described(grammar: Engine['grammar'], sql: string): string {
  let words: string;
  try {
    const { kind, tables } = grammar.shape(sql);
    words = [
      kind === 'other' ? 'run' : kind,
      ...[...new Set(tables.map(({ table }) => table))].slice(0, 2),
    ].join('_');
  } catch {
    words = sql.trim().split(/\s+/).slice(0, 3).join('_').slice(0, 60);
  }
  return words.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '_').replace(/^(?![\p{L}_])/u, '_');
}
