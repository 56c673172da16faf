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
  return Object.entries(cases).map(([name, [sql, must, rest]]) => {
    const off = Object.entries(rest.settings ?? {}).some(
      ([setting, value]) => setting.startsWith('enable_') && value === 'off',
    );
    // A case that is forced into a shape says so in its settings, and the rule may see it.
    const may = off && !must.includes('planner-switch') ? [...(rest.may ?? []), 'planner-switch'] : rest.may;
    return { ...rest, ...(may ? { may } : {}), name, schema, sql, must };
  });
}
