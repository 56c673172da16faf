// Conditions that are put together while the program runs. Only known fields can be named, and every value is bound, never written into SQL.
// Written by dbd from the catalog and the task; a later run overwrites it.

export type Operator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'like' | 'in' | 'null';

export type Specification<T> =
  | { readonly kind: 'field'; readonly field: keyof T & string; readonly operator: Operator; readonly value: unknown }
  | { readonly kind: 'all'; readonly of: readonly Specification<T>[] }
  | { readonly kind: 'any'; readonly of: readonly Specification<T>[] }
  | { readonly kind: 'not'; readonly of: Specification<T> };

export interface Page<T> {
  readonly orderBy?: readonly (readonly [field: keyof T & string, direction: 'asc' | 'desc'])[];
  readonly limit?: number;
}

type Texts<T> = { [K in keyof T & string]: NonNullable<T[K]> extends string ? K : never }[keyof T & string];

/** Conditions over one kind of row: `const user = specify<User>()`, then `user.all(user.is(…), user.not(user.isNull(…)))`. */
export function specify<T extends object>() {
  const compare = (operator: Operator) => <K extends keyof T & string>(field: K, value: NonNullable<T[K]>): Specification<T> => ({ kind: 'field', field, operator, value });
  return {
    is: compare('='),
    isNot: compare('<>'),
    below: compare('<'),
    atMost: compare('<='),
    above: compare('>'),
    atLeast: compare('>='),
    /** Both ends belong to it. */
    between: <K extends keyof T & string>(field: K, from: NonNullable<T[K]>, to: NonNullable<T[K]>): Specification<T> => ({
      kind: 'all',
      of: [compare('>=')(field, from), compare('<=')(field, to)],
    }),
    /** True for no row when there is no value. */
    oneOf: <K extends keyof T & string>(field: K, values: readonly NonNullable<T[K]>[]): Specification<T> => ({ kind: 'field', field, operator: 'in', value: values }),
    /** `%` stands for any text, `_` for one letter; {@link escapeLike} takes a text as it is. */
    like: (field: Texts<T>, pattern: string): Specification<T> => ({ kind: 'field', field: field as keyof T & string, operator: 'like', value: pattern }),
    isNull: <K extends keyof T & string>(field: K): Specification<T> => ({ kind: 'field', field, operator: 'null', value: null }),
    /** True for every row when nothing is asked. */
    all: (...of: readonly Specification<T>[]): Specification<T> => ({ kind: 'all', of }),
    /** True for no row when nothing is offered. */
    any: (...of: readonly Specification<T>[]): Specification<T> => ({ kind: 'any', of }),
    not: (of: Specification<T>): Specification<T> => ({ kind: 'not', of }),
  };
}

/** A text whose `%` and `_` mean themselves in a pattern. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}

const comparisons: { readonly [operator: string]: Operator } = { '=': '=', '<>': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

/** The SQL of a comparison; a condition may come from outside, where no type has looked at it. */
export function comparison(operator: string): Operator {
  return known(comparisons, operator);
}

/** The entry of a known field; a name that is none is refused, whatever the types were told. */
export function known<V>(fields: { readonly [name: string]: V }, name: string): V {
  const found = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (found === undefined) throw new Error('There is no field ' + JSON.stringify(name) + '.');
  return found;
}
