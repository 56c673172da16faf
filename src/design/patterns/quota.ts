import type { Draft, TableDraft } from '../draft.ts';
import { tableOf } from '../draft.ts';
import { quotaRule, tenantsOf, tenantTables, usagePart, type TenantTable } from '../tenancy/who.ts';
import { fitBytes } from '../../base/text.ts';
import type { Pattern } from './pattern.ts';
import { addFunction, fullName } from './trigger.ts';
import { tenantKey } from './tenant.ts';

/** Most rows of one tenant: a counter per tenant and table, kept by triggers in the transaction that writes, so that two writers cannot both take the last place. */
export const quota: Pattern = {
  name: 'quota',
  apply(draft) {
    const { tenancy } = draft.task.requirements;
    const tenants = tenantsOf(draft);
    if (tenancy?.model !== 'shared' || !tenants || Object.keys(tenancy.quota).length === 0) return;
    const all = tenantTables(draft);
    const limited = Object.entries(tenancy.quota).flatMap(([of, most]) => {
      const table = tableOf(draft, of);
      const own = all.find((one) => one.table === table);
      return own ? [{ ...own, most }] : [];
    });
    const [first] = limited;
    if (!first) return;
    const usage = usageTable(draft, tenants, first);
    for (const one of limited) count(draft, one, usage);
    draft.upkeep.push({
      table: usage.name,
      kind: 'exact',
      sql: refill(draft, limited, usage),
    });
  },
};

function usageTable(draft: Draft, tenants: TableDraft, { column, type }: TenantTable): TableDraft {
  const { habits, engine } = draft;
  const { schema } = tenants.name;
  const name = draft.take({ schema, name: habits.camel ? 'tenantUsage' : 'tenant_usage' });
  const claims = ['tenancy'];
  const key = [column, 'counted'];
  const usage: TableDraft = {
    of: usagePart,
    name: { schema, name },
    columns: [],
    key,
    constraints: [],
    indexes: [],
    after: [],
    claims,
    comment: 'Rows of each tenant in tables with a limit, kept by their triggers',
  };
  const add = (column_: string, type_: string): void => {
    usage.columns.push({ name: column_, type: type_, notNull: true, of: column_, rank: 2, claims });
  };
  add(column, type);
  add('counted', 'text');
  add('kept', 'bigint');
  const [tenantColumn = 'id'] = tenantKey(tenants);
  usage.constraints.push(
    {
      name: draft.take({ schema, name: habits.templates.primary(name, key) }),
      kind: 'primary',
      columns: key,
      definition: `PRIMARY KEY (${draft.list(key)})`,
      claims,
    },
    {
      name: draft.take({ schema, name: habits.templates.foreign(name, [column]) }),
      kind: 'foreign',
      columns: [column],
      to: tenants.name,
      definition: `FOREIGN KEY (${draft.list([column])}) REFERENCES ${engine.quote.name(tenants.name)} (${draft.list([tenantColumn])}) ON DELETE CASCADE`,
      claims,
    },
    {
      name: draft.take({ schema, name: `${name}_kept_check` }),
      kind: 'check',
      columns: ['kept'],
      definition: 'CHECK (kept >= 0)',
      claims,
    },
  );
  draft.tables.push(usage);
  return usage;
}

interface Limited extends TenantTable {
  readonly most: number;
}

function count(draft: Draft, limited: Limited, usage: TableDraft): void {
  const { quote } = draft.engine;
  const { table, column, most } = limited;
  const { name } = table.name;
  const claims = ['tenancy'];
  const tenant = quote.identifier(column);
  const into = fullName(draft, usage.name);
  const what = quote.literal(name);
  const routine = addFunction(draft, table, {
    name: `${name}_count`,
    rights: 'owner',
    claims,
    reason: `Counts the rows of each tenant in ${name} and refuses more than ${most}; it runs as its owner, so that no tenant can change its count`,
    declare: ['change record', 'total bigint'],
    body: `IF TG_OP = 'TRUNCATE' THEN
  DELETE FROM ${into} WHERE counted = ${what};
ELSIF TG_OP = 'DELETE' THEN
  FOR change IN SELECT ${tenant} AS tenant, count(*) AS n FROM removed GROUP BY 1 ORDER BY 1 LOOP
    UPDATE ${into} SET kept = kept - change.n
    WHERE ${tenant} = change.tenant AND counted = ${what};
  END LOOP;
ELSE
  FOR change IN SELECT ${tenant} AS tenant, count(*) AS n FROM added GROUP BY 1 ORDER BY 1 LOOP
    -- The counter's row is locked until the end of the transaction: the next writer of this tenant waits and counts on.
    INSERT INTO ${into} AS usage (${tenant}, counted, kept)
    VALUES (change.tenant, ${what}, change.n)
    ON CONFLICT (${tenant}, counted) DO UPDATE SET kept = usage.kept + excluded.kept
    RETURNING usage.kept INTO total;
    IF total > ${most} THEN
      RAISE EXCEPTION USING
        ERRCODE = 'check_violation',
        CONSTRAINT = ${quote.literal(quotaRule(limited))},
        TABLE = ${what},
        MESSAGE = ${quote.literal(`a tenant keeps at most ${most} rows in ${name}`)};
    END IF;
  END LOOP;
END IF;
RETURN NULL;`,
  });
  const on = quote.name(table.name);
  for (const [suffix, event] of [
    ['more', 'AFTER INSERT ON TABLE REFERENCING NEW TABLE AS added'],
    ['less', 'AFTER DELETE ON TABLE REFERENCING OLD TABLE AS removed'],
    ['none', 'AFTER TRUNCATE ON TABLE'],
  ] as const) {
    const [when, rest] = event.split(' ON TABLE') as [string, string];
    const trigger = quote.identifier(fitBytes(`${name}_count_${suffix}`, quote.maxBytes));
    table.after.push({
      sql: `CREATE TRIGGER ${trigger}\n  ${when} ON ${on}\n ${rest}${rest === '' ? '' : '\n '} FOR EACH STATEMENT EXECUTE FUNCTION ${routine}()`,
      claims,
      reason: `Keeps the count of ${name} right`,
      undo: `DROP TRIGGER ${trigger} ON ${on}`,
      // A row that comes between the triggers and the count would be counted twice or not at all.
      ...(table.existing && suffix !== 'more' ? { joined: true } : {}),
    });
  }
  if (table.existing)
    table.after.push({
      sql: refill(draft, [limited], usage),
      claims,
      joined: true,
      reason: `Counts the rows that are there; writers of ${name} wait, or their rows would be miscounted`,
      undo: '',
    });
  keepTenant(draft, limited);
  draft.choose(
    name,
    `at most ${most} rows per tenant, counted in ${usage.name.name}`,
    'counting at each insert would read all rows of the tenant, and two writers could both see a free place',
    claims,
  );
}

/** A row keeps its tenant; else it would leave one count and not enter the other. */
function keepTenant(draft: Draft, { table, column }: Limited): void {
  const { quote } = draft.engine;
  const { name } = table.name;
  const claims = ['tenancy'];
  const tenant = quote.identifier(column);
  const on = quote.name(table.name);
  const routine = addFunction(draft, table, {
    name: `${name}_keep_tenant`,
    rights: 'caller',
    claims,
    reason: `A row of ${name} stays with its tenant, and in its count`,
    body: `RAISE EXCEPTION USING
  ERRCODE = 'check_violation',
  CONSTRAINT = TG_NAME,
  TABLE = TG_TABLE_NAME,
  MESSAGE = 'a row stays with its tenant';`,
  });
  const trigger = quote.identifier(fitBytes(`${name}_keep_tenant`, quote.maxBytes));
  table.after.push({
    sql: `CREATE TRIGGER ${trigger}\n  BEFORE UPDATE OF ${tenant} ON ${on}\n  FOR EACH ROW WHEN (OLD.${tenant} IS DISTINCT FROM NEW.${tenant})\n  EXECUTE FUNCTION ${routine}()`,
    claims,
    reason: 'Refuses another tenant',
    undo: `DROP TRIGGER ${trigger} ON ${on}`,
  });
}

function refill(draft: Draft, limited: readonly TenantTable[], usage: TableDraft): string {
  const { quote } = draft.engine;
  const tenant = quote.identifier(limited[0]!.column);
  const counts = limited.map(
    ({ table, column }) =>
      `SELECT ${quote.identifier(column)}, ${quote.literal(table.name.name)}, count(*) FROM ${quote.name(table.name)} GROUP BY 1`,
  );
  return `INSERT INTO ${quote.name(usage.name)} (${tenant}, counted, kept)
${counts.join('\nUNION ALL\n')}
ON CONFLICT (${tenant}, counted) DO UPDATE SET kept = excluded.kept`;
}
