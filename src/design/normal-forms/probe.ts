import type { Dependency } from '../../task/model.ts';

/** A table as SQL text: its quoted name, and the quoted columns of a field or relation. */
export interface ProbedTable {
  readonly name: string;
  readonly columns: (name: string) => readonly string[];
  /** All columns that hold facts, without a key that was made up. */
  readonly facts: readonly string[];
}

/** A query that returns a row where the rows contradict a declared dependency. */
export function probeOf(dependency: Dependency, table: ProbedTable): string {
  const all = (names: readonly string[]): readonly string[] => [
    ...new Set(names.flatMap((name) => table.columns(name))),
  ];
  const row = (columns: readonly string[]): string => `ROW(${columns.join(', ')})::text`;
  if (dependency.kind === 'join') {
    const [first, ...others] = dependency.parts.map(
      (part) => `(SELECT DISTINCT ${all(part).join(', ')} FROM ${table.name})`,
    );
    const list = table.facts.join(', ');
    const joins = others.map((part, i) => `  NATURAL JOIN ${part} AS part${i + 2}`).join('\n');
    return `SELECT ${list}\nFROM ${first} AS part1\n${joins}\nEXCEPT\nSELECT ${list} FROM ${table.name}\nLIMIT 1`;
  }
  const on = all(dependency.on);
  const sets = all(dependency.sets).filter((column) => !on.includes(column));
  if (dependency.kind === 'functional')
    return `SELECT ${on.join(', ')}\nFROM ${table.name}\nGROUP BY ${on.join(', ')}\nHAVING count(DISTINCT ${row(sets)}) > 1\nLIMIT 1`;
  const rest = table.facts.filter((column) => !on.includes(column) && !sets.includes(column));
  return `SELECT ${on.join(', ')}\nFROM ${table.name}\nGROUP BY ${on.join(', ')}\nHAVING count(DISTINCT ${row([...sets, ...rest])}) <> count(DISTINCT ${row(sets)}) * count(DISTINCT ${row(rest)})\nLIMIT 1`;
}
