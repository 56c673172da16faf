/** A run of wiki markup becomes text with marks, links, mentions and code. */
import type { AdfNode } from '../adf/model.ts';
import { nodeOf } from './nodes.ts';
import { linkNode, mediaNode, unescaped } from './read-links.ts';
import { knownMacros } from './macro-names.ts';

const marks: Readonly<Record<string, string>> = {
  '*': 'strong',
  _: 'em',
  '-': 'strike',
  '+': 'underline',
  '^': 'subsup:sup',
  '~': 'subsup:sub',
  '??': 'em',
};

/** Deepest nesting of marks. */
const deepest = 4;

/** Inline nodes of a text; line ends are breaks, and no mark reaches beyond its line. */
export function inlineNodes(text: string, tell: (macro: string) => void): readonly AdfNode[] {
  return text.split('\n').flatMap((line, at, all) => {
    // Two backslashes at the end of a line are the same break once more.
    const own = at < all.length - 1 ? line.replace(/\\\\[ \t]*$/, '') : line;
    return [...(at === 0 ? [] : [nodeOf('hardBreak')]), ...lineNodes(own, tell, 0)];
  });
}

function lineNodes(text: string, tell: (macro: string) => void, depth: number): readonly AdfNode[] {
  const found: AdfNode[] = [];
  let plain = '';
  const put = (...nodes: readonly AdfNode[]): void => {
    if (plain !== '') found.push(nodeOf('text', [], {}, plain));
    plain = '';
    found.push(...nodes);
  };
  /** Signs that close nothing from here on. */
  const unclosed = new Set<string>();
  for (let at = 0; at < text.length;) {
    const letter = text[at]!;
    const special = specialAt(text, at, tell, unclosed);
    if (special) {
      if (typeof special.node === 'string') plain += special.node;
      else if (special.node) put(special.node);
      at = special.behind;
      continue;
    }
    const sign = text.startsWith('??', at) ? '??' : letter;
    const end = sign in marks && depth < deepest ? closerOf(text, at, sign, unclosed) : undefined;
    if (end === undefined) {
      plain += letter;
      at += 1;
      continue;
    }
    const inner = lineNodes(text.slice(at + sign.length, end), tell, depth + 1);
    put(...inner.map((node) => marked(node, marks[sign]!)));
    at = end + sign.length;
  }
  put();
  return found;
}

interface Special {
  /** Text, a node, or nothing that is shown. */
  readonly node: string | AdfNode | undefined;
  readonly behind: number;
}

function specialAt(
  text: string,
  at: number,
  tell: (macro: string) => void,
  unclosed: Set<string>,
): Special | undefined {
  switch (text[at]) {
    case '\\': {
      if (text[at + 1] !== '\\') {
        const escaped = /^[[\](){}*_+?^~|!#%@-]/.test(text.slice(at + 1, at + 2));
        return escaped ? { node: text[at + 1]!, behind: at + 2 } : undefined;
      }
      const blanks = /^[ \t]*/.exec(text.slice(at + 2, at + 40))![0].length;
      return { node: nodeOf('hardBreak'), behind: at + 2 + blanks };
    }
    case '&': {
      const entity = /^&#?\w{1,8};/.exec(text.slice(at, at + 12))?.[0];
      return entity === undefined ? undefined : { node: unescaped(entity), behind: at + entity.length };
    }
    case '{':
      return text[at + 1] === '{' ? monospaced(text, at, unclosed) : macro(text, at, tell);
    case '[': {
      const end = endOf(text, ']', at, unclosed);
      const node = end === undefined ? undefined : linkNode(text.slice(at + 1, end), text[at - 1]);
      return node === undefined ? undefined : { node, behind: end! + 1 };
    }
    case '!': {
      const media = /^!(?![\s!])([^!|\n]{1,500})(?:\|[^!\n]{0,500})?!/.exec(text.slice(at, at + 1010));
      const node = media ? mediaNode(media[1]!) : undefined;
      return node ? { node, behind: at + media![0].length } : undefined;
    }
    default:
      return undefined;
  }
}

/** Where a sign stands next; looked for once where there is none. */
function endOf(text: string, sign: string, at: number, unclosed: Set<string>): number | undefined {
  if (unclosed.has(sign)) return undefined;
  const end = text.indexOf(sign, at + 1);
  if (end >= 0) return end;
  unclosed.add(sign);
  return undefined;
}

function monospaced(text: string, at: number, unclosed: Set<string>): Special | undefined {
  let end = endOf(text, '}}', at + 1, unclosed);
  if (end === undefined) return undefined;
  while (text[end + 2] === '}') end += 1;
  const code = unescaped(text.slice(at + 2, end));
  return { node: code === '' ? '' : nodeOf('text', [], {}, code, ['code']), behind: end + 2 };
}

/** A macro in a line: colours show nothing of their own, signs in braces are signs, and what no macro is called is text. */
function macro(text: string, at: number, tell: (macro: string) => void): Special | undefined {
  const found = /^\{(\/?[A-Za-z][\w-]{0,60})(?::([^{}\n]{0,500}))?\}/.exec(text.slice(at, at + 570));
  if (!found) return undefined;
  const [whole, name = '', parameters] = found;
  const behind = at + whole.length;
  if (name === 'color') return { node: undefined, behind };
  if (name === 'anchor') return { node: undefined, behind };
  if (parameters === undefined && !knownMacros.has(name.toLowerCase())) return undefined;
  tell(name);
  return { node: `[macro ${name}${parameters === undefined ? '' : `: ${parameters}`}]`, behind };
}

/** Where a mark that opens here closes: letters touch neither its outside nor blanks its inside. */
function closerOf(text: string, at: number, sign: string, unclosed: Set<string>): number | undefined {
  if (isWord(text[at - 1]) || text[at - 1] === sign[0]) return undefined;
  const first = text[at + sign.length];
  if (first === undefined || /\s/.test(first) || first === sign[0]) return undefined;
  const key = `close ${sign}`;
  if (unclosed.has(key)) return undefined;
  for (let end = text.indexOf(sign, at + sign.length); end >= 0; end = text.indexOf(sign, end + 1)) {
    const before = text[end - 1]!;
    if (
      !/\s/.test(before) &&
      before !== '\\' &&
      !isWord(text[end + sign.length]) &&
      text[end + sign.length] !== sign[0] &&
      before !== sign[0]
    )
      return end;
  }
  unclosed.add(key);
  return undefined;
}

function isWord(letter: string | undefined): boolean {
  return letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
}

function marked(node: AdfNode, mark: string): AdfNode {
  const [type = '', variant] = mark.split(':');
  if (node.type !== 'text' || node.marks.some((each) => each.type === type)) return node;
  return {
    ...node,
    marks: [...node.marks, { type, attrs: variant === undefined ? {} : { type: variant } }],
  };
}
