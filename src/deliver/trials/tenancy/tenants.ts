/** Tries that tenants of shared tables see and write their own rows only, as a role that may do all that row security does not forbid. */
import type { Name } from '../../../catalog/model.ts';
import type { DesignedTenancy } from '../../../design/model.ts';
import { tenantParts } from '../../../design/tenancy/scripts.ts';
import type { Session } from '../../../engine/model.ts';
import type { SandboxDatabase, SandboxRole } from '../../../sandbox/model.ts';
import type { Stage } from '../../deliverables/model.ts';
import {
  attempted,
  become,
  count,
  tenantCheck,
  untried,
  type Scene,
  type TenantCheck,
  type Tenants,
} from './tenant-scene.ts';
import { bypassing, messages, stands, unprotected, views } from './tenant-ways.ts';
import { counts, writing, writtenByTriggers } from './tenant-writes.ts';

/** The two tenants with the most rows of the twin; undefined when there are not two. */
export async function twoTenants(
  session: Session,
  stage: Stage,
  tenancy: DesignedTenancy,
): Promise<Tenants | undefined> {
  const { quote } = stage.engine;
  const parts = tenancy.tables.map(
    ({ table, column }) => `SELECT ${quote.identifier(column)}::text AS tenant FROM ${quote.name(table)}`,
  );
  const { rows } = await session.query<{ tenant: string }>(
    `SELECT tenant FROM (${parts.join(' UNION ALL ')}) AS every WHERE tenant IS NOT NULL GROUP BY tenant ORDER BY count(*) DESC, tenant LIMIT 2`,
  );
  const [own, other] = rows;
  return own && other ? { own: own.tenant, other: other.tenant } : undefined;
}

export interface IsolationOptions {
  readonly stage: Stage;
  readonly tenancy: DesignedTenancy;
  /** Filled copy that belongs to the trial. */
  readonly database: SandboxDatabase;
  /** The tenant's role, with every right on rows and none on structure; and an owner that is bound by row security. */
  readonly member: SandboxRole;
  readonly owner: SandboxRole;
  /** SQL that the administrator runs first, for controls that spoil the isolation. */
  readonly spoil?: string;
}

/** What both tenants' sessions show on a filled database. */
export async function tryIsolation(options: IsolationOptions): Promise<readonly TenantCheck[]> {
  const { stage, tenancy, database, member, owner, spoil } = options;
  const { engine, planned } = stage;
  const { quote } = engine;
  const admin = await engine.connect(database.adminUrl, { application: 'dbd tenants' });
  const sessions: Session[] = [admin];
  try {
    // The owner that fills twins is past row security; on a server the owner is not, and its views and functions are bound with it.
    for (const sql of handOver(stage, quote.identifier(owner.name))) await admin.run(sql);
    const parts = tenantParts(planned.after, tenancy, quote);
    const role = quote.identifier(member.name);
    const schemas = [...new Set(planned.after.tables.map(({ schema }) => quote.identifier(schema)))];
    for (const schema of schemas)
      await admin.run(
        `GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`,
      );
    const relations = [
      ...parts.rows.map(({ table }) => table as Name),
      ...planned.after.views.filter((view) => !view.materialized),
    ];
    const written = parts.rows.filter(writtenByTriggers).map(({ table }) => table as Name);
    for (const name of relations)
      await admin.run(
        `GRANT SELECT${counts(tenancy, name) ? '' : `${written.includes(name) ? '' : ', INSERT'}, UPDATE, DELETE`} ON ${quote.name(name)} TO ${role}`,
      );
    for (const name of parts.shared) await admin.run(`GRANT SELECT ON ${quote.name(name)} TO ${role}`);
    if (spoil !== undefined) await admin.run(spoil);
    const tenants = await twoTenants(admin, stage, tenancy);
    if (!tenants)
      return [untried('two tenants on the twin', 'two', 'The twin holds no rows of two tenants.')];
    const session = await engine.connect(member.url(database), {
      application: 'dbd tenant',
      statementTimeoutMs: 30_000,
    });
    sessions.push(session);
    const asOwner = await engine.connect(owner.url(database), { application: 'dbd owner' });
    sessions.push(asOwner);
    // What was there before and is not the task's is named, and not held against what the task makes.
    const bound = parts.rows.filter(({ table }) => !stands(stage, tenancy, table));
    const scene: Scene = { stage, tenancy, admin, session, tenants, parts: bound };
    return [
      ...(await attempted(stage, 'read as nobody', () => silent(scene, asOwner))),
      ...(await attempted(stage, 'read as two tenants', () => reading(scene))),
      ...(await attempted(stage, 'write rows of another tenant', () => writing(scene))),
      ...(await attempted(stage, 'read views as two tenants', () => views(scene))),
      ...(await attempted(stage, 'ways around row security', () => bypassing(scene, owner))),
      ...unprotected(stage, tenancy),
      ...messages(stage, tenancy),
    ];
  } finally {
    for (const one of sessions) await one.close();
  }
}

/** Statements that give everything in the database to another owner. */
function handOver({ engine, planned }: Stage, owner: string): readonly string[] {
  const { quote } = engine;
  const { schemas, tables, views, routines } = planned.after;
  return [
    ...schemas.map(({ name }) => `GRANT USAGE ON SCHEMA ${quote.identifier(name)} TO ${owner}`),
    ...tables.map((table) => `ALTER TABLE ${quote.name(table)} OWNER TO ${owner}`),
    ...views.map(
      (view) => `ALTER ${view.materialized ? 'MATERIALIZED ' : ''}VIEW ${quote.name(view)} OWNER TO ${owner}`,
    ),
    ...routines
      .filter(({ kind }) => kind === 'function' || kind === 'procedure')
      .map((routine) => `ALTER ROUTINE ${quote.name(routine)}(${routine.arguments}) OWNER TO ${owner}`),
  ];
}

/** A session that says no tenant, and the owner of the tables, see nothing. */
async function silent(
  { stage, tenancy, session, parts }: Scene,
  owner: Session,
): Promise<readonly TenantCheck[]> {
  const { quote } = stage.engine;
  const checks: TenantCheck[] = [];
  for (const [who, one] of [
    ['a session without a tenant', session],
    ['the owner of the tables, without a tenant', owner],
  ] as const) {
    const seen: string[] = [];
    for (const { table } of parts) {
      if (one === owner && counts(tenancy, table)) continue;
      const n = await count(one, `SELECT count(*) AS n FROM ${quote.name(table)}`);
      if (n > 0) seen.push(`${n} of ${table.name}`);
    }
    checks.push(tenantCheck(`${who} reads ${parts.length} tables`, 'no row', seen.join(', ') || 'no row'));
  }
  return checks;
}

/** Each tenant sees as many rows as it has, and none of the other. */
async function reading({ stage, admin, session, tenants, parts }: Scene): Promise<readonly TenantCheck[]> {
  const { quote } = stage.engine;
  const checks: TenantCheck[] = [];
  for (const tenant of [tenants.own, tenants.other]) {
    await become(session, tenant);
    let [expected, seen, foreign] = [0, 0, 0];
    for (const { table, tenant: whose } of parts) {
      const from = quote.name(table);
      expected += await count(admin, `SELECT count(*) AS n FROM ${from} WHERE (${whose})::text = $1`, [
        tenant,
      ]);
      seen += await count(session, `SELECT count(*) AS n FROM ${from}`);
      foreign += await count(
        session,
        `SELECT count(*) AS n FROM ${from} WHERE (${whose})::text IS DISTINCT FROM $1`,
        [tenant],
      );
    }
    checks.push(
      tenantCheck(
        `a session of tenant ${tenant} reads ${parts.length} tables`,
        `its ${expected} rows, 0 of others`,
        `its ${seen - foreign} rows, ${foreign} of others`,
      ),
    );
  }
  return checks;
}
