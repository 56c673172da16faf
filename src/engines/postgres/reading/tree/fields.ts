import { isList, isNode, UnreadTree, type TreeNode, type TreeValue } from './model.ts';

/** The nodes of a list, or none. */
export function nodesIn(value: TreeValue): readonly TreeNode[] {
  return isList(value) ? value.flatMap((one) => (isNode(one) ? [one] : [])) : [];
}

/** A whole number; throws {@link UnreadTree} where the field holds something else. */
export function number(node: TreeNode, field: string): number {
  const value = node.fields.get(field);
  if (typeof value !== 'string' || !/^-?\d+$/.test(value))
    throw new UnreadTree(`${node.kind} has no ${field}`);
  return Number(value);
}

/** A name, empty where there is none. */
export function name(node: TreeNode | undefined, field: string): string {
  const value = node?.fields.get(field);
  if (typeof value === 'string') return value;
  return typeof value === 'object' && 'text' in value ? value.text : '';
}

/** The one node of a field, if it has one. */
export function child(node: TreeNode, field: string): TreeNode | undefined {
  const value = node.fields.get(field);
  return isNode(value) ? value : undefined;
}

/** Whether a field says true. */
export const flag = (node: TreeNode, field: string): boolean => node.fields.get(field) === 'true';

/** Every node below and including this one, with no order promised. */
export function* everyNode(value: TreeValue): Generator<TreeNode> {
  if (isList(value)) for (const item of value) yield* everyNode(item);
  else if (isNode(value)) {
    yield value;
    for (const inner of value.fields.values()) yield* everyNode(inner);
  }
}
