import { lex } from '../grammar/lex.ts';

/** Parts of a text of SQL between a symbol or word that stands outside of parentheses, constants and quoted names. */
export function split(sql: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const token of lex(sql)) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth > 0 || token.text !== separator) continue;
    parts.push(sql.slice(from, token.from));
    from = token.to;
  }
  parts.push(sql.slice(from));
  return parts;
}

/** A routine or operator without the arguments that the server prints behind its name. */
export function withoutArguments(printed: string): string {
  const open = lex(printed).find(({ text }) => text === '(');
  return open ? printed.slice(0, open.from) : printed;
}

/** A printed name as it is kept. */
export function bare(printed: string): string {
  return printed.startsWith('"') ? printed.slice(1, -1).replaceAll('""', '"') : printed;
}
