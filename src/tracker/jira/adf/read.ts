import type { AdfMark, AdfNode } from './model.ts';

/** Nodes deeper than this are not read. */
const deepest = 60;

/** The tree of a parsed JSON value; undefined when it is no document. Odd values become odd nodes, which the conversion shows as unknown. */
export function readDocument(value: unknown, tooDeep: () => void): AdfNode | undefined {
  return isRecord(value) && value['type'] === 'doc' ? node(value, 0, tooDeep) : undefined;
}

function node(value: unknown, depth: number, tooDeep: () => void): AdfNode {
  if (!isRecord(value) || typeof value['type'] !== 'string')
    return { type: 'a value that is no node', attrs: {}, content: [], marks: [] };
  const { type, text, attrs, content, marks } = value;
  const inner = Array.isArray(content) ? (content as readonly unknown[]) : [];
  if (depth >= deepest && inner.length > 0) tooDeep();
  return {
    type: type as string,
    ...(typeof text === 'string' ? { text } : {}),
    attrs: isRecord(attrs) ? attrs : {},
    content:
      depth < deepest
        ? inner.map((each) => node(each, depth + 1, tooDeep))
        : inner.length > 0
          ? [{ type: 'content that is nested too deeply', attrs: {}, content: [], marks: [] }]
          : [],
    marks: Array.isArray(marks) ? (marks as readonly unknown[]).flatMap(mark) : [],
  };
}

function mark(value: unknown): readonly AdfMark[] {
  if (!isRecord(value) || typeof value['type'] !== 'string') return [];
  return [{ type: value['type'], attrs: isRecord(value['attrs']) ? value['attrs'] : {} }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
