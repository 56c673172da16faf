/** A small document that every tracker can write in its own format; the text in it is plain and may be hostile. */

export interface Document {
  readonly blocks: readonly DocumentBlock[];
}

export type Inline =
  | { readonly kind: 'text'; readonly text: string; readonly strong?: boolean; readonly em?: boolean }
  /** An identifier or a short piece of code. */
  | { readonly kind: 'code'; readonly text: string }
  /** Addresses other than http, https and mailto are written as text. */
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  /** A word in a coloured frame, where the tracker has such. */
  | { readonly kind: 'status'; readonly text: string; readonly tone: Tone }
  | { readonly kind: 'break' };

export type Tone = 'good' | 'bad' | 'warning' | 'plain';
export type PanelKind = 'info' | 'note' | 'success' | 'warning' | 'error';

export type DocumentBlock =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3 | 4 | 5 | 6; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'bullets'; readonly items: readonly (readonly DocumentBlock[])[] }
  | {
      readonly kind: 'numbers';
      /** Number of the first item. */
      readonly from: number;
      readonly items: readonly (readonly DocumentBlock[])[];
    }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly DocumentBlock[] }
  | { readonly kind: 'panel'; readonly panel: PanelKind; readonly blocks: readonly DocumentBlock[] }
  /** Blocks that are shown when their title is clicked. */
  | { readonly kind: 'expand'; readonly title: string; readonly blocks: readonly DocumentBlock[] }
  | { readonly kind: 'rule' };

/** What stands in a line: plain text, or more. */
export type Words = readonly (string | Inline)[];

/** Words as inline content. */
export function inlines(words: Words): readonly Inline[] {
  return words.map((word) => (typeof word === 'string' ? { kind: 'text', text: word } : word));
}

/** A paragraph. */
export function paragraph(...words: Words): DocumentBlock {
  return { kind: 'paragraph', content: inlines(words) };
}

/** A heading. */
export function heading(level: 1 | 2 | 3 | 4 | 5 | 6, ...words: Words): DocumentBlock {
  return { kind: 'heading', level, content: inlines(words) };
}

/** Strong text. */
export function strong(text: string): Inline {
  return { kind: 'text', text, strong: true };
}

/** An identifier. */
export function code(text: string): Inline {
  return { kind: 'code', text };
}

/** A word in a coloured frame. */
export function status(text: string, tone: Tone): Inline {
  return { kind: 'status', text, tone };
}

/** The address of a link in its normal form; undefined where it is none that may be followed from a ticket. */
export function safeUrl(url: string): string | undefined {
  if (url.length > 2000 || !URL.canParse(url)) return undefined;
  const { protocol, href, username, password } = new URL(url);
  return ['http:', 'https:', 'mailto:'].includes(protocol) && username === '' && password === ''
    ? href
    : undefined;
}

const ticked = /(?<!`)(`+)(?!`)([^`]+)\1(?!`)/g;

/** A sentence of a report: what stands in backquotes becomes code, the rest is text. */
export function sentence(text: string): readonly Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(ticked)) {
    if (match.index > at) parts.push({ kind: 'text', text: text.slice(at, match.index) });
    parts.push(code(match[2]!.trim() === '' ? match[2]! : match[2]!.trim()));
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
}
