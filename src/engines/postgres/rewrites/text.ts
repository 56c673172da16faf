/** A statement's text cut where its clauses are: the places that an edit replaces, so that everything else keeps the form its author gave it. */
import { lex, type Token } from '../grammar/lex.ts';

/** Part of a text, in characters; it begins and ends with a token. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A token with the number of brackets and CASEs around it. */
export interface DeepToken extends Token {
  readonly depth: number;
}

/** Tokens of a text with their depth; brackets count with what is outside of them. */
export function tokensOf(sql: string): readonly DeepToken[] {
  let depth = 0;
  let before = '';
  return lex(sql).map((token) => {
    const word = token.kind === 'word' ? token.text.toLowerCase() : '';
    const named = before === '.' || before === 'as';
    const closes = /^[)\]]$/.test(token.text) || (word === 'end' && !named);
    if (closes) depth -= 1;
    const own = depth;
    if (/^[([]$/.test(token.text) || (word === 'case' && !named)) depth += 1;
    before = word || token.text;
    return { ...token, depth: own };
  });
}

/** Tokens of a range. */
export function within(tokens: readonly DeepToken[], range: Range): readonly DeepToken[] {
  return tokens.filter(({ from, to }) => from >= range.from && to <= range.to);
}

/** From the first token to the last one. */
export function spanOf(tokens: readonly DeepToken[]): Range | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first && last ? { from: first.from, to: last.to } : undefined;
}

/** Ranges between separators of one depth. */
export function split(
  tokens: readonly DeepToken[],
  depth: number,
  isSeparator: (token: DeepToken) => boolean,
): readonly Range[] {
  const groups: DeepToken[][] = [[]];
  for (const token of tokens)
    if (token.depth === depth && isSeparator(token)) groups.push([]);
    else groups.at(-1)!.push(token);
  return groups.flatMap((group) => spanOf(group) ?? []);
}

/** Parts of a condition that AND (or OR) holds together, brackets around the whole looked through. */
export function partsOf(sql: string, range: Range, word: 'and' | 'or'): readonly Range[] {
  let tokens = within(tokensOf(sql), range);
  while (isBracketed(tokens)) tokens = tokens.slice(1, -1);
  const depth = tokens[0]?.depth ?? 0;
  const own = tokens.filter((token) => token.depth === depth);
  const isWord = (token: DeepToken, text: string): boolean =>
    token.kind === 'word' && token.text.toLowerCase() === text;
  const whole = spanOf(tokens);
  if (word === 'and' && own.some((token) => isWord(token, 'or'))) return whole ? [whole] : [];
  let between = 0;
  const cuts = new Set<DeepToken>();
  for (const token of own) {
    if (isWord(token, 'between')) between += 1;
    else if (isWord(token, 'and') && between > 0) between -= 1;
    else if (isWord(token, word)) cuts.add(token);
  }
  return split(tokens, depth, (token) => cuts.has(token));
}

function isBracketed(tokens: readonly DeepToken[]): boolean {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return (
    first?.text === '(' &&
    last?.text === ')' &&
    tokens.length > 2 &&
    !/^(?:select|with|values|table)$/i.test(tokens[1]!.text) &&
    !tokens.some((token, at) => at > 0 && at < tokens.length - 1 && token.depth === first.depth)
  );
}

/** An expression without brackets around the whole of it. */
export function unbracketed(sql: string): string {
  let tokens = tokensOf(sql);
  while (isBracketed(tokens)) tokens = tokens.slice(1, -1);
  const span = spanOf(tokens);
  return span ? sql.slice(span.from, span.to) : sql.trim();
}

/** A replaced part of a text. */
export interface Edit extends Range {
  readonly text: string;
}

/** A text with parts replaced; parts do not overlap. */
export function edited(sql: string, edits: readonly Edit[]): string {
  let text = '';
  let at = 0;
  for (const { from, to, text: put } of edits.toSorted((a, b) => a.from - b.from)) {
    text += sql.slice(at, from) + put;
    at = to;
  }
  return text + sql.slice(at);
}
