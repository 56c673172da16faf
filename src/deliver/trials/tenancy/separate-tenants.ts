/** Tenants with a schema or a database of their own: two are made, become, changed and dropped. */
import type { Catalog, Table } from '../../../catalog/model.ts';
import { databaseTemplateSql, ownEntities, schemaTemplateSql } from '../../../design/tenancy/separate.ts';
import type { Session } from '../../../engine/model.ts';
import type { Tenancy } from '../../../task/model.ts';
import type { SandboxDatabase, SandboxRole } from '../../../sandbox/model.ts';
import type { Stage } from '../../deliverables/model.ts';
import type { OutputFile } from '../../files.ts';
import { applyTo } from '../../twin/twin.ts';
import { tryRoleLimits } from './fair-use.ts';
import { saying } from '../roles/role-cast.ts';
import { tryDatabases } from './tenant-databases.ts';
import { attempted, ending, endings, tenantCheck, untried, type TenantCheck } from './tenant-scene.ts';

/** Names that a careless script would not survive. */
export const hostileTenants: readonly [string, string] = ['acme"; DROP SCHEMA public; --', "it's %1$I Ж🙂"];

/** Makes two tenants and tries each as its role. */
export async function trySeparate(stage: Stage, asked: Tenancy): Promise<readonly TenantCheck[]> {
  const { sandbox, engine, planned, task } = stage;
  if (ownEntities(task).length === 0)
    return [untried('make two tenants', 'made', 'No entity is a tenant’s own.')];
  const roles = [await sandbox.createRole(), await sandbox.createRole()] as const;
  const databases: SandboxDatabase[] = [];
  const make = async (from: SandboxDatabase): Promise<SandboxDatabase> => {
    const database = await sandbox.createDatabase({ from });
    databases.push(database);
    return database;
  };
  try {
    const structure = await make(stage.current);
    await applyTo(engine, structure, planned.change, stage);
    const apart = await attempted(stage, 'become two tenants', async () =>
      asked.model === 'schema'
        ? await trySchemas(stage, structure, roles)
        : await tryDatabases(stage, [await make(structure), await make(structure)], roles),
    );
    const quotas = Object.keys(asked.quota).map((of) =>
      untried(`a limit of rows in ${of}`, 'kept', 'rows are counted in tables that tenants share only'),
    );
    return [
      ...apart,
      ...quotas,
      ...(await attempted(stage, 'limits of a tenant’s role', () =>
        tryRoleLimits(stage, asked, stage.current),
      )),
    ];
  } finally {
    for (const database of databases.toReversed()) await sandbox.dropDatabase(database);
    for (const role of roles) await sandbox.dropRole(role);
  }
}

/** Files that make tenants. */
export function separateFiles({ task, engine, planned }: Stage, { model }: Tenancy): readonly OutputFile[] {
  const options = { task, engine, design: planned.design, after: planned.after };
  return [
    {
      path: 'tenant-template.sql',
      text: model === 'schema' ? schemaTemplateSql(options) : databaseTemplateSql(options),
      what: `a ${model} for a tenant`,
    },
  ];
}

async function trySchemas(
  stage: Stage,
  database: SandboxDatabase,
  roles: readonly [SandboxRole, SandboxRole],
): Promise<readonly TenantCheck[]> {
  const { engine, task, planned } = stage;
  const { quote } = engine;
  const names = ownEntities(task).flatMap(({ id }) => planned.design.tables.get(id)?.name ?? []);
  const admin = await engine.connect(database.adminUrl, { application: 'dbd tenants' });
  const checks: TenantCheck[] = [];
  try {
    const template = schemaTemplateSql({ task, engine, design: planned.design, after: planned.after });
    for (const turn of ['once', 'again'])
      checks.push(
        tenantCheck(
          `run tenant-template.sql ${turn}`,
          'runs',
          await admin.run(template).then(() => 'runs', saying),
        ),
      );
    for (const [i, tenant] of hostileTenants.entries())
      checks.push(
        tenantCheck(
          `create the tenant ${tenant}`,
          'made',
          await admin
            .query('CALL create_tenant($1, $2)', [tenant, roles[i]!.name])
            .then(() => 'made', saying),
        ),
      );
    checks.push(
      tenantCheck(
        'create a tenant whose name would be cut',
        'refused',
        await admin.query('CALL create_tenant($1, $2)', ['x'.repeat(quote.maxBytes + 1), roles[0].name]).then(
          () => 'made',
          () => 'refused',
        ),
      ),
    );
    if (checks.some(({ ok }) => !ok)) return checks;
    const catalog = await engine.inspect(admin);
    for (const tenant of hostileTenants)
      checks.push(
        tenantCheck(
          `tables of ${tenant} against those that were measured`,
          'equal',
          differing(planned.after, catalog, tenant, names),
        ),
      );
    for (const [i, role] of roles.entries()) {
      const [own, other] = i === 0 ? hostileTenants : [hostileTenants[1], hostileTenants[0]];
      const session = await engine.connect(role.url(database), { application: 'dbd tenant' });
      try {
        const tables = names.map(
          (name) => [quote.name({ schema: own, name }), quote.name({ schema: other, name })] as const,
        );
        const all = async (pick: 0 | 1, statement: (table: string) => string): Promise<string> =>
          endings(
            session,
            tables.map((pair) => pair[pick]),
            statement,
          );
        checks.push(
          tenantCheck(
            `${own} reads its ${tables.length} tables`,
            'runs',
            await all(0, (name) => `SELECT count(*) FROM ${name}`),
          ),
          tenantCheck(
            `${own} writes them`,
            'runs',
            await all(0, (name) => `DELETE FROM ${name} WHERE false`),
          ),
          tenantCheck(
            `${own} reads the tables of ${other}`,
            'refused',
            await all(1, (name) => `SELECT count(*) FROM ${name}`),
          ),
          tenantCheck(
            `${own} writes them`,
            'refused',
            await all(1, (name) => `DELETE FROM ${name} WHERE false`),
          ),
          tenantCheck(
            `${own} changes its structure`,
            'refused',
            await all(0, (name) => `ALTER TABLE ${name} ADD COLUMN dbd_trial int`),
          ),
          tenantCheck(
            `${own} becomes ${other}`,
            'refused',
            await ending(session, `SET LOCAL ROLE ${quote.identifier(roles[1 - i]!.name)}`),
          ),
          tenantCheck(
            `${own} creates a tenant`,
            'refused',
            await ending(session, `CALL create_tenant('x', 'x')`),
          ),
          tenantCheck(
            `${own} finds its own table by its bare name`,
            'its own',
            (
              await session.query<{ own: boolean }>(`SELECT $1::regclass = $2::regclass AS own`, [
                quote.identifier(names[0]!),
                tables[0]![0],
              ])
            ).rows[0]!.own
              ? 'its own'
              : 'another',
          ),
        );
      } finally {
        await session.close();
      }
    }
    checks.push(...(await changeAll(stage, admin, names[0]!)));
    return checks;
  } finally {
    await admin.close();
  }
}

/** One change for all tenants, and the end of one of them. */
async function changeAll({ engine }: Stage, admin: Session, table: string): Promise<readonly TenantCheck[]> {
  const { quote } = engine;
  const change = `ALTER TABLE ${quote.identifier(table)} ADD COLUMN dbd_trial integer`;
  const ran = await admin.query('CALL for_each_tenant($1)', [change]).then(() => 'runs', saying);
  const has = (catalog: Catalog, schema: string): boolean =>
    catalog.tables.some(
      (one) =>
        one.schema === schema && one.name === table && one.columns.some(({ name }) => name === 'dbd_trial'),
    );
  const changed = await engine.inspect(admin);
  const dropped = await admin
    .query('CALL drop_tenant($1)', [hostileTenants[0]])
    .then(() => 'dropped', saying);
  const left = await engine.inspect(admin);
  const [first, second] = hostileTenants.map(
    (tenant) => left.tables.filter(({ schema }) => schema === tenant).length,
  );
  return [
    tenantCheck('change all tenants with for_each_tenant', 'runs', ran),
    tenantCheck(
      'tenants that have the change',
      '2',
      String(hostileTenants.filter((tenant) => has(changed, tenant)).length),
    ),
    tenantCheck(`drop ${hostileTenants[0]}`, 'dropped', dropped),
    tenantCheck(
      'its tables afterwards, and those of the other',
      'none, all',
      `${first === 0 ? 'none' : first}, ${(second ?? 0) > 0 ? 'all' : 'none'}`,
    ),
    tenantCheck(
      'drop a schema that is no tenant',
      'refused',
      await admin.query(`CALL drop_tenant('public')`).then(
        () => 'dropped',
        () => 'refused',
      ),
    ),
  ];
}

/** Names of tables whose columns, keys or checks are not those of the measured ones; `equal` when there are none. */
function differing(measured: Catalog, made: Catalog, tenant: string, names: readonly string[]): string {
  const plain = (table: Table | undefined, schema: string): string =>
    JSON.stringify(
      table && [
        table.columns.map(({ name, type, notNull, identity }) => [name, type, notNull, identity]),
        table.constraints.map(({ kind, columns }) => `${kind} ${columns.join(' ')}`).toSorted(),
        table.triggers.length,
      ],
    ).replaceAll(schema, '');
  const wrong = names.filter((name) => {
    const before = measured.tables.find((table) => table.name === name && table.schema !== tenant);
    const after = made.tables.find((table) => table.name === name && table.schema === tenant);
    return plain(before, before?.schema ?? '') !== plain(after, tenant);
  });
  return wrong.length === 0 ? 'equal' : `${wrong.join(', ')} differ`;
}
