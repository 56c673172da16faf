/** Ways around row security: views, settings, hostile values, functions, tables that nobody protected. */
import { SqlError } from '../../../base/error.ts';
import { findTable, foreignKeysFrom } from '../../../catalog/find.ts';
import { keyOf, sameName } from '../../../catalog/identity.ts';
import type { Name, Table } from '../../../catalog/model.ts';
import type { DesignedTenancy } from '../../../design/model.ts';
import { tenantSetting } from '../../../design/tenancy/who.ts';
import type { SandboxRole } from '../../../sandbox/model.ts';
import type { Stage } from '../../deliverables/model.ts';
import { become, count, ending, tenantCheck, untried, type Scene, type TenantCheck } from './tenant-scene.ts';

/** Views show the rows of the session's tenant, whoever owns them. */
export async function views({
  stage,
  session,
  admin,
  tenants,
  parts,
}: Scene): Promise<readonly TenantCheck[]> {
  const { quote, probe } = stage.engine;
  const checks: TenantCheck[] = [];
  const over = new Map<string, Name>();
  for (const { table } of parts)
    for (const column of table.columns)
      for (const view of await probe.viewsOver(admin, table, column.name)) over.set(keyOf(view), view);
  for (const view of over.values()) {
    const materialized = stage.planned.after.views.find((one) => sameName(one, view))?.materialized;
    if (materialized) {
      checks.push(
        tenantCheck(
          `read ${view.name}, whose rows are stored`,
          'bound by row security',
          'not bound: grant it to nobody who is a tenant',
        ),
      );
      continue;
    }
    const definition = stage.planned.after.views.find((one) => sameName(one, view))?.definition ?? '';
    const chooses = definition.includes(tenantSetting);
    const seen: number[] = [];
    const rows = new Set<string>();
    for (const tenant of [undefined, tenants.own, tenants.other]) {
      await become(session, tenant);
      seen.push(await count(session, `SELECT count(*) AS n FROM ${quote.name(view)}`));
      if (!chooses) continue;
      const found = await session.query(
        `SELECT md5(ROW(seen.*)::text) AS row FROM ${quote.name(view)} AS seen`,
      );
      for (const { row } of found.rows) rows.add(String(row));
    }
    // Asked by the administrator itself, the definition is bound by nobody's policy; one that asks for the tenant is known by its rows.
    const all = chooses
      ? rows.size
      : await count(admin, `SELECT count(*) AS n FROM (${definition.replace(/;\s*$/, '')}) AS every`);
    const [none = 0, own = 0, other = 0] = seen;
    checks.push(
      tenantCheck(
        `read the view ${view.name} as nobody and as two tenants`,
        '0 rows for nobody, no more together than there are',
        none === 0 && own + other <= all
          ? '0 rows for nobody, no more together than there are'
          : `${none} for nobody, ${own} and ${other} of ${all}`,
      ),
    );
  }
  return checks;
}

/** Ways around: another role, settings, hostile values, functions that look at rows before the policy does. */
export async function bypassing(
  { stage, session, tenants, parts }: Scene,
  owner: SandboxRole,
): Promise<readonly TenantCheck[]> {
  const { quote } = stage.engine;
  const checks: TenantCheck[] = [];
  const first = parts.find(
    ({ tenant, columns, table }) =>
      columns.some((name) => quote.identifier(name) === tenant) && table.policies.length > 0,
  );
  await become(session, tenants.own);
  checks.push(
    tenantCheck(
      'SET ROLE to the owner',
      'refused',
      await ending(session, `SET LOCAL ROLE ${quote.identifier(owner.name)}`),
    ),
  );
  if (!first) return checks;
  const from = quote.name(first.table);
  checks.push(
    tenantCheck(
      'SET row_security = off',
      'refused',
      await ending(session, `SELECT count(*) FROM ${from}`, [], 'SET LOCAL row_security = off'),
    ),
    tenantCheck(
      'switch row security off',
      'refused',
      await ending(session, `ALTER TABLE ${from} DISABLE ROW LEVEL SECURITY`),
    ),
    tenantCheck(
      'a policy of its own',
      'refused',
      await ending(session, `CREATE POLICY dbd_all ON ${from} USING (true)`),
    ),
  );
  for (const hostile of [
    `${tenants.own} OR true`,
    `' OR ''='`,
    `${tenants.own}'; RESET ROLE; --`,
    '%',
    'NULL',
    '\u202E',
    ' ',
  ]) {
    await become(session, hostile);
    const seen = await count(session, `SELECT count(*) AS n FROM ${from}`).then(
      (n) => (n === 0 ? 'no row' : `${n} rows`),
      (error: unknown) => {
        if (!(error instanceof SqlError)) throw error;
        return 'no row';
      },
    );
    checks.push(tenantCheck(`the tenant ${JSON.stringify(hostile)}`, 'no row', seen));
  }
  await become(session, tenants.own);
  // A cheap function in a condition would be asked before the policy, were it trusted not to leak.
  const spied = await ending(
    session,
    `SELECT count(*) FROM ${from} WHERE pg_temp.dbd_spy((${first.tenant})::text)`,
    [],
    `CREATE FUNCTION pg_temp.dbd_spy(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $spy$
       BEGIN IF value IS DISTINCT FROM ${quote.literal(tenants.own)} THEN RAISE EXCEPTION 'saw %', value; END IF; RETURN true; END $spy$`,
  );
  checks.push(
    tenantCheck(
      'a function that is asked before the policy',
      'sees its own rows',
      spied.startsWith('saw') ? spied : 'sees its own rows',
    ),
  );
  return checks;
}

/** Tables that lead to a tenant's rows and are bound by nothing; those of today show nothing about the task. */
export function unprotected(stage: Stage, tenancy: DesignedTenancy): readonly TenantCheck[] {
  const { planned } = stage;
  const own = [tenancy.tenants, ...tenancy.tables.map(({ table }) => table)];
  return planned.after.tables
    .filter((table) => table.rowSecurity === 'off' && !table.partitionOf)
    .filter(
      (table) =>
        own.some((name) => sameName(name, table)) ||
        foreignKeysFrom(planned.after, table).some(({ references }) =>
          own.some((name) => sameName(name, references)),
        ),
    )
    .map((table) =>
      stands(stage, tenancy, table)
        ? untried(
            `row security of ${table.name}, whose rows lead to a tenant`,
            'on',
            'off today: every tenant reads what the grants on it allow',
          )
        : tenantCheck(`row security of ${table.name}, whose rows lead to a tenant`, 'on', 'off'),
    );
}

/** Messages are copies of rows of all tenants for one consumer: row security keeps nobody from them, only rights do. */
export function messages({ planned }: Stage, tenancy: DesignedTenancy): readonly TenantCheck[] {
  return planned.design.features.flatMap((feature) => {
    if (feature.kind !== 'outbox' || !tenancy.tables.some(({ table }) => sameName(table, feature.table)))
      return [];
    const open = findTable(planned.after, feature.messages)?.rowSecurity === 'off';
    return open
      ? [
          untried(
            `row security of ${feature.messages.name}, which holds copies of ${feature.table.name}`,
            'on',
            'off: whoever may read it reads the messages of all tenants, so give it to their consumer alone',
          ),
        ]
      : [];
  });
}

/** Whether a table without row security was there before, and is none of those that the task keeps apart. */
export function stands({ before }: Stage, tenancy: DesignedTenancy, table: Table): boolean {
  return (
    table.rowSecurity === 'off' &&
    findTable(before, table) !== undefined &&
    !tenancy.tables.some((one) => sameName(one.table, table))
  );
}
