/** Reads the list `private` of the configuration. */
import { textOf, type Node } from './yaml.ts';

/** Columns, each `table.column` or `schema.table.column`; throws `config.invalid`. */
export function readPrivate(node: Node): readonly string[] {
  if (node.kind !== 'list')
    return node.refuse('`private` must be a list of columns.', 'For example `[customers.shoe_size]`.');
  return node.items.map((item) => {
    const text = textOf(item, 'private');
    return /[^.]\.[^.]/.test(text) ? text : item.refuse(`\`${text.slice(0, 60)}\` is not \`table.column\`.`);
  });
}
