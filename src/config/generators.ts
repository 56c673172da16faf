/** Reads the map `generators` of the configuration. */
import { textOf, type Node } from './yaml.ts';

/** SQL over `n`, the row's number from 1, by `schema.table.column`; throws `config.invalid`. */
export function readGenerators(node: Node): Readonly<Record<string, string>> {
  if (node.kind !== 'map')
    return node.refuse(
      '`generators` must be a map from `schema.table.column` to SQL.',
      `For example \`public.orders.code: "'C-' || n"\`.`,
    );
  return Object.fromEntries(
    node.entries.map(({ key, at, value }) => {
      if (key.split('.').length < 3) at.refuse(`\`${key.slice(0, 60)}\` is not \`schema.table.column\`.`);
      return [key, value ? textOf(value, key) : at.refuse(`\`${key.slice(0, 60)}\` has no SQL.`)];
    }),
  );
}
