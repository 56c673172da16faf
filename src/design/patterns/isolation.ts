import { fitBytes } from '../../base/text.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Draft, TableDraft } from '../draft.ts';
import {
  copiesOf,
  tenantSetting,
  tenantsOf,
  tenantTables,
  usagePart,
  type TenantTable,
} from '../tenancy/who.ts';
import type { Pattern } from './pattern.ts';
import { tenantKey } from './tenant.ts';

/** Row security for tables that tenants share: a session sees and writes the rows of the tenant that it says it works for, and none when it says nothing. */
export const isolation: Pattern = {
  name: 'isolation',
  apply(draft) {
    const { tenancy } = draft.task.requirements;
    if (tenancy?.model !== 'shared') return;
    const { quote } = draft.engine;
    const all = tenantTables(draft);
    const tenants = tenantsOf(draft);
    for (const { table, column, type } of all)
      protect(draft, table, `${quote.identifier(column)} = ${tenantValue(type)}`, column);
    for (const one of all) {
      protectCopies(draft, one);
      protectPaths(draft, one);
    }
    const usage = draft.tables.find(({ of }) => of === usagePart);
    const counted = usage?.columns[0];
    // The function that counts runs as the owner for whichever tenant writes, so the owner is not bound.
    if (usage && counted)
      protect(
        draft,
        usage,
        `${quote.identifier(counted.name)} = ${tenantValue(counted.type)}`,
        counted.name,
        false,
      );
    const [key] = tenants ? tenantKey(tenants) : [];
    if (tenants?.entity && key !== undefined && !tenants.existing) {
      const type = tenants.columns.find(({ name }) => name === key)?.type ?? 'bigint';
      protect(
        draft,
        tenants,
        `${quote.identifier(key)} = ${tenantValue(type === 'bigserial' ? 'bigint' : type)}`,
        key,
      );
    }
  },
};

/** The tenant of the session, read once per query; absent when the session says none, which equals nothing. */
export function tenantValue(type: string): string {
  return `(SELECT nullif(current_setting('${tenantSetting}', true), '')::${type})`;
}

function protect(
  draft: Draft,
  table: TableDraft,
  condition: string,
  column: string,
  force = true,
  why = `A session works for the tenant in ${tenantSetting}; without the setting it sees nothing`,
): void {
  const { quote } = draft.engine;
  const name = quote.name(table.name);
  const claims = [...new Set([...table.claims.slice(0, 1), 'tenancy'])];
  const policy = quote.identifier(fitBytes(`${table.name.name}_tenant`, quote.maxBytes));
  const warned = table.existing
    ? `; from here on a session without ${tenantSetting} sees no row: the application that sets it goes first`
    : '';
  // The policy is there first: without one, readers who are not the owner would find nothing meanwhile.
  table.after.push(
    {
      sql: `CREATE POLICY ${policy} ON ${name}\n  USING (${condition})\n  WITH CHECK (${condition})`,
      claims,
      reason: why,
      undo: `DROP POLICY ${policy} ON ${name}`,
    },
    {
      sql: `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
      claims,
      reason: `Rows of ${table.name.name} are seen and written as the policy allows${warned}`,
      undo: `ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`,
    },
    ...(force
      ? [
          {
            sql: `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`,
            claims,
            reason: 'The owner is bound too: many applications sign in as the owner of their tables',
            undo: `ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`,
          },
        ]
      : []),
  );
  draft.choose(
    table.name.name,
    `row security by ${column}`,
    'the database leaves out the rows of other tenants, whatever a query forgets',
    claims,
  );
}

/** Histories and archives hold rows of tenants, as they were or as JSON: they are as private as the rows. */
function protectCopies(draft: Draft, { table, column, type }: TenantTable): void {
  for (const { copy, value, json, written } of copiesOf(draft, { table, column, type })) {
    protect(
      draft,
      copy,
      `${value} = ${json ? `(SELECT nullif(current_setting('${tenantSetting}', true), ''))` : tenantValue(type)}`,
      json ? `${column} of the kept row` : column,
    );
    if (written) letWrite(draft, copy);
  }
}

/** What the trigger function writes down is not asked whose it is: it runs as the owner, whom row security binds, also for writers that name no tenant. */
function letWrite(draft: Draft, copy: TableDraft): void {
  const { quote } = draft.engine;
  const name = quote.name(copy.name);
  const policy = quote.identifier(fitBytes(`${copy.name.name}_written`, quote.maxBytes));
  copy.after.push({
    sql: `CREATE POLICY ${policy} ON ${name}\n  FOR INSERT\n  WITH CHECK (true)`,
    claims: [...new Set([...copy.claims.slice(0, 1), 'tenancy'])],
    reason: `Only the trigger function writes ${copy.name.name}, whoever the writer of the row is; applications have no INSERT on it`,
    undo: `DROP POLICY ${policy} ON ${name}`,
  });
}

/** Paths of a tree have no tenant of their own: who sees a row sees the paths that end at it. The triggers that keep them run as the owner, who is not bound. */
function protectPaths(draft: Draft, { table }: TenantTable): void {
  const { quote } = draft.engine;
  for (const feature of draft.features) {
    if (feature.kind !== 'tree' || !feature.closure || !sameName(feature.table, table.name)) continue;
    const { closure } = feature;
    const paths = draft.tables.find(({ name }) => sameName(name, closure.table));
    if (!paths) continue;
    const ends = paths.columns.filter(({ of }) => of === 'descendant').map(({ name }) => name);
    const same = ends.map(
      (end, at) =>
        `node.${quote.identifier(feature.key[at]!)} = ${quote.name(paths.name)}.${quote.identifier(end)}`,
    );
    protect(
      draft,
      paths,
      `EXISTS (SELECT FROM ${quote.name(table.name)} AS node WHERE ${same.join(' AND ')})`,
      'the row at its end',
      false,
      `Who sees a row of ${table.name.name} sees the paths that end at it`,
    );
  }
}
