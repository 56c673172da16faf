/** Expressions of a plan written again for an index: without the alias of their table. */
import type { Quote } from '../../../engine/grammar/model.ts';
import type { Expression } from './expression.ts';

/** SQL of an expression over the columns of one table. */
export function sqlOf(expression: Expression, quote: Quote): string {
  const list = (parts: readonly Expression[]): string => parts.map((part) => sqlOf(part, quote)).join(', ');
  switch (expression.kind) {
    case 'column':
      return quote.identifier(expression.name);
    case 'constant':
      return expression.type === 'number'
        ? expression.text
        : `${quote.literal(expression.text)}${expression.type ? `::${expression.type}` : ''}`;
    case 'call':
      return /^extract$/i.test(expression.name) && expression.parts.length === 2
        ? `EXTRACT(${sqlOf(expression.parts[0]!, quote)} FROM ${sqlOf(expression.parts[1]!, quote)})`
        : `${expression.name}(${list(expression.parts)})`;
    case 'cast':
      return `(${sqlOf(expression.part, quote)})::${expression.type}`;
    case 'operation':
      return expression.parts.length === 2
        ? `(${sqlOf(expression.parts[0]!, quote)} ${expression.operator} ${sqlOf(expression.parts[1]!, quote)})`
        : `(${list(expression.parts)} ${expression.operator})`;
    case 'parameter':
    case 'subplan':
      return expression.text;
    case 'not':
      return `(NOT ${sqlOf(expression.part, quote)})`;
    case 'and':
    case 'or':
      return `(${expression.parts.map((part) => sqlOf(part, quote)).join(` ${expression.kind.toUpperCase()} `)})`;
    case 'row':
      return `ROW(${list(expression.parts)})`;
    case 'list':
      return `ARRAY[${list(expression.parts)}]`;
    case 'other':
      return `(${list(expression.parts)})`;
  }
}
