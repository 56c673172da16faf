/** What the trial of roles asks the database itself: access patterns with values, who reads what, what masks show. */
import { findTable } from '../../../catalog/find.ts';
import { sameName } from '../../../catalog/identity.ts';
import { copiesOfSecrets } from '../../../design/security/who.ts';
import type { Name } from '../../../catalog/model.ts';
import type { Session } from '../../../engine/model.ts';
import type { ReadingRow } from '../../../engine/rights/model.ts';
import type { SandboxDatabase } from '../../../sandbox/model.ts';
import { preparePatterns, type Pattern } from '../../../tune/patterns.ts';
import type { Stage } from '../../deliverables/model.ts';
import { patternsOf } from '../../measuring/measure.ts';
import { saying, type RoleCast, type RoleCheck } from './role-cast.ts';

/** Rows of a masked view that are compared. */
const maskedRows = 10_000;

/** One statement of a trial. */
export interface Try {
  readonly sql: string;
  readonly values?: readonly unknown[];
  /** What the report calls it when it turns out wrong. */
  readonly name: string;
}

/** An access pattern with values that were drawn on the database. */
export interface PatternTry extends Try {
  readonly id: string;
  readonly kind: 'read' | 'write';
  readonly sets: readonly (readonly unknown[])[];
}

/** Access patterns with values drawn on this database, statements of transactions one by one. */
export async function preparedPatterns(
  stage: Stage,
  database: SandboxDatabase,
  sets = 1,
): Promise<readonly PatternTry[]> {
  const { engine, sandbox, task, planned, twin } = stage;
  const session = await engine.connect(database.ownerUrl, { application: 'dbd roles' });
  const rate = { perSecond: 1, peakPerSecond: 1 };
  const parts = task.requirements.access.flatMap((access) =>
    (access.transaction ?? []).map((sql, at): Pattern => ({
      claim: `${access.id}, statement ${at + 1}`,
      sql,
      rate,
    })),
  );
  try {
    const queries = await preparePatterns(
      {
        engine,
        sandbox,
        sizes: [{ database }],
        catalog: planned.after,
        patterns: [...patternsOf(task, planned).filter((one) => one.transaction === undefined), ...parts],
        volumes: twin.volumes,
        hints: twin.hints,
        seed: stage.seed,
        durationMs: 0,
        emit: () => undefined,
        signal: stage.signal,
      },
      session,
      new Map(),
    );
    return queries.map(({ name, sql, kind, values }) => ({
      id: name,
      name,
      sql,
      kind,
      values: values[0] ?? [],
      sets: values.slice(0, sets),
    }));
  } finally {
    await session.close();
  }
}

/** Who reads private columns now, with the names that the task uses. */
export async function reviewReaders(
  { stage, plan, roles }: RoleCast,
  database: SandboxDatabase,
): Promise<readonly ReadingRow[]> {
  if (plan.secrets.length === 0) return [];
  const { engine } = stage;
  const session = await engine.connect(database.adminUrl, { application: 'dbd roles' });
  const names = new Map([...roles].map(([name, role]) => [role.name, name]));
  try {
    const { rows } = await session.query<ReadingRow>(
      engine.rights.review(
        [...plan.secrets, ...copiesOfSecrets(stage.planned.design, plan.secrets)].map((secret) => ({
          ...secret,
          readers: secret.readers.map((reader) => roles.get(reader)?.name ?? reader),
        })),
      ),
    );
    return rows.map((row) => ({ ...row, role: names.get(row.role) ?? row.role }));
  } finally {
    await session.close();
  }
}

/** Whether a masked view shows a value that the column holds; masked numbers and dates meet real ones by chance, so of them all together are compared. */
export async function tryMasks(
  { stage, plan }: RoleCast,
  database: SandboxDatabase,
): Promise<readonly RoleCheck[]> {
  const { engine, planned } = stage;
  const { quote } = engine;
  const session = await engine.connect(database.adminUrl, { application: 'dbd roles' });
  const checks: RoleCheck[] = [];
  const aboutOf = (table: Name, name: string): readonly string[] =>
    plan.secrets
      .filter((secret) => sameName(secret.table, table) && secret.column === name)
      .map(({ claim }) => claim);
  try {
    for (const { view, table, columns } of planned.design.masked) {
      const source = findTable(planned.after, table);
      for (const name of columns) {
        const column = source?.columns.find((one) => one.name === name);
        if (!column) continue;
        const quoted = quote.identifier(name);
        if (engine.types.family(column.type) !== 'text') {
          const tried = await seenWhole(session, quoted, quote.name(view), quote.name(table));
          checks.push({
            role: `who reads ${view.name}`,
            kind: 'read-only',
            action: `see the values of ${table.name}.${name} as they are`,
            expected: 'refused',
            ...tried,
            about: aboutOf(table, name),
          });
          continue;
        }
        const seen = await session
          .query<{ shown: number; all: number }>(
            `SELECT count(*) FILTER (WHERE masked.value IN (SELECT ${quoted}::text FROM ${quote.name(table)} WHERE ${quoted} <> ''))::int AS shown, count(masked.value)::int AS all
           FROM (SELECT ${quoted}::text AS value FROM ${quote.name(view)} LIMIT ${maskedRows}) AS masked`,
          )
          .then(({ rows }) => rows[0]!, saying);
        const shown = typeof seen === 'string' ? seen : seen.shown === 0 ? undefined : `${seen.shown} shown`;
        const all = typeof seen === 'string' ? 0 : seen.all;
        checks.push({
          role: `who reads ${view.name}`,
          kind: 'read-only',
          action: `see a value of ${table.name}.${name} in ${all} rows`,
          expected: 'refused',
          observed: shown ?? (all === 0 ? 'no value to compare' : 'refused'),
          ok: shown === undefined,
          ...(shown === undefined && all === 0 ? { open: true as const } : {}),
          about: aboutOf(table, name),
        });
      }
    }
    return checks;
  } finally {
    await session.close();
  }
}

/** Fewest different values of a column that tell a mask from none. */
const fewestValues = 2;

/** Whether a view shows the values of a column unchanged; too few values tell nothing. */
async function seenWhole(
  session: Session,
  column: string,
  view: string,
  table: string,
): Promise<Pick<RoleCheck, 'observed' | 'ok' | 'open'>> {
  const seen = await session
    .query<{ shown: number; different: number; changed: number }>(
      `WITH masked AS (SELECT ${column}::text AS value FROM ${view} WHERE ${column} IS NOT NULL), held AS (SELECT ${column}::text AS value FROM ${table} WHERE ${column} IS NOT NULL)
       SELECT (SELECT count(*) FROM masked)::int AS shown, (SELECT count(DISTINCT value) FROM held)::int AS different,
         (SELECT count(*) FROM (TABLE masked EXCEPT ALL TABLE held) AS each)::int AS changed`,
    )
    .then(({ rows }) => rows[0]!, saying);
  if (typeof seen === 'string') return { observed: seen, ok: false };
  const { shown, different, changed } = seen;
  if (different > 0 && shown === 0) return { observed: 'refused', ok: true };
  if (different < fewestValues) return { observed: 'too few values to compare', ok: true, open: true };
  return changed === 0 ? { observed: `${shown} shown`, ok: false } : { observed: 'refused', ok: true };
}
