/** Edits that several rules make. */
import type { Place } from './place.ts';
import { edited, tokensOf, within, type Edit, type Range } from './text.ts';

/** Adds a condition to WHERE, which it makes where there is none. */
export function withCondition({ core }: Place, condition: string): readonly Edit[] {
  const { where, tables, tree } = core;
  if (where) {
    const node = tree.whereClause;
    const either = node !== undefined && 'BoolExpr' in node && node.BoolExpr.boolop === 'OR_EXPR';
    return [
      ...(either ? [{ from: where.from, to: where.from, text: '(' }] : []),
      { from: where.to, to: where.to, text: `${either ? ')' : ''} AND ${condition}` },
    ];
  }
  return tables ? [{ from: tables.to, to: tables.to, text: ` WHERE ${condition}` }] : [];
}

/** The text of a range after edits that lie inside it. */
export function rangeEdited(sql: string, range: Range, edits: readonly Edit[]): string {
  const moved = edits
    .filter(({ from, to }) => from >= range.from && to <= range.to)
    .map((edit) => ({ ...edit, from: edit.from - range.from, to: edit.to - range.from }));
  return edited(sql.slice(range.from, range.to), moved);
}

/** Takes a clause or an item away with the blank before it. */
export function removed(sql: string, range: Range): Edit {
  const before = sql.slice(0, range.from).trimEnd().length;
  // A comment to the end of its line would swallow what follows.
  const last = tokensOf(sql).findLast(({ to }) => to <= range.from)?.to ?? 0;
  return { from: last === before ? before : range.from, to: range.to, text: '' };
}

/** Parameters of a text by number, ascending. */
export function parametersOf(sql: string, range: Range = { from: 0, to: sql.length }): readonly number[] {
  const numbers = within(tokensOf(sql), range).flatMap(({ kind, text }) =>
    kind === 'numbered' ? Number(text.slice(1)) : [],
  );
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}

/** A text whose parameters bear other numbers. */
export function renumbered(sql: string, number: (old: number) => number): string {
  return edited(
    sql,
    tokensOf(sql).flatMap(({ kind, text, from, to }) =>
      kind === 'numbered' ? { from, to, text: `$${number(Number(text.slice(1)))}` } : [],
    ),
  );
}
