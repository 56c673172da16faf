import type { TreeNode } from './tree/model.ts';

/** Functions and operators that may return masked values, by {@link calledBy}, with the names they are told by. */
export type Opaque = ReadonlyMap<string, string>;

const callers = [
  ['funcid', 'function'],
  ['aggfnoid', 'function'],
  ['winfnoid', 'function'],
  ['opno', 'operator'],
] as const;

/** What a node calls by itself: `function 16400`, `operator 16401`. */
export function calledBy({ fields }: TreeNode): readonly string[] {
  return callers.flatMap(([field, kind]) => {
    const oid = fields.get(field);
    return typeof oid === 'string' ? [`${kind} ${oid}`] : [];
  });
}
