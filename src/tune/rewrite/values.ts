/** Values for the parameters of a statement in a small database. */
import type { Engine, ParameterPlace } from '../../engine/model.ts';
import type { ValueSet } from '../advice/model.ts';
import type { WorldTable } from './model.ts';

/** Calls that find rows, and some with values that were given. */
const givenShare = 0.5;
const nullShare = 0.04;

/** One value for each parameter: of the rows that are there, or of the sets that were given. */
export function worldValues(
  sql: string,
  places: readonly ParameterPlace[],
  sets: readonly ValueSet[],
  world: readonly WorldTable[],
  next: () => number,
): readonly unknown[] {
  const set = sets[Math.floor(next() * sets.length)];
  return places.map((place, at) => {
    const given = set?.values[at];
    if (place.kind === 'limit') return String(1 + Math.floor(next() * 4));
    if (place.kind === 'offset') return String(Math.floor(next() * 3));
    if (next() < nullShare) return null;
    if (given !== undefined && next() < givenShare) return given;
    const found = place.kind === 'column' ? valueOf(place, world, next) : undefined;
    if (found === undefined) return given ?? '1';
    if (Array.isArray(given) || new RegExp(String.raw`\ba(?:ny|ll)\s*\(\s*\$${at + 1}\b`, 'i').test(sql))
      return [found, valueOf(place, world, next) ?? found];
    return place.operator === 'like' ? `${found.slice(0, 2)}%` : found;
  });
}

function valueOf(
  { tables = [], column }: ParameterPlace,
  world: readonly WorldTable[],
  next: () => number,
): string | undefined {
  for (const written of tables) {
    const table = world.find(
      ({ table: { schema, name } }) => name === written || `${schema}.${name}` === written,
    );
    const at = typeof column === 'string' ? (table?.columns.indexOf(column) ?? -1) : -1;
    // A rewrite may name infinity as what it does not hold for: it is given where a set of values has it.
    const known =
      at < 0 ? [] : table!.rows.flatMap((row) => row[at] ?? []).filter((text) => !/^-?infinity$/.test(text));
    if (known.length > 0) return known[Math.floor(next() * known.length)];
  }
  return undefined;
}

/** Constants that a statement compares columns with, by `table.column`. */
export function wantedOf(sql: string, engine: Engine): ReadonlyMap<string, readonly string[]> {
  const wanted = new Map<string, string[]>();
  const { tables, predicates } = engine.grammar.shape(sql);
  for (const { alias, column, constant } of predicates) {
    if (constant === undefined) continue;
    for (const { table, alias: own } of tables)
      if (alias === '' || own === alias) {
        const key = `${table.split('.').at(-1)!}.${column}`;
        wanted.set(key, [...(wanted.get(key) ?? []), constant.replaceAll('%', '')]);
      }
  }
  return wanted;
}
