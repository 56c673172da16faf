import type { Node, RangeVar } from 'libpg-query';
import type { Name } from '../../../catalog/model.ts';

/** Calls back for every node of a tree, parents first; a `false` answer leaves out the children. */
export function walk(
  tree: unknown,
  visit: (kind: string, node: Readonly<Record<string, unknown>>) => boolean | void,
): void {
  if (Array.isArray(tree)) {
    for (const item of tree) walk(item, visit);
    return;
  }
  if (tree === null || typeof tree !== 'object') return;
  for (const [key, value] of Object.entries(tree)) {
    if (value === null || typeof value !== 'object') continue;
    if (/^[A-Z]/.test(key) && visit(key, value as Record<string, unknown>) === false) continue;
    walk(value, visit);
  }
}

/** The text of a String node. */
export function text(node: Node | undefined): string | undefined {
  return node && 'String' in node ? (node.String.sval ?? '') : undefined;
}

/** The words of a list of String nodes, as in a qualified name. */
export function words(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => text(node) ?? []);
}

/** Name of a relation as written: the schema is empty when the text gives none. */
export function nameOf(relation: RangeVar | undefined): Name {
  return { schema: relation?.schemaname ?? '', name: relation?.relname ?? '' };
}

/** Name from a list of String nodes; the schema is empty when the text gives none. */
export function nameFrom(nodes: readonly Node[] | undefined): Name {
  const parts = words(nodes);
  return { schema: parts.at(-2) ?? '', name: parts.at(-1) ?? '' };
}
