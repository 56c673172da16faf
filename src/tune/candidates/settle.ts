/** Parameters of a statement that always have one value, put into what an index may hold. */
import type { AccessCondition, AccessKey, Engine, TableAccess } from '../../engine/model.ts';
import type { WorkQuery } from '../advice/model.ts';

/** What is known of a query's parameters. */
export interface KnownValues {
  /** SQL of `$n` where every call has the same value. */
  readonly fixed: ReadonlyMap<number, string>;
  /** Values of `$n` that were seen or drawn, as text. */
  values(parameter: number): readonly string[];
}

/** Values of a query's parameters, as its sets tell them. */
export function knownValues({ sets, basis }: WorkQuery, { quote }: Engine): KnownValues {
  const values = (parameter: number): readonly string[] => [
    ...new Set(
      sets.flatMap((set) => {
        const value = set.values[parameter - 1];
        return value === null || value === undefined
          ? []
          : [typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)];
      }),
    ),
  ];
  const count = Math.max(0, ...sets.map((set) => set.values.length));
  const fixed = new Map<number, string>();
  // Drawn values are one of many that may come.
  if (basis === 'known' || basis === 'declared')
    for (let n = 1; n <= count; n += 1) {
      const all = values(n);
      const everywhere = sets.every((set) => set.values[n - 1] !== null && set.values[n - 1] !== undefined);
      if (all.length === 1 && everywhere) fixed.set(n, quote.literal(all[0]));
    }
  return { fixed, values };
}

/** A use with its parameters settled; keys and predicates that hold a parameter of many values are left out. */
export function settled(access: TableAccess, known: KnownValues, engine: Engine): TableAccess {
  const { fixed } = known;
  const fill = (sql: string): string | undefined => {
    if (!sql.includes('$')) return sql;
    let open = false;
    const filled = engine.grammar
      .scan(sql)
      .map(({ kind, text }) => {
        const value = kind === 'numbered' ? fixed.get(Number(text.slice(1))) : text;
        open ||= value === undefined;
        return value;
      })
      .join('');
    return open ? undefined : filled;
  };
  const key = <T extends AccessKey>(one: T): readonly T[] => {
    if (!one.expression) return [one];
    const filled = fill(one.key);
    return filled === undefined ? [] : [{ ...one, key: filled }];
  };
  const condition = (one: AccessCondition): readonly AccessCondition[] =>
    key(one).map(({ predicate, ...rest }) => {
      const filled = predicate === undefined ? undefined : fill(predicate);
      // Patterns that always begin with anything are no prefixes.
      const within = rest.kind === 'prefix' && patternsWithin(valuesOf(one, known));
      return {
        ...rest,
        ...(within
          ? { kind: 'pattern' as const, ways: rest.ways.filter(({ method }) => method !== 'btree') }
          : {}),
        ...(filled === undefined ? {} : { predicate: filled }),
      };
    });
  // An order ends at the first key that is not known.
  const until = <T extends AccessKey>(keys: readonly T[]): readonly T[] => {
    const filled = keys.map(key);
    const end = filled.findIndex((one) => one.length === 0);
    return filled.slice(0, end < 0 ? filled.length : end).flat();
  };
  return {
    ...access,
    conditions: access.conditions.flatMap(condition),
    branches: access.branches.map((branches) => branches.map((branch) => branch.flatMap(condition))),
    order: until(access.order),
    group: access.group.flatMap(key),
    distinct: access.distinct.flatMap(key),
  };
}

function patternsWithin(values: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => /^[%_]/.test(value));
}

/** Values that a condition compares with, as texts, as far as they are known. */
export function valuesOf(condition: AccessCondition, known: KnownValues): readonly string[] {
  const one = (sql: string): readonly string[] => {
    const parameter = /^\$(\d+)/.exec(sql);
    return parameter ? known.values(Number(parameter[1])) : [unquoted(sql)];
  };
  if (condition.list) return condition.list.flatMap(one);
  const { against } = condition;
  if (against.kind === 'parameter') return known.values(against.number);
  return against.kind === 'constant' ? [unquoted(against.sql)] : [];
}

function unquoted(sql: string): string {
  const text = /^'((?:[^']|'')*)'/.exec(sql);
  return text ? text[1]!.replaceAll("''", "'") : sql;
}
