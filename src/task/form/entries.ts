/** Entries of YAML maps with their places. */
import { isScalar, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { refuse, scalarText, shown, type At } from './form.ts';

/** No node, or `null`. */
export function isNothing(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** The node one key below. */
export function child(at: At, node: unknown, key: string): At {
  const range = (node as Node | null | undefined)?.range;
  return {
    node,
    path: key === '' ? at.path : [...at.path, key],
    offset: range?.[0] ?? at.offset,
    source: at.source,
  };
}

/** One entry of a map with the place of its key. */
export interface Entry {
  readonly key: string;
  readonly keyOffset: number;
  readonly at: At;
}

/** Entries of a map; refuses duplicate and non-scalar keys, and rejoins `decimal(12, 2)`, which YAML splits at the comma in `{ … }`. */
export function entriesOf(at: At, map: YAMLMap): readonly Entry[] {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  const items = map.items as Pair<Node, Node | null>[];
  for (let index = 0; index < items.length; index++) {
    const { key: keyNode, value } = items[index]!;
    const key = scalarText(keyNode) ?? (isScalar(keyNode) ? 'null' : undefined);
    const keyOffset = keyNode?.range?.[0] ?? at.offset;
    if (key === undefined) return refuse({ ...at, offset: keyOffset }, 'task.yaml', 'a key must be a word.');
    if (seen.has(key))
      return refuse(
        { ...at, offset: keyOffset },
        'task.yaml',
        `the key ${shown(key)} stands twice in the same map.`,
      );
    seen.add(key);
    const joined = map.flow ? rejoin(items, index, at.source.text) : undefined;
    if (joined) index = joined.last;
    entries.push({
      key,
      keyOffset,
      at: { ...child(at, joined?.node ?? value, key), ...(value?.range ? {} : { offset: keyOffset }) },
    });
  }
  return entries;
}

function rejoin(
  items: readonly Pair<Node, Node | null>[],
  first: number,
  source: string,
): { readonly node: Scalar; readonly last: number } | undefined {
  const start = items[first]!.value;
  if (!isScalar(start) || start.type !== 'PLAIN' || !start.range || depth(scalarText(start) ?? '') <= 0)
    return undefined;
  for (let last = first + 1; last < items.length; last++) {
    const { key, value } = items[last]!;
    if (!isNothing(value) || !key?.range) return undefined;
    const text = source.slice(start.range[0], key.range[1]);
    if (depth(text) > 0) continue;
    const node = start.clone() as Scalar & { source?: string };
    node.value = text;
    node.source = text;
    return { node, last };
  }
  return undefined;
}

function depth(text: string): number {
  return text.length - text.replaceAll('(', '').length - (text.length - text.replaceAll(')', '').length);
}
