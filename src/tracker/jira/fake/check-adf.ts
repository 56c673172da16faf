/** What a fake site says against a document: names of nodes and their nesting, empty text, marks that exclude each other. Attributes are not looked at; the whole schema is for tests. */

const inline = 'text hardBreak mention emoji date status inlineCard placeholder mediaInline inlineExtension';
const lists = 'bulletList orderedList';
const media = 'mediaSingle mediaGroup';
const panelled = `paragraph heading ${lists} blockCard ${media} codeBlock taskList rule decisionList extension`;
const cell = `paragraph panel blockquote ${lists} rule heading codeBlock ${media} decisionList taskList blockCard embedCard extension nestedExpand`;
const nested = `paragraph panel blockquote ${lists} rule heading codeBlock ${media} decisionList taskList table blockCard embedCard extension`;
const top = `${nested} expand layoutSection bodiedExtension syncBlock bodiedSyncBlock`;

/** What may stand in a node; those that are not here hold nothing that is checked. */
const holds: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    doc: top,
    paragraph: inline,
    heading: inline,
    codeBlock: 'text',
    bulletList: 'listItem',
    orderedList: 'listItem',
    listItem: `paragraph ${lists} taskList mediaSingle codeBlock extension`,
    blockquote: `paragraph ${lists} codeBlock ${media} extension`,
    panel: panelled,
    expand: `${nested} nestedExpand`,
    table: 'tableRow',
    tableRow: 'tableCell tableHeader',
    tableCell: cell,
    tableHeader: cell,
  }).map(([name, words]) => [name, new Set(words.split(' '))]),
);

/** Nodes that must hold something. */
const filled = new Set([
  'bulletList',
  'orderedList',
  'listItem',
  'blockquote',
  'panel',
  'expand',
  'table',
  'tableCell',
  'tableHeader',
]);
const plainMarks = new Set(['strong', 'em', 'strike', 'underline', 'subsup', 'textColor', 'backgroundColor']);
const anyMarks = new Set(['link', 'annotation', 'code']);

/** What is wrong with a document; undefined where nothing is. */
export function wrongInAdf(value: unknown): string | undefined {
  const root = record(value);
  if (!root || root['type'] !== 'doc') return 'it is no document';
  if (root['version'] !== 1) return 'its version is not 1';
  if (!Array.isArray(root['content'])) return 'it has no content';
  return wrongIn(root);
}

function wrongIn(node: Readonly<Record<string, unknown>>): string | undefined {
  const type = String(node['type']);
  const content = node['content'] ?? [];
  if (!Array.isArray(content)) return `the content of ${type} is no list`;
  if (filled.has(type) && content.length === 0) return `${type} is empty`;
  const allowed = holds[type];
  for (const each of content as readonly unknown[]) {
    const child = record(each);
    if (!child || typeof child['type'] !== 'string') return `${type} holds what is no node`;
    if (allowed && !allowed.has(child['type'])) return `${type} cannot hold ${child['type'].slice(0, 40)}`;
    const wrong = child['type'] === 'text' ? wrongText(child, type) : wrongIn(child);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongText(node: Readonly<Record<string, unknown>>, parent: string): string | undefined {
  if (typeof node['text'] !== 'string' || node['text'] === '') return 'a text is empty';
  const marks = Array.isArray(node['marks'])
    ? (node['marks'] as readonly unknown[]).map((mark) => String(record(mark)?.['type']))
    : [];
  if (parent === 'codeBlock' && marks.length > 0) return 'a text within codeBlock is marked';
  const unknown = marks.find((mark) => !plainMarks.has(mark) && !anyMarks.has(mark));
  if (unknown !== undefined) return `the mark ${unknown.slice(0, 40)} is not known`;
  return marks.includes('code') && marks.some((mark) => plainMarks.has(mark))
    ? 'code is marked with more than a link'
    : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
