import type { FillSql, FillStage } from '../../engine/model.ts';
import { advance } from './fill/advance.ts';
import { between } from './fill/between.ts';
import { readFacts } from './fill/facts.ts';
import { spread, zipf } from './fill/random.ts';
import { shaped, shifted, widened } from './fill/shaped.ts';
import { after, values } from './fill/values.ts';

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Each stage is a level of its own, which the planner does not merge into the next: so its expressions are computed once per row. */
function staged(source: string, stages: readonly FillStage[]): string {
  return stages.reduce((from, { keeps, makes }, i) => {
    const made = makes.map((one) => `${one.expression} AS ${one.name}`);
    return `(SELECT ${['n', ...keeps, ...made].join(', ')}\nFROM ${from} OFFSET 0) AS s${i}`;
  }, source);
}

/** Rows made inside the server by `INSERT … SELECT generate_series`. */
export const fill: FillSql = {
  statements(plan) {
    if (plan.to <= plan.from) return [];
    const table = `${identifier(plan.table.schema)}.${identifier(plan.table.name)}`;
    const columns = plan.columns.map((column) => identifier(column.name)).join(', ');
    const expressions = plan.columns.map((column) => column.expression).join(',\n  ');
    if (plan.columns.length === 0) {
      return [
        `INSERT INTO ${table} SELECT FROM generate_series(${plan.from}::bigint, ${plan.to - 1}::bigint)`,
      ];
    }
    return [
      `INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE\nSELECT ${expressions}\nFROM ${staged(`generate_series(${plan.from}::bigint, ${plan.to - 1}::bigint) AS g(n)`, plan.stages ?? [])}`,
    ];
  },
  staged,
  facts: readFacts,
  between,
  shaped,
  shifted,
  widened,
  values,
  after,
  spread,
  zipf,
  // A setting of role and database, stored by a superuser, is the only way on every version to give an unprivileged session this setting.
  rest: (role, database) => ({
    on: `ALTER ROLE ${identifier(role)} IN DATABASE ${identifier(database)} SET session_replication_role = ${literal('replica')}`,
    off: `ALTER ROLE ${identifier(role)} IN DATABASE ${identifier(database)} RESET session_replication_role`,
  }),
  advance,
  async refresh(session, view) {
    await session.query(`REFRESH MATERIALIZED VIEW ${identifier(view.schema)}.${identifier(view.name)}`);
  },
  async settle(session, tables) {
    for (const table of tables)
      await session.query(`VACUUM (ANALYZE) ${identifier(table.schema)}.${identifier(table.name)}`);
  },
};
