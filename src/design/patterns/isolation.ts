import { fitBytes } from '../../base/text.ts';
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
    for (const one of all) protectCopies(draft, one);
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

function protect(draft: Draft, table: TableDraft, condition: string, column: string, force = true): void {
  const { quote } = draft.engine;
  const name = quote.name(table.name);
  const claims = [...table.claims.slice(0, 1), 'tenancy'];
  const policy = quote.identifier(fitBytes(`${table.name.name}_tenant`, quote.maxBytes));
  table.after.push(
    {
      sql: `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
      claims,
      reason: `Without a policy that allows it, no row of ${table.name.name} is seen or written`,
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
    {
      sql: `CREATE POLICY ${policy} ON ${name}\n  USING (${condition})\n  WITH CHECK (${condition})`,
      claims,
      reason: `A session works for the tenant in ${tenantSetting}; without the setting it sees nothing`,
      undo: `DROP POLICY ${policy} ON ${name}`,
    },
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
  for (const { copy, value, json } of copiesOf(draft, { table, column, type }))
    protect(
      draft,
      copy,
      `${value} = ${json ? `(SELECT nullif(current_setting('${tenantSetting}', true), ''))` : tenantValue(type)}`,
      json ? `${column} of the kept row` : column,
    );
}
