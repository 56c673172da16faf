import { plural } from '../../base/text.ts';
import type { DesignedTenancy } from '../../design/model.ts';
import { deleteSql, exportSql, importSql, tenantParts } from '../../design/tenancy/scripts.ts';
import { crossing } from '../../design/patterns/tenant.ts';
import { tenantSetting } from '../../design/tenancy/who.ts';
import { tenantRoleSql } from '../../design/tenancy/roles.ts';
import type { Block, Claim, Finding } from '../../report/model.ts';
import type { SandboxDatabase, SandboxRole } from '../../sandbox/model.ts';
import type { Tenancy } from '../../task/model.ts';
import { claim, measured } from '../claims/claims.ts';
import type { OutputFile } from '../files.ts';
import { tryQuotas, tryRoleLimits } from '../trials/tenancy/fair-use.ts';
import { tryMove } from '../trials/tenancy/tenant-move.ts';
import { attempted, type TenantCheck } from '../trials/tenancy/tenant-scene.ts';
import { trySeparate, separateFiles } from '../trials/tenancy/separate-tenants.ts';
import { tryIsolation } from '../trials/tenancy/tenants.ts';
import type { Contribution, Deliverable, Stage } from './model.ts';

/** Tenants kept apart, moved, exported, deleted and held to their limits, each tried as the tenant's role. */
export const tenancy: Deliverable = {
  name: 'tenancy',
  doing: 'become two tenants and try to reach each other',
  line: 'security',
  wanted: ({ task }) => task.requirements.tenancy !== undefined,
  async make(stage) {
    const asked = stage.task.requirements.tenancy!;
    const designed = stage.planned.design.tenancy;
    if (!designed || (asked.model === 'shared' && designed.tables.length === 0))
      return nothing(asked, designed ? 'No table names a tenant.' : `There is no table ${asked.of}.`);
    await stage.engine.grammar.ready();
    const checks =
      asked.model === 'shared'
        ? await tryShared(stage, asked, designed)
        : await attempted(stage, 'become two tenants', () => trySeparate(stage, asked));
    const crossings = stage.planned.design.notes
      .filter(({ rule }) => rule === crossing)
      .map(({ about }) => about);
    const files = asked.model === 'shared' ? sharedFiles(stage, designed) : separateFiles(stage, asked);
    return {
      files: [...files, roleFile(stage, asked)],
      blocks: [table(checks), advice(asked)],
      claims: [verdictOf(asked, checks, crossings)],
      findings: findingsOf(checks),
      limits: limitsOf(asked),
      checklist: {
        security: {
          verdict: verdictOf(asked, checks, crossings).verdict,
          because: `tenants: ${verdictOf(asked, checks, crossings).because}`,
        },
      },
    } satisfies Contribution;
  },
};

/** All trials of tables that tenants share, each on a copy of its own. */
async function tryShared(
  stage: Stage,
  asked: Tenancy,
  designed: DesignedTenancy,
): Promise<readonly TenantCheck[]> {
  const onCopy = (
    work: (database: SandboxDatabase, roles: readonly SandboxRole[]) => Promise<readonly TenantCheck[]>,
  ) => withCopy(stage, work);
  return [
    ...(await attempted(stage, 'become two tenants', () => tryApart(stage, designed))),
    ...(await attempted(stage, 'move and delete a tenant', () =>
      onCopy((database, [member]) => tryMove({ stage, tenancy: designed, database, member: member! })),
    )),
    ...(designed.quotas.length > 0
      ? await attempted(stage, 'write up to the limits of rows', () =>
          onCopy((database) => tryQuotas(stage, designed, database)),
        )
      : []),
    ...(await attempted(stage, 'limits of a tenant’s role', () =>
      tryRoleLimits(stage, asked, stage.current),
    )),
  ];
}

/** Two tenants on a copy of the twin; `spoil` is run first by the administrator, for controls. */
export function tryApart(
  stage: Stage,
  tenancy_: DesignedTenancy,
  spoil?: string,
): Promise<readonly TenantCheck[]> {
  return withCopy(stage, (database, [member, owner]) =>
    tryIsolation({
      stage,
      tenancy: tenancy_,
      database,
      member: member!,
      owner: owner!,
      ...(spoil === undefined ? {} : { spoil }),
    }),
  );
}

/** A copy of the smallest twin with two roles, gone afterwards. */
async function withCopy<T>(
  { sandbox, twin }: Stage,
  work: (database: SandboxDatabase, roles: readonly SandboxRole[]) => Promise<T>,
): Promise<T> {
  const roles = [await sandbox.createRole(), await sandbox.createRole()];
  const database = await sandbox.createDatabase({ from: twin.sizes[0]!.database });
  try {
    return await work(database, roles);
  } finally {
    await sandbox.dropDatabase(database);
    for (const role of roles) await sandbox.dropRole(role);
  }
}

function sharedFiles({ engine, task, planned }: Stage, designed: DesignedTenancy): readonly OutputFile[] {
  const options = { task, quote: engine.quote, parts: tenantParts(planned.after, designed, engine.quote) };
  return [
    { path: 'tenant-export.sql', text: exportSql(options), what: 'the rows of one tenant as files' },
    { path: 'tenant-import.sql', text: importSql(options), what: 'these files into another database' },
    { path: 'tenant-delete.sql', text: deleteSql(options), what: 'a tenant and all its rows deleted' },
  ];
}

function roleFile({ task, engine }: Stage, asked: Tenancy): OutputFile {
  return {
    path: 'tenant-role.sql',
    text: tenantRoleSql(task, asked, engine.quote),
    what: 'a role for one tenant, with its limits',
  };
}

function table(checks: readonly TenantCheck[]): Block {
  return {
    id: 'tenants',
    title: 'Tenants, tried by becoming them',
    kind: 'table',
    columns: [{ title: 'Attempt' }, { title: 'Expected' }, { title: 'Observed' }],
    rows: checks.map(({ attempt, expected, observed, ok, open }) => [
      attempt,
      expected,
      { text: observed, tone: ok ? (open ? 'plain' : 'good') : 'bad' },
    ]),
    note: 'On copies of the twin, whose tables belonged to a role that row security binds; the tenant’s role had every right on rows.',
  };
}

function advice({ model, connections }: Tenancy): Block {
  const pool =
    connections === undefined
      ? 'fewer than the role’s connection limit'
      : `at most ${connections}, its role’s connection limit`;
  return {
    id: 'tenant-pools',
    title: 'Pools and limits',
    kind: 'text',
    text: [
      `One login role per tenant (tenant-role.sql) carries the connection limit and the statement timeout. In PgBouncer give each tenant a pool of its own: an entry in [databases] or [users] with pool_size ${pool}, and max_db_connections below the server’s max_connections in all, so that one tenant’s queue holds nobody else up.`,
      ...(model === 'shared'
        ? [
            `With transaction pooling a session serves many tenants: set ${tenantSetting} inside each transaction, SELECT set_config('${tenantSetting}', $1, true), never for the session.`,
            `Whoever may run SQL of their own choice as the application can set another tenant: the setting is as trustworthy as the code that sets it. Row security holds against forgotten conditions, not against SQL injection; where tenants run SQL themselves, give each a schema or a database.`,
          ]
        : []),
    ].join('\n\n'),
  };
}

function verdictOf(asked: Tenancy, checks: readonly TenantCheck[], crossings: readonly string[]): Claim {
  const says =
    asked.model === 'shared'
      ? 'Tenants share tables, and none reaches another’s rows'
      : `Each tenant has a ${asked.model} of its own, and none reaches another’s`;
  const evidence = checks
    .filter((check) => !check.open)
    .map(({ attempt, observed }) => measured(`${attempt}: ${observed}`));
  const of = (verdict: Claim['verdict'], because: string): Claim =>
    claim(
      'tenancy',
      'tenancy',
      says,
      verdict,
      crossings.length === 0
        ? because
        : `${because} ${crossings.join(' and ')} may name a row of another tenant (${crossing}).`,
      evidence,
    );
  const wrong = checks.find(({ ok }) => !ok);
  if (wrong) return of('missed', `${wrong.attempt}: expected ${wrong.expected}, observed ${wrong.observed}.`);
  const open = checks.filter((check) => check.open);
  if (open.length > 0)
    return of(
      'not-proven',
      `${open.map(({ attempt, observed }) => `${attempt}: ${observed.replace(/\.$/, '')}`).join('; ')}.`,
    );
  return of(
    crossings.length === 0 ? 'proven' : 'not-proven',
    `${plural(checks.length, 'attempt')} as two tenants of the twin ended as they must; that the application names the right tenant is its own matter.`,
  );
}

function findingsOf(checks: readonly TenantCheck[]): readonly Finding[] {
  return checks
    .filter(({ ok }) => !ok)
    .map(({ attempt, expected, observed }) => ({
      rule: 'tenant-not-apart',
      severity: 'error' as const,
      place: attempt,
      message: `Expected ${expected}, observed ${observed}.`,
      why: 'What one tenant sees or writes of another cannot be taken back.',
    }));
}

function limitsOf({ model }: Tenancy): readonly string[] {
  return model === 'shared'
    ? [
        'Access patterns were measured as a role past row security: a policy adds its comparison to each row that is looked at.',
        'Purges and backfills were tried as an owner past row security. On your server row security binds the owner of the tables: they need a role past it, which roles.sql makes of the migration role.',
      ]
    : [];
}

function nothing(asked: Tenancy, why: string): Contribution {
  return {
    claims: [claim('tenancy', 'tenancy', `Tenants are kept apart (${asked.model})`, 'missed', why)],
    checklist: { security: { verdict: 'missed', because: `tenants: ${why}` } },
  };
}
