import type { Constraint, Node } from 'libpg-query';
import { lex, type Token } from '../grammar/lex.ts';
import { parse } from '../grammar/parse.ts';

/** The first statement's tree of a text, with positions that count in that very text. */
export function treeOfText(sql: string): Node {
  return parse(sql).stmts![0]!.stmt!;
}

/** Slices of a text between positions in UTF-8 bytes, as the parser gives them; each slice runs to the next position and is trimmed. */
export function sliced(
  sql: string,
  positions: readonly number[],
  end = Buffer.byteLength(sql),
): readonly string[] {
  const bytes = Buffer.from(sql, 'utf8');
  return positions.map((from, index) => bytes.toString('utf8', from, positions[index + 1] ?? end).trim());
}

/** The comma-separated commands of an ALTER TABLE text. */
export function commandsOf(sql: string): readonly string[] {
  const tokens = lex(sql);
  const start = afterTable(tokens);
  const commands: string[] = [];
  let depth = 0;
  let from = tokens[start]?.from ?? sql.length;
  for (const token of tokens.slice(start)) {
    if (token.text === '(' || token.text === '[') depth += 1;
    if (token.text === ')' || token.text === ']') depth -= 1;
    if (token.text === ',' && depth === 0) {
      commands.push(sql.slice(from, token.from).trim());
      from = token.to;
    }
  }
  commands.push(sql.slice(from, tokens.at(-1)?.to ?? sql.length).trim());
  return commands;
}

/** Index of the first token after `ALTER TABLE [IF EXISTS] [ONLY] name [*]`. */
function afterTable(tokens: readonly Token[]): number {
  let at = 2;
  if (is(tokens[at], 'if')) at += 2;
  if (is(tokens[at], 'only')) at += 1;
  at += 1;
  while (tokens[at]?.text === '.') at += 2;
  return tokens[at]?.text === '*' ? at + 1 : at;
}

/** Whether a token is this bare word. */
export function is(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toLowerCase() === word;
}

/** Index of the first token outside parentheses that is one of these words; -1 when there is none. */
export function findOutside(tokens: readonly Token[], words: readonly string[], from = 0): number {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (index >= from && depth === 0 && words.some((word) => is(token, word))) return index;
  }
  return -1;
}

/** The text without the comments and blanks in front of its first token. */
export function bare(sql: string): string {
  const tokens = lex(sql);
  return tokens.length === 0 ? '' : sql.slice(tokens[0]!.from, tokens.at(-1)!.to);
}

/** The Constraint inside a node. */
export function constraintIn(node: Node | undefined): Constraint | undefined {
  return node && 'Constraint' in node ? node.Constraint : undefined;
}
