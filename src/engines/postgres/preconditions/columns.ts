import { walk, words } from '../grammar/tree.ts';

/** Columns that a part of a tree names. */
export function columnsOf(tree: unknown): readonly string[] {
  const found = new Set<string>();
  walk([tree], (kind, node) => {
    if (kind === 'ColumnRef') {
      const name = words(node['fields'] as Parameters<typeof words>[0]).at(-1);
      if (name !== undefined) found.add(name);
    }
    if (kind === 'IndexElem' && typeof node['name'] === 'string') found.add(node['name']);
  });
  return [...found];
}
