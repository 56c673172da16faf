import type { PlanCase } from '../model.ts';

/** Cases of one schema, each by its name: the statement, what must be found, and the rest. */
export function casesOf(
  schema: string,
  cases: Readonly<
    Record<
      string,
      readonly [
        sql: string,
        must: readonly string[],
        rest: Omit<PlanCase, 'name' | 'schema' | 'sql' | 'must'>,
      ]
    >
  >,
): readonly PlanCase[] {
  return Object.entries(cases).map(([name, [sql, must, rest]]) => ({ ...rest, name, schema, sql, must }));
}
