import type { Quote } from '../../engine/model.ts';
import type { Condition } from './conditions.ts';

/** Least and greatest number that conditions over a column alone allow, both inclusive for a step of `step`; undefined on a side that is open. */
export interface Limits {
  readonly low?: number;
  readonly high?: number;
}

const number = String.raw`(?:\(*'?(-?\d+(?:\.\d+)?)'?\)*(?:::[a-z ]+(?:\([\d,]+\))?)?)`;

/** Limits that comparisons joined by AND set; a condition with OR or NOT sets none. */
export function limitsOf(column: string, conditions: readonly Condition[], quote: Quote, step = 1): Limits {
  let low: number | undefined;
  let high: number | undefined;
  const name = quote.identifier(column).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const compared = new RegExp(
    String.raw`\(*${name}\)*(?:::[a-z ]+)? (<=|>=|<|>|=) ${number}(?! [-+*/%|])`,
    'g',
  );
  for (const { predicate, columns } of conditions) {
    if (columns.length !== 1 || columns[0] !== column || / OR |\bNOT\b|\bCASE\b/.test(predicate)) continue;
    for (const [, sign, text] of predicate.matchAll(compared)) {
      const limit = Number(text);
      if (sign === '>=' || sign === '>' || sign === '=')
        low = Math.max(low ?? -Infinity, sign === '>' ? limit + step : limit);
      if (sign === '<=' || sign === '<' || sign === '=')
        high = Math.min(high ?? Infinity, sign === '<' ? limit - step : limit);
    }
  }
  return { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
}
