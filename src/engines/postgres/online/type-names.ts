import { fitBytes } from '../../../base/text.ts';
import type { Column } from '../../../catalog/model.ts';
import { quote } from '../quote.ts';
import type { Place } from './place.ts';

/** What is called how until the switch. */
export interface Names {
  readonly column: string;
  readonly trigger: string;
  /** Name until the switch of an index or constraint of the old column. */
  readonly of: (name: string) => string;
}

/** Names that nothing of the table or its schema has. */
export function namesFor({ table, context }: Place, column: Column, word: 'new' | 'old'): Names {
  const taken = new Set([
    ...table.columns.map(({ name }) => name),
    ...context.before.tables.flatMap(({ indexes, constraints, name }) => [
      name,
      ...indexes.map((index) => index.name),
      ...constraints.map((constraint) => constraint.name),
    ]),
    ...context.before.sequences.map(({ name }) => name),
    ...context.before.routines.map(({ name }) => name),
  ]);
  const free = (base: string): string => {
    for (let n = 1; ; n++) {
      const name = fitBytes(n === 1 ? base : `${base}_${n}`, quote.maxBytes);
      if (!taken.has(name)) return name;
    }
  };
  // Triggers fire in the order of their names: this one sees what the others made of the row.
  const before =
    table.triggers
      .map(({ name }) => name)
      .toSorted()
      .at(-1) ?? '';
  let trigger = free(`zz_${table.name}_${column.name}_${word}`);
  while (trigger < before) trigger = free(`~${trigger}`);
  return {
    column: free(`${column.name}_${word}_type`),
    trigger,
    of: (name) => free(`${name}_${word}_type`),
  };
}

/** The trigger's function, for SQL. */
export function functionName({ table }: Place, { trigger }: Names): string {
  return quote.name({ schema: table.schema, name: trigger });
}
