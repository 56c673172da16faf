/** Tries to make, take over, change and delete rows of another tenant. */
import { sameName } from '../../../catalog/identity.ts';
import type { Name, Table } from '../../../catalog/model.ts';
import type { DesignedTenancy } from '../../../design/model.ts';
import type { TenantRows } from '../../../design/tenancy/scripts.ts';
import type { Quote, Session } from '../../../engine/model.ts';
import { become, count, ending, tenantCheck, untried, type Scene, type TenantCheck } from './tenant-scene.ts';

/** Nobody but its owner writes the table of counted rows. */
export function counts({ usage }: DesignedTenancy, name: Name): boolean {
  return usage !== undefined && sameName(usage, name);
}

/** Histories take what their trigger function writes, for whomever; that nobody else writes them is a matter of grants. */
export function writtenByTriggers({ table, kept }: TenantRows): boolean {
  return kept && table.policies.some(({ command, check }) => command === 'insert' && check === 'true');
}

/** Rows of the other tenant can be neither made, nor taken over, nor changed, nor deleted. */
export async function writing({
  stage,
  tenancy,
  session,
  tenants,
  parts,
}: Scene): Promise<readonly TenantCheck[]> {
  const { quote } = stage.engine;
  const checks: TenantCheck[] = [];
  await become(session, tenants.own);
  for (const part of parts) {
    const { table, tenant, columns } = part;
    if (counts(tenancy, table)) continue;
    const from = quote.name(table);
    const own = await count(session, `SELECT count(*) AS n FROM ${from}`);
    const plain = columns.find((name) => quote.identifier(name) === tenant);
    if (writtenByTriggers(part))
      checks.push(
        tenantCheck(
          `insert into ${table.name} past its trigger`,
          'refused',
          await ending(session, `INSERT INTO ${from} DEFAULT VALUES`),
        ),
      );
    const settable = table.columns.filter(
      (column) => columns.includes(column.name) && column.identity === undefined && column.name !== plain,
    );
    if (plain !== undefined) {
      const type = table.columns.find(({ name }) => name === plain)!.type;
      const names = settable.map(({ name }) => quote.identifier(name));
      const attempt = `insert into ${table.name} for the other tenant`;
      if (own > 0)
        checks.push(
          tenantCheck(
            attempt,
            'refused',
            await ending(
              session,
              `INSERT INTO ${from} (${[tenant, ...names].join(', ')}) OVERRIDING SYSTEM VALUE SELECT $1::text::${type}${names.map((name) => `, ${name}`).join('')} FROM ${from} LIMIT 1`,
              [tenants.other],
            ),
          ),
        );
      else {
        // Row security is asked before constraints, so a row of nothing but its tenant does where none can be copied.
        const end = await ending(session, `INSERT INTO ${from} (${tenant}) VALUES ($1::text::${type})`, [
          tenants.other,
        ]);
        checks.push(
          end === 'refused' || /^\d+ rows$/.test(end)
            ? tenantCheck(attempt, 'refused', end)
            : untried(attempt, 'refused', `its tenant has no row there to copy: ${end}`),
        );
      }
      if (own > 0 && table.columns.find(({ name }) => name === plain)!.identity !== 'always')
        checks.push(
          tenantCheck(
            `move a row of ${table.name} to the other tenant`,
            'refused',
            await moving(
              session,
              `UPDATE ${from} SET ${tenant} = $1::text::${type} WHERE ctid = (SELECT ctid FROM ${from} LIMIT 1)`,
              [tenants.other],
            ),
          ),
        );
    }
    checks.push(...(await unconditional(session, quote, table, settable)));
    const any = settable.find(({ name }) => name !== plain);
    const changed = any
      ? await ending(
          session,
          `UPDATE ${from} SET ${quote.identifier(any.name)} = ${quote.identifier(any.name)} WHERE (${tenant})::text = $1`,
          [tenants.other],
        )
      : '0 rows';
    checks.push(tenantCheck(`change rows of the other tenant in ${table.name}`, '0 rows', changed));
    checks.push(
      tenantCheck(
        `delete rows of the other tenant in ${table.name}`,
        '0 rows',
        await ending(session, `DELETE FROM ${from} WHERE (${tenant})::text = $1`, [tenants.other]),
      ),
    );
  }
  return checks;
}

/** Statements that read no column are bound by the policy of their own command alone; what else stops them shows nothing. */
async function unconditional(
  session: Session,
  quote: Quote,
  table: Table,
  settable: Table['columns'],
): Promise<readonly TenantCheck[]> {
  const from = quote.name(table);
  const own = await count(session, `SELECT count(*) AS n FROM ${from}`);
  const keyed = new Set(
    table.constraints.filter(({ kind }) => kind !== 'not-null').flatMap(({ columns }) => columns),
  );
  const free = settable.find(({ name }) => !keyed.has(name));
  const value = free
    ? (
        await session.query<{ v: string | null }>(
          `SELECT ${quote.identifier(free.name)}::text AS v FROM ${from} LIMIT 1`,
        )
      ).rows[0]
    : undefined;
  const statements: readonly (readonly [string, string])[] = [
    ['delete', `DELETE FROM ${from}`],
    ...(free && value
      ? [['change', `UPDATE ${from} SET ${quote.identifier(free.name)} = ${quote.literal(value.v)}`] as const]
      : []),
  ];
  const checks: TenantCheck[] = [];
  for (const [what, sql] of statements) {
    const end = await ending(session, sql);
    if (/^\d+ rows$/.test(end))
      checks.push(tenantCheck(`${what} rows of ${table.name} without a condition`, `${own} rows`, end));
  }
  return checks;
}

/** A trigger that keeps rows with their tenant is asked before row security. */
async function moving(session: Session, sql: string, values: readonly unknown[]): Promise<string> {
  const end = await ending(session, sql, values);
  return end === 'a row stays with its tenant' ? 'refused' : end;
}
