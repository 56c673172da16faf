import type { Table } from '../../../catalog/model.ts';
import { lex, type Token } from '../grammar/lex.ts';
import { quote } from '../quote.ts';
import { is } from './text.ts';

/** The condition that rows of a partition meet, as a CHECK from which the server proves its bound; undefined for bounds of several columns, by hash, by expressions, with NULL, and for DEFAULT. */
export function boundCondition({ partitionKey = '', columns }: Table, bound: string): string | undefined {
  const key = /^(RANGE|LIST) \((.*)\)$/s.exec(partitionKey);
  const column = columns.find(({ name }) => quote.identifier(name) === key?.[2]);
  if (!key || !column) return undefined;
  const own = quote.identifier(column.name);
  const typed = (value: string): string => `(${value})::${column.type}`;
  const tokens = lex(bound);
  if (key[1] === 'LIST') {
    const values = listAfter(bound, tokens, 'in');
    if (!values || values.some((value) => /^null$/i.test(value))) return undefined;
    return `${own} IS NOT NULL AND ${own} = ANY (ARRAY[${values.map(typed).join(', ')}])`;
  }
  const [low, high] = [listAfter(bound, tokens, 'from'), listAfter(bound, tokens, 'to')];
  if (low?.length !== 1 || high?.length !== 1) return undefined;
  return [
    `${own} IS NOT NULL`,
    ...(/^minvalue$/i.test(low[0]!) ? [] : [`${own} >= ${typed(low[0]!)}`]),
    ...(/^maxvalue$/i.test(high[0]!) ? [] : [`${own} < ${typed(high[0]!)}`]),
  ].join(' AND ');
}

/** The values in the parentheses behind a word. */
function listAfter(sql: string, tokens: readonly Token[], word: string): readonly string[] | undefined {
  const at = tokens.findIndex((token, index) => is(token, word) && tokens[index + 1]?.text === '(');
  if (at < 0) return undefined;
  const values: string[] = [];
  let depth = 0;
  let from = tokens[at + 1]!.to;
  for (const token of tokens.slice(at + 1)) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if ((token.text === ',' && depth === 1) || depth === 0) {
      values.push(sql.slice(from, token.from).trim());
      from = token.to;
    }
    if (depth === 0) return values;
  }
  return undefined;
}
