import { fenced } from '../../fenced.ts';
import { escapeInline, escapeLineStart } from './escape.ts';
import { inline, macro, mediaText, placeholder, type LineBreak } from './inline.ts';
import type { AdfNode, Notes } from './model.ts';
import { table } from './table.ts';

const listKinds = new Set(['bulletList', 'orderedList', 'taskList', 'decisionList']);

/** Block nodes as Markdown, a blank line between them; no line of a code block is touched. */
export function blocks(nodes: readonly AdfNode[], notes: Notes): string {
  const parts: string[] = [];
  nodes.forEach((node, index) => {
    const text = block(node, notes);
    if (text === '') return;
    // Two lists in a row would be read as one.
    if (parts.length > 0 && listKinds.has(node.type) && listKinds.has(nodes[index - 1]?.type ?? ''))
      parts.push('<!-- -->');
    parts.push(text);
  });
  return parts.join('\n\n');
}

function block(node: AdfNode, notes: Notes): string {
  const { type, attrs, content } = node;
  switch (type) {
    case 'paragraph':
    case 'caption':
      return paragraph(content, notes);
    case 'heading': {
      const level = Math.min(6, Math.max(1, Math.trunc(Number(attrs['level'])) || 1));
      const text = inline(content, notes, ' ').trim();
      // A closing run of signs would be read as decoration.
      return text === '' ? '' : `${'#'.repeat(level)} ${text.replace(/(#+)$/, '\\$1')}`;
    }
    case 'codeBlock':
      return fenced(codeOf(content), typeof attrs['language'] === 'string' ? attrs['language'] : '');
    case 'bulletList':
      return content.map((item) => listItem(item, '- ', notes)).join('\n');
    case 'orderedList': {
      const order = Number(attrs['order'] ?? 1);
      const first = Number.isInteger(order) && order >= 0 ? order : 1;
      return content.map((item, index) => listItem(item, `${first + index}. `, notes)).join('\n');
    }
    case 'taskList':
      return tasks(content, notes).join('\n');
    case 'decisionList':
      return content
        .map((item) =>
          listItem(item, item.attrs['state'] === 'DECIDED' ? '- Decided: ' : '- To decide: ', notes, 2),
        )
        .join('\n');
    case 'blockquote':
      return quoted(blocks(content, notes));
    case 'panel': {
      const kind = typeof attrs['panelType'] === 'string' ? attrs['panelType'] : 'info';
      const title =
        kind === 'custom'
          ? typeof attrs['panelIconText'] === 'string'
            ? attrs['panelIconText']
            : 'Note'
          : `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
      return quoted(`**${escapeInline(title)}**\n\n${blocks(content, notes)}`);
    }
    case 'expand':
    case 'nestedExpand': {
      const title = typeof attrs['title'] === 'string' ? attrs['title'].trim() : '';
      return joined([title === '' ? '' : `**${escapeInline(title)}**`, blocks(content, notes)]);
    }
    case 'rule':
      return '---';
    case 'table':
      return table(node, notes, blocks);
    case 'mediaSingle':
    case 'mediaGroup':
    case 'layoutSection':
    case 'layoutColumn':
      return blocks(content, notes);
    case 'media':
      return mediaText(node, notes);
    case 'blockCard':
    case 'embedCard':
      return inline([node], notes, ' ');
    case 'extension':
      return macro(node, notes);
    case 'bodiedExtension':
    case 'multiBodiedExtension':
      return joined([macro(node, notes), blocks(content, notes)]);
    case 'extensionFrame':
      return blocks(content, notes);
    default:
      return isInline(node)
        ? paragraph([node], notes)
        : joined([
            placeholder(type, notes),
            node.text === undefined ? '' : escapeInline(node.text),
            blocks(content, notes),
          ]);
  }
}

const inlineKinds = new Set([
  'text',
  'hardBreak',
  'emoji',
  'mention',
  'date',
  'status',
  'inlineCard',
  'placeholder',
  'mediaInline',
  'inlineExtension',
]);

/** Whether a node stands within a line. */
export function isInline({ type }: AdfNode): boolean {
  return inlineKinds.has(type);
}

/** The code of a block, its text nodes joined; a hard break in it is a line end. */
export function codeOf(content: readonly AdfNode[]): string {
  return content
    .map((node) => (node.type === 'hardBreak' ? '\n' : (node.text ?? codeOf(node.content))))
    .join('');
}

function paragraph(content: readonly AdfNode[], notes: Notes, lineBreak: LineBreak = '\\\n'): string {
  if (/^\s*(?:```|~~~)/.test(content.find((node) => node.type === 'text')?.text ?? ''))
    notes.add('fence', 'text');
  const trimmed = [...content];
  while (trimmed.at(-1)?.type === 'hardBreak') trimmed.pop();
  return inline(trimmed, notes, lineBreak)
    .split('\n')
    .map((line) => escapeLineStart(line.trimStart()))
    .join('\n')
    .trimEnd();
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

/** An item whose further lines are indented below its first one. */
function listItem(item: AdfNode, marker: string, notes: Notes, width = marker.length): string {
  const inner = item.content.every(isInline) ? paragraph(item.content, notes) : tight(item.content, notes);
  return indented(inner === '' ? marker.trimEnd() : `${marker}${inner}`, width);
}

/** Blocks of an item: a list follows its paragraph without a blank line. */
function tight(content: readonly AdfNode[], notes: Notes): string {
  let text = '';
  content.forEach((node, index) => {
    const part = block(node, notes);
    if (part === '') return;
    const before = content[index - 1]?.type;
    const close = listKinds.has(node.type) && before === 'paragraph';
    const between =
      text === ''
        ? ''
        : close
          ? '\n'
          : listKinds.has(node.type) && listKinds.has(before ?? '')
            ? '\n\n<!-- -->\n\n'
            : '\n\n';
    text += `${between}${part}`;
  });
  return text;
}

function indented(text: string, width: number): string {
  const indent = ' '.repeat(width);
  return text
    .split('\n')
    .map((line, index) => (index === 0 || line === '' ? line : `${indent}${line}`))
    .join('\n');
}

function tasks(content: readonly AdfNode[], notes: Notes): readonly string[] {
  return content.flatMap((item) =>
    item.type === 'taskList'
      ? tasks(item.content, notes).map((line) => indented(`  ${line}`, 2))
      : [listItem(item, item.attrs['state'] === 'DONE' ? '- [x] ' : '- [ ] ', notes, 2)],
  );
}
