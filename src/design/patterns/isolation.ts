import { sameName } from '../../catalog/identity.ts';
import type { Draft, TableDraft } from '../draft.ts';
import { tenantSetting, tenantsOf, tenantTables } from '../tenancy/who.ts';
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
    for (const { table, column, type } of all) protectCopies(draft, table, column, type);
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

function protect(draft: Draft, table: TableDraft, condition: string, column: string): void {
  const { quote } = draft.engine;
  const name = quote.name(table.name);
  const claims = [...table.claims.slice(0, 1), 'tenancy'];
  const policy = quote.identifier(`${table.name.name}_tenant`.slice(0, quote.maxBytes));
  table.after.push(
    {
      sql: `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
      claims,
      reason: `Without a policy that allows it, no row of ${table.name.name} is seen or written`,
      undo: `ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`,
    },
    {
      sql: `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`,
      claims,
      reason: 'The owner is bound too: many applications sign in as the owner of their tables',
      undo: `ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`,
    },
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
function protectCopies(draft: Draft, table: TableDraft, column: string, type: string): void {
  const { quote } = draft.engine;
  for (const copy of draft.tables) {
    const archive = [...draft.purges.values()].some(
      (purge) => purge.archive && sameName(purge.table, table.name) && sameName(purge.archive, copy.name),
    );
    if (copy === table || copy.entity || !(archive || copy.of.startsWith(`${table.of} `))) continue;
    if (copy.columns.some(({ name }) => name === column)) {
      protect(draft, copy, `${quote.identifier(column)} = ${tenantValue(type)}`, column);
      continue;
    }
    const rows = copy.columns
      .filter((each) => each.type === 'jsonb')
      .map(({ name }) => quote.identifier(name));
    if (rows.length === 0) continue;
    const kept = rows.length === 1 ? rows[0]! : `coalesce(${rows.toReversed().join(', ')})`;
    protect(
      draft,
      copy,
      `${kept} ->> ${quote.literal(column)} = (SELECT nullif(current_setting('${tenantSetting}', true), ''))`,
      `${column} of the kept row`,
    );
  }
}
