/** What people say to the linter beside their statements. */
import type { Grammar } from '../../engine/model.ts';

/** A finding that somebody explained away. */
export interface Suppression {
  readonly rule: string;
  /** Undefined when no reason was given, and it does not count. */
  readonly because: string | undefined;
  /** Offset in the statement's text. */
  readonly at: number;
}

const form = /dbd:ignore\s+([\w*-]+)(?:\s*,?\s*because\s+(\S[\s\S]*?))?\s*(?:\*\/)?$/i;

/** The suppressions among a statement's comments: `-- dbd:ignore rule because …`. */
export function suppressionsIn(grammar: Grammar, sql: string): readonly Suppression[] {
  const found: Suppression[] = [];
  let at = 0;
  for (const piece of grammar.scan(sql)) {
    const said = piece.kind === 'comment' ? form.exec(piece.text) : null;
    if (said) found.push({ rule: said[1]!, because: said[2]?.trim(), at });
    at += piece.text.length;
  }
  return found;
}

/** Offset of the first token behind comments and blanks. */
export function startOf(grammar: Grammar, sql: string): number {
  let at = 0;
  for (const piece of grammar.scan(sql)) {
    if (piece.kind !== 'comment' && piece.kind !== 'blank') return at;
    at += piece.text.length;
  }
  return 0;
}

/** A statement without the comments and blanks around it. */
export function bareSql(grammar: Grammar, sql: string): string {
  const pieces = [...grammar.scan(sql)];
  const isNothing = (kind: string | undefined): boolean => kind === 'comment' || kind === 'blank';
  while (pieces.length > 0 && isNothing(pieces[0]?.kind)) pieces.shift();
  while (pieces.length > 0 && isNothing(pieces.at(-1)?.kind)) pieces.pop();
  return pieces.map(({ text }) => text).join('');
}
