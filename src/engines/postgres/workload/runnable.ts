/** Turns a text of pg_stat_statements into one that can be prepared: constants there became `$n` wherever they stood, also where the grammar takes none. */
import type { Node } from 'libpg-query';
import { DbdError } from '../../../base/error.ts';
import type { Runnable } from '../../../engine/model.ts';
import { lex, type Token } from '../grammar/lex.ts';
import { parse } from '../grammar/parse.ts';
import { walk } from '../grammar/tree.ts';
import { foldedNumbers } from './texts.ts';
import { toldConstants } from './told-constants.ts';

/** Replaces the characters from `from` to `to`. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const runs: Readonly<Record<string, true>> = {
  SelectStmt: true,
  InsertStmt: true,
  UpdateStmt: true,
  DeleteStmt: true,
  MergeStmt: true,
};

const units = new Set(['year', 'month', 'day', 'hour', 'minute', 'second']);

/** A text that can be prepared, its parameters numbered without gaps; or the reason why the statement is none that is run again. */
export function runnable(sql: string): Runnable | { readonly reason: string } {
  let statements;
  try {
    statements = parse(sql).stmts ?? [];
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    return {
      reason: `its text does not parse: ${error.message.replace(/^The SQL text does not parse: /, '')}`,
    };
  }
  const [first, ...more] = statements;
  if (!first?.stmt || more.length > 0) return { reason: first ? 'it is several statements' : 'it is empty' };
  const [kind = ''] = Object.keys(first.stmt);
  if (!runs[kind]) return { reason: reasonOf(kind) };
  if ('SelectStmt' in first.stmt && first.stmt.SelectStmt.intoClause) return { reason: 'it makes a table' };
  return rewrite(sql, first.stmt);
}

function reasonOf(kind: string): string {
  if (kind === 'TransactionStmt') return 'it opens or ends a transaction';
  if (kind.startsWith('Variable')) return 'it sets or shows a setting';
  if (/^(?:Create|Alter|Drop|Index|View|Rename|Comment|Grant|Truncate|Refresh|Define|Rule|Sec)/.test(kind))
    return 'it defines something, or empties a table';
  return 'it is a command of the server, which has no plan';
}

function rewrite(sql: string, tree: Node): Runnable {
  const tokens = lex(sql);
  const indexAt = new Map(tokens.map((token, index) => [token.from, index]));
  const charAt = charOf(sql);
  const edits: Edit[] = [];
  const unitsOf = new Map<number, string>();
  walk(tree, (kind, node) => {
    if (kind === 'TypeCast') typed(node, (byte) => indexAt.get(charAt(byte)), tokens, edits, unitsOf);
    if (kind === 'FuncCall' && node['funcformat'] === 'COERCE_SQL_SYNTAX') {
      extract(node, (byte) => indexAt.get(charAt(byte)), tokens, edits);
      substring(node, (byte) => indexAt.get(charAt(byte)), tokens, edits);
    }
  });
  const lists = folded(sql, tokens, edits);

  const told = new Map(
    [...toldConstants(tree)].map(([number, byte]) => {
      const at = indexAt.get(charAt(byte)) ?? -1;
      const negative = tokens[at]?.text === '-' ? '-' : '';
      return [number, `${negative}${tokens[negative === '' ? at : at + 1]?.text ?? ''}`];
    }),
  );
  const takes: number[] = [];
  const numbered = new Map<number, number>();
  for (const { kind, text, from, to } of tokens) {
    if (kind !== 'numbered') continue;
    const own = Number(text.slice(1));
    const constant = told.get(own);
    if (constant === undefined && !numbered.has(own)) numbered.set(own, takes.push(own));
    edits.push({ from, to, text: constant ?? `$${numbered.get(own)}` });
  }
  return {
    sql: edited(sql, edits),
    takes,
    lists: [...lists].map((number) => numbered.get(number)!),
    units: Object.fromEntries([...unitsOf].map(([number, unit]) => [numbered.get(number)!, unit])),
  };
}

type Find = (byte: number) => number | undefined;

/** `interval $1 day` and `timestamp(3) $1` take constants only; a cast takes both. */
function typed(
  node: Readonly<Record<string, unknown>>,
  find: Find,
  tokens: readonly Token[],
  edits: Edit[],
  unitsOf: Map<number, string>,
): void {
  const { arg, typeName, location } = node as {
    arg?: Node;
    typeName?: { location?: number };
    location?: number;
  };
  if (location !== -1 || !arg || !('ParamRef' in arg)) return;
  const at = find(arg.ParamRef.location ?? -1);
  const begins = find(typeName?.location ?? -1);
  if (at === undefined || begins === undefined || begins >= at) return;
  const words = tokens.slice(begins, at);
  const [from, parameter] = [words[0]!.from, tokens[at]!];
  const type = words
    .map(({ text }) => text)
    .join(' ')
    .replaceAll(/ ?([().,]) ?/g, '$1');
  edits.push({ from, to: parameter.from, text: 'CAST(' });
  const unit = tokens[at + 1]?.text.toLowerCase() ?? '';
  const single =
    units.has(unit) && tokens[at + 2]?.text.toLowerCase() !== 'to' && tokens[at + 2]?.text !== '(';
  if (single) unitsOf.set(arg.ParamRef.number ?? 0, unit);
  // What a unit rounds away is lost on constants that carry more than it; a bare number gets the unit as its text.
  const end = single ? tokens[at + 1]! : parameter;
  edits.push({ from: parameter.to, to: end.to, text: ` AS ${type})` });
}

/** `extract($1 FROM created_at)` names its field by a word or a constant; the function behind it takes a parameter. */
function extract(
  node: Readonly<Record<string, unknown>>,
  find: Find,
  tokens: readonly Token[],
  edits: Edit[],
): void {
  const { args = [], location = -1 } = node as { args?: readonly Node[]; location?: number };
  const [field] = args;
  const at = find(location);
  if (at === undefined || tokens[at]!.text.toLowerCase() !== 'extract' || !field || !('ParamRef' in field))
    return;
  const after = tokens[find(field.ParamRef.location ?? -1)! + 1];
  if (after?.text.toLowerCase() !== 'from') return;
  edits.push(
    { from: tokens[at]!.from, to: tokens[at]!.to, text: 'pg_catalog.extract' },
    { from: after.from, to: after.to, text: ',' },
  );
}

/** `substring(name from $1 for $2)` would be read as the form with patterns, which is hardly ever meant. */
function substring(
  node: Readonly<Record<string, unknown>>,
  find: Find,
  tokens: readonly Token[],
  edits: Edit[],
): void {
  const { args = [], location = -1 } = node as { args?: readonly Node[]; location?: number };
  if (args.length !== 3 || tokens[find(location) ?? -1]?.text.toLowerCase() !== 'substring') return;
  for (const argument of args.slice(1)) {
    const at = 'ParamRef' in argument ? find(argument.ParamRef.location ?? -1) : undefined;
    if (at !== undefined) edits.push({ from: tokens[at]!.to, to: tokens[at]!.to, text: '::integer' });
  }
}

/** A folded list becomes an array of any length, which is planned as the list was. */
function folded(sql: string, tokens: readonly Token[], edits: Edit[]): readonly number[] {
  const lists: number[] = [];
  for (const number of foldedNumbers(sql)) {
    const at = tokens.findIndex((token) => token.kind === 'numbered' && token.text === `$${number}`);
    const word = (index: number): string => tokens[at + index]?.text.toLowerCase() ?? '';
    if (word(-2) !== 'in' || word(-1) !== '(' || word(1) !== ')') continue;
    const not = word(-3) === 'not';
    edits.push(
      { from: tokens[at - (not ? 3 : 2)]!.from, to: tokens[at]!.from, text: not ? '<> ALL (' : '= ANY (' },
      { from: tokens[at]!.to, to: tokens[at + 1]!.from, text: '' },
    );
    lists.push(number);
  }
  return lists;
}

function edited(sql: string, edits: readonly Edit[]): string {
  let text = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    text += sql.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return (text + sql.slice(at)).replace(/[\s;]+$/, '');
}

/** Character offset of a byte offset in UTF-8, as the parser counts. */
export function charOf(sql: string): (byte: number) => number {
  // oxlint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(sql)) return (byte) => byte;
  const bytes = Buffer.from(sql, 'utf8');
  return (byte) => (byte < 0 ? -1 : bytes.toString('utf8', 0, byte).length);
}
