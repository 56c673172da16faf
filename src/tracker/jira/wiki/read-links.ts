/** Links, mentions, files and letters that are written by number. */
import type { AdfNode } from '../adf/model.ts';
import { nodeOf } from './nodes.ts';

const names: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00A0',
  copy: '©',
  reg: '®',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  bull: '•',
};

/** A text in which backslashes and numbers of letters were undone; a blank that does not break is a blank. */
export function unescaped(text: string): string {
  return text
    .replaceAll(/\\([[\](){}*_+?^~|!#%@-])/g, '$1')
    .replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
      if (!name.startsWith('#')) return names[name]?.replace('\u00A0', ' ') ?? whole;
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
        ? String.fromCodePoint(code)
        : whole;
    });
}

/** What stands for the inside of brackets; undefined where they are only brackets. */
export function linkNode(inside: string, before: string | undefined): AdfNode | undefined {
  const bar = inside.lastIndexOf('|');
  const [title, target] =
    bar < 0
      ? ['', inside.trim()]
      : [inside.slice(0, bar).split('|')[0]!.trim(), inside.slice(bar + 1).trim()];
  if (target.startsWith('~') && target.length > 1 && !/\s/.test(target))
    return nodeOf('mention', [], {
      id: target.slice(1),
      text: `@${target.slice(1).replace(/^accountid:/, '')}`,
    });
  if (target.startsWith('^') && target.length > 1)
    return nodeOf('mediaInline', [], { alt: unescaped(target.slice(1)) });
  // A third part names how a link behaves: `[text|address|smart-link]`.
  const parts = inside.split('|').map((part) => part.trim());
  const address = parts.find(
    (part, at) =>
      (at > 0 || parts.length === 1) && /^(?:https?|ftps?|mailto|file|ssh|git):\S+$|^\/\/\S+$/i.test(part),
  );
  if (address !== undefined) return linked(title === '' ? address : title, address);
  if (bar > 0 && target !== '' && !/\s/.test(target)) return linked(title, target);
  if (/^#\S+$/.test(target) && before !== '[') return nodeOf('text', [], {}, unescaped(target));
  return undefined;
}

function linked(title: string, address: string): AdfNode {
  const href = unescaped(address);
  return {
    ...nodeOf('text', [], {}, unescaped(title)),
    marks: [{ type: 'link', attrs: { href } }],
  };
}

/** A picture or file; undefined where the signs stand in a sentence. */
export function mediaNode(name: string): AdfNode | undefined {
  return /\.[A-Za-z0-9]{2,5}$|^https?:\/\//.test(name.trim()) && !/\s{2}|[?.,] /.test(name)
    ? nodeOf('mediaInline', [], { alt: unescaped(name.trim()) })
    : undefined;
}
