/** The server's own form of an analysed statement (`nodeToString`), as data. */

export interface TreeNode {
  /** `QUERY`, `FUNCEXPR` */
  readonly kind: string;
  readonly fields: ReadonlyMap<string, TreeValue>;
}

/** Object ids, whole numbers, transaction ids or a set of small numbers. */
export interface Numbers {
  readonly of: 'o' | 'i' | 'x' | 'b';
  readonly numbers: readonly number[];
}

/** A string among the items of a list. */
export interface Quoted {
  readonly text: string;
}

/** Bytes of a constant. */
export interface Datum {
  readonly bytes: readonly number[];
}

export type TreeValue = TreeNode | readonly TreeValue[] | Numbers | Quoted | Datum | string | undefined;

/** The text is not what a server of a known major version writes; the judge refuses then. */
export class UnreadTree extends Error {}

/** Whether a value is one node. */
export const isNode = (value: TreeValue): value is TreeNode => typeof value === 'object' && 'kind' in value;

/** Whether a value is a list of values, which a list of numbers is not. */
export const isList = (value: TreeValue): value is readonly TreeValue[] => Array.isArray(value);
