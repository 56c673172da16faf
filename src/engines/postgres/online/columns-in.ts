import type { Node } from 'libpg-query';
import { lex } from '../grammar/lex.ts';
import { walk, words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { is, treeOfText } from './text.ts';

/** Whether a text holds this name as a word of its own. */
export function mentions(sql: string, name: string): boolean {
  return lex(sql).some(
    (token) =>
      isName(token.text, name) || (token.kind === 'word' && token.text.toLowerCase() === name.toLowerCase()),
  );
}

/** An index's definition over another column and under another name, built beside readers and writers. */
export function indexOn(definition: string, name: string, from: string, to: string): string {
  const sql = definition.replace(/(?: \/\* statistics [\d=, ]+\*\/)?(?: \/\* clustered \*\/)?$/, '');
  const tokens = lex(sql);
  const on = tokens.findIndex((token) => is(token, 'on'));
  const edits: Edit[] = [...references(sql, from)];
  // Plain keys carry no position in the tree: they stand first in their place of the list.
  let depth = 0;
  const where = tokens.findIndex((token, at) => at > on && is(token, 'where'));
  for (const [at, token] of tokens.entries()) {
    if (at < on || (where >= 0 && at > where)) continue;
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    const next = tokens[at + 1];
    if (depth === 1 && (token.text === '(' || token.text === ',') && next && isName(next.text, from)) {
      edits.push(next);
    }
  }
  const unique = is(tokens[1], 'unique') ? 'UNIQUE ' : '';
  return `CREATE ${unique}INDEX CONCURRENTLY ${quote.identifier(name)} ${replaced(sql, edits, to, tokens[on]!.from)}`;
}

/** A CHECK constraint's definition over another column. */
export function checkOn(definition: string, from: string, to: string): string {
  const head = 'ALTER TABLE t ADD ';
  const sql = `${head}${definition}`;
  return replaced(sql, references(sql, from), to, head.length);
}

/** A foreign key's definition over another column of the referencing table. */
export function foreignKeyOn(definition: string, from: string, to: string): string {
  const tokens = lex(definition);
  const references = tokens.findIndex((token) => is(token, 'references'));
  // Behind the referenced columns only `SET NULL (column)` and `SET DEFAULT (column)` name own ones.
  const set = tokens.findIndex((token, at) => at > references && is(token, 'set'));
  const own = tokens.filter(
    (token, at) => at > 1 && (at < references || (set >= 0 && at > set)) && isName(token.text, from),
  );
  return replaced(definition, own, to);
}

/** A foreign key's definition that leads to another column of the referenced table. */
export function foreignKeyTo(definition: string, from: string, to: string): string {
  const tokens = lex(definition);
  const references = tokens.findIndex((token) => is(token, 'references'));
  const open = tokens.findIndex((token, at) => at > references && token.text === '(');
  const close = tokens.findIndex((token, at) => at > open && token.text === ')');
  const own = tokens.filter((token, at) => at > open && at < close && isName(token.text, from));
  return replaced(definition, own, to);
}

interface Edit {
  /** In characters. */
  readonly from: number;
  readonly to: number;
}

/** Where expressions of a statement name the column. */
function references(sql: string, column: string): readonly Edit[] {
  const bytes = Buffer.from(sql, 'utf8');
  const starts = new Set<number>();
  walk([treeOfText(sql)], (kind, node) => {
    if (kind === 'ColumnRef' && words(node['fields'] as Node[])[0] === column)
      starts.add(bytes.toString('utf8', 0, (node['location'] as number | undefined) ?? 0).length);
  });
  return lex(sql).filter(({ from }) => starts.has(from));
}

function isName(written: string, column: string): boolean {
  return written === quote.identifier(column) || written === `"${column.replaceAll('"', '""')}"`;
}

function replaced(sql: string, edits: readonly Edit[], column: string, start = 0): string {
  let text = '';
  let at = start;
  for (const edit of [...new Map(edits.map((each) => [each.from, each])).values()].toSorted(
    (a, b) => a.from - b.from,
  )) {
    if (edit.from < start) continue;
    text += `${sql.slice(at, edit.from)}${quote.identifier(column)}`;
    at = edit.to;
  }
  return text + sql.slice(at);
}
