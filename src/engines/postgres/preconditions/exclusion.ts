import type { Constraint as Node } from 'libpg-query';
import type { Precondition } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { is } from '../online/text.ts';
import { quote } from '../quote.ts';
import { columnsIn, inParentheses, short, splitOutside } from './text.ts';
import { asked, nothing, openColumns, printed } from './say.ts';
import { rowsOf, type TableState } from './state.ts';

interface Element {
  readonly sql: string;
  readonly operator: string;
}

/** Pairs of rows that an exclusion constraint would not let stand beside each other; every row meets every other unless an element compares by equality. */
export function exclusion(
  table: TableState,
  node: Node | undefined,
  definition: string,
  shown = definition,
): Precondition {
  const says = `no two rows of ${printed(table)} collide by ${short(shown)}`;
  const elements = elementsOf(definition, node);
  if (!elements) return nothing(table, 'exclusion', says, 'its elements could not be taken apart');
  const used = columnsIn(definition, table);
  const named = elements.flatMap(({ sql }) => (table.columns.has(bareName(sql)) ? [bareName(sql)] : []));
  const about = [...new Set([...used, ...named])];
  const rows = rowsOf(table, about, true);
  if ('unknown' in rows) return nothing(table, 'exclusion', says, rows.unknown);
  const where = whereOf(definition);
  const key = table.primary.length > 0 ? table.primary : undefined;
  if (!key)
    return nothing(table, 'exclusion', says, 'rows of a table without a primary key are not told apart');
  const list = [
    ...key.map((column, at) => `${quote.identifier(column)} AS dbd_key_${at}`),
    ...elements.map(({ sql }, at) => `(${sql}) AS dbd_${at}`),
  ];
  const side = `SELECT ${list.join(', ')} FROM ${rows.sql}${where === undefined ? '' : ` WHERE (${where})`}`;
  const before = `(${key.map((_, at) => `a.dbd_key_${at}`).join(', ')}) < (${key.map((_, at) => `b.dbd_key_${at}`).join(', ')})`;
  const meet = elements.map(({ operator }, at) => `a.dbd_${at} ${operator} b.dbd_${at}`).join(' AND ');
  const columns = key.flatMap((column, at) => [
    `a.dbd_key_${at} AS ${quote.identifier(column)}`,
    `b.dbd_key_${at} AS ${quote.identifier(`other ${column}`)}`,
  ]);
  return asked('exclusion', says, table.today, {
    sql: `WITH dbd_rows AS MATERIALIZED (${side}) SELECT ${columns.join(', ')} FROM dbd_rows AS a JOIN dbd_rows AS b ON ${before} AND ${meet}`,
    mode: 'no row',
    shown: openColumns(table, key).flatMap((column) => [column, `other ${column}`]),
  });
}

function elementsOf(definition: string, node: Node | undefined): readonly Element[] | undefined {
  const inner = inParentheses(definition);
  const parts = splitOutside(inner);
  const elements = parts.map((part, index): Element | undefined => {
    const tokens = lex(part);
    let depth = 0;
    let at = -1;
    for (const [place, token] of tokens.entries()) {
      if (token.text === '(') depth += 1;
      if (token.text === ')') depth -= 1;
      if (depth === 0 && is(token, 'with')) at = place;
    }
    if (at < 1) return undefined;
    const operator = part.slice(tokens[at]!.to).trim();
    const item = node?.exclusions?.[index];
    const first = item && 'List' in item ? item.List.items?.[0] : undefined;
    const elem = first && 'IndexElem' in first ? first.IndexElem : undefined;
    const text = part.slice(0, tokens[at]!.from).trim();
    // An operator class may stand behind the expression: its own parentheses, or the name, are enough.
    const sql =
      elem?.name !== undefined
        ? quote.identifier(elem.name)
        : text.startsWith('(')
          ? inParentheses(text)
          : elem && elem.opclass
            ? undefined
            : text;
    return sql === undefined ? undefined : { sql, operator };
  });
  return elements.every((element) => element !== undefined) && elements.length > 0
    ? (elements as readonly Element[])
    : undefined;
}

function whereOf(definition: string): string | undefined {
  const tokens = lex(definition);
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth === 0 && is(token, 'where')) return inParentheses(definition.slice(token.to));
  }
  return undefined;
}

function bareName(sql: string): string {
  return sql.startsWith('"') ? sql.slice(1, -1).replaceAll('""', '"') : sql.toLowerCase();
}
