import type { AdfNode } from '../adf/model.ts';

/** A node as the conversion to Markdown takes it. */
export function nodeOf(
  type: string,
  content: readonly AdfNode[] = [],
  attrs: AdfNode['attrs'] = {},
  text?: string,
  marks: readonly string[] = [],
): AdfNode {
  return {
    type,
    attrs,
    content,
    marks: marks.map((mark) => ({ type: mark, attrs: {} })),
    ...(text === undefined ? {} : { text }),
  };
}
