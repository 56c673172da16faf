/** The statements of a piece of SQL as tools and psql take it, with what is not SQL blanked out. */
import { SqlError } from '../../base/error.ts';
import type { Grammar, Statement } from '../../engine/model.ts';

/** What a text holds; offsets count in it. */
export interface Statements {
  readonly statements: readonly Statement[];
  readonly wrong: readonly { readonly at: number; readonly says: string }[];
  /** psql's own commands, which are left out. */
  readonly commands: number;
}

/** Length above which a text is parsed in pieces, characters: the parser holds a whole tree in its memory. */
const pieceLength = 1_000_000;

/** Splits a text into its statements; what does not parse is told with its place, and the rest is read on. Never throws for what stands in the text. */
export function statementsOf(grammar: Grammar, text: string): Statements {
  const { sql, commands } = withoutCommands(grammar, text);
  if (sql.length <= pieceLength) {
    const whole = parsed(grammar, sql) ?? parsed(grammar, withoutPlaceholders(sql));
    if (whole) return { statements: whole, wrong: [], commands };
  }
  const statements: Statement[] = [];
  const wrong: { at: number; says: string }[] = [];
  for (const { from, to } of pieces(grammar, sql, sql.length > pieceLength ? pieceLength / 4 : 0)) {
    const piece = sql.slice(from, to);
    const found = parsed(grammar, piece) ?? parsed(grammar, withoutPlaceholders(piece));
    if (found) {
      for (const one of found) statements.push({ ...one, offset: from + one.offset });
      continue;
    }
    for (const single of pieces(grammar, piece, 0)) {
      const one = piece.slice(single.from, single.to);
      const alone = parsed(grammar, one) ?? parsed(grammar, withoutPlaceholders(one));
      if (alone)
        for (const each of alone) statements.push({ ...each, offset: from + single.from + each.offset });
      else wrong.push(faultOf(grammar, one, from + single.from));
    }
  }
  return { statements, wrong, commands };
}

function parsed(grammar: Grammar, sql: string): readonly Statement[] | undefined {
  try {
    return grammar.split(sql);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function faultOf(grammar: Grammar, sql: string, from: number): { at: number; says: string } {
  try {
    grammar.split(sql);
    return { at: from, says: 'It does not parse.' };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { position } = error.fields;
    return { at: from + (position ? Number(position) - 1 : 0), says: error.message };
  }
}

/** Pieces that end behind a semicolon outside texts and parentheses, each at least so long. */
function pieces(grammar: Grammar, sql: string, least: number): readonly { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = 0;
  let at = 0;
  let depth = 0;
  for (const { kind, text } of grammar.scan(sql)) {
    at += text.length;
    if (kind !== 'symbol') continue;
    if (text === '(') depth += 1;
    if (text === ')') depth = Math.max(0, depth - 1);
    if (text === ';' && depth === 0 && at - from > least) {
      found.push({ from, to: at });
      from = at;
    }
  }
  if (sql.slice(from).trim() !== '') found.push({ from, to: sql.length });
  return found;
}

const blank = (text: string): string => text.replaceAll(/[^\r\n]/g, ' ');

/** The text with psql's commands and rows behind COPY … FROM stdin blanked out, so that places stay. */
function withoutCommands(
  grammar: Grammar,
  text: string,
): { readonly sql: string; readonly commands: number } {
  if (!text.includes('\\')) return { sql: text, commands: 0 };
  let sql = text;
  let commands = 0;
  for (const copied of text.matchAll(
    /^[ \t]*COPY\b[^;]*\bFROM\s+STDIN\b[^;]*;[^\n]*\n([\s\S]*?^\\\.[ \t]*$)/gim,
  )) {
    const start = copied.index + copied[0].length - copied[1]!.length;
    sql = sql.slice(0, start) + blank(copied[1]!) + sql.slice(start + copied[1]!.length);
  }
  for (;;) {
    let at = 0;
    let found = -1;
    for (const piece of grammar.scan(sql)) {
      if (piece.kind === 'symbol' && piece.text === '\\') {
        found = at;
        break;
      }
      at += piece.text.length;
    }
    if (found < 0) return { sql, commands };
    const end = sql.slice(found).search(/[\r\n]/);
    const to = end < 0 ? sql.length : found + end;
    sql = sql.slice(0, found) + blank(sql.slice(found, to)) + sql.slice(to);
    commands += 1;
  }
}

/** `${schema}`, `:'name'` and `:name` of tools and psql as words of the same length. */
function withoutPlaceholders(sql: string): string {
  return sql
    .replaceAll(/\$\{[^}\n]{1,100}\}/g, (found) => 'p'.repeat(found.length))
    .replaceAll(/(?<![:\w]):(?:'\w+'|"\w+"|[A-Za-z_]\w*)/g, (found) => 'p'.repeat(found.length));
}
