/** Texts of definitions, taken apart. */
import { lex } from '../grammar/lex.ts';
import { treeOfText } from '../online/text.ts';
import { columnsOf } from './columns.ts';
import type { TableState } from './state.ts';

/** What stands in the first parentheses of a text. */
export function inParentheses(text: string): string {
  const tokens = lex(text);
  const open = tokens.findIndex((token) => token.text === '(');
  let depth = 0;
  for (let at = open; at >= 0 && at < tokens.length; at++) {
    if (tokens[at]!.text === '(') depth += 1;
    if (tokens[at]!.text === ')') depth -= 1;
    if (depth === 0) return text.slice(tokens[open]!.to, tokens[at]!.from).trim();
  }
  return text;
}

/** Parts of a list, split at commas outside parentheses. */
export function splitOutside(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const token of lex(text)) {
    if (token.text === '(' || token.text === '[') depth += 1;
    if (token.text === ')' || token.text === ']') depth -= 1;
    if (token.text === ',' && depth === 0) {
      parts.push(text.slice(from, token.from).trim());
      from = token.to;
    }
  }
  return [...parts, text.slice(from).trim()];
}

/** Columns of the table that a definition names, `CHECK (…)`. */
export function columnsIn(definition: string, table: TableState): readonly string[] {
  return columnsOf([treeOfText(`ALTER TABLE t ADD ${definition}`)]).filter(
    (name) => table.columns.has(name) || table.today?.columns.some((one) => one.name === name),
  );
}

/** A text for a sentence. */
export function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
