/** Plain words of a text: sentences, nouns, singular and plural. */
import { slug } from '../../base/text.ts';

/** What a draft is made from. */
export interface Prose {
  readonly title: string;
  readonly prose: string;
}

/** Words that name nothing. */
export const fillers: ReadonlySet<string> = new Set(
  'a an the all each every any new some our their its his her more support table tables data information about database schema migration migrations index indexes up it them this that these those and as when list way proper simple many several multiple full whole basic different various own want wants wanted need needs needed'.split(
    ' ',
  ),
);

/** Sentences on lines of their own: headings and list items end where they end, wrapped lines are joined, code is left out. */
export function flat({ title, prose }: Prose): string {
  const body = prose
    .slice(0, 20_000)
    .replaceAll(/^ {0,3}(`{3,}|~{3,})[\s\S]*?^ {0,3}\1.*$/gm, '\n')
    .replaceAll(/^ {0,3}#{1,6}[ \t].*$/gm, '');
  const items = body.replaceAll(/^[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?:\[[ xX]\][ \t]*)?/gm, '\n\n');
  const paragraphs = items.split(/\n[ \t]*\n+|\n(?=\n)/).map((part) => part.replaceAll(/\s+/g, ' ').trim());
  return [title.replace(/^[[(]?[A-Z][A-Z0-9_]*-\d+[\])]?[:\s-]*/, ''), ...paragraphs].join('.\n');
}

/** The sentences of a flat text, without their full stops. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?;])\s+|\n/)
    .map((sentence) => sentence.replace(/[.!?;\s]+$/, '').trim())
    .filter((sentence) => sentence !== '');
}

/** The noun at the end of a phrase, singular, at most two words. */
export function nounOf(phrase: string): string {
  const words = phrase
    .toLowerCase()
    .replaceAll('-', ' ')
    .split(/\s+/)
    .filter((word) => !fillers.has(word));
  return singular(words.slice(-2).join(' '));
}

/** `LoginAttempt`. */
export function pascal(words: string): string {
  return words
    .split(/[^a-z0-9]+/i)
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');
}

/** `login attempts`. */
export function plural(words: string): string {
  if (/[^aeiou]y$/.test(words)) return words.replace(/y$/, 'ies');
  return /(?:s|x|ch|sh|z)$/.test(words) ? `${words}es` : `${words}s`;
}

/** `login attempt`. */
export function singular(words: string): string {
  if (/(?:ss|us|is)$/.test(words)) return words;
  return words
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/s$/, '');
}

/** `an invoice`, `a note`. */
export function withArticle(words: string): string {
  return `${/^(?:[aeio]|u(?!se|ni))/i.test(words) ? 'an' : 'a'} ${words}`;
}

/** A word that stands for a value, not for a thing. */
export function isValue(word: string): boolean {
  return /^(?:true|false|null|now|unknown|postgres|select|insert|update|delete|yes|no|on|off)$/i.test(word);
}

/** A noun for a task that names none: the end of its title. */
export function fallback(title: string): string {
  const words = slug(title.replace(/^[[(]?[A-Z][A-Z0-9_]*-\d+[\])]?/, ''), ' ')
    .split(' ')
    .filter((word) => /^[a-z]/.test(word) && !fillers.has(word));
  return singular(words.slice(-2).join(' ').slice(0, 40)) || 'thing';
}

/** Whether a text speaks of a table: its name with spaces, singular or plural, as words of their own. */
export function mentions(text: string, table: string): boolean {
  const words = table.replaceAll('_', ' ');
  const forms = [...new Set([words, singular(words), plural(singular(words)), table])];
  return forms.some((form) => new RegExp(`(?<![\\w-])${form}(?![\\w-])`, 'i').test(text));
}
