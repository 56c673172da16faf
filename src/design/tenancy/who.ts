import { sameName } from '../../catalog/identity.ts';
import type { DesignedTenancy } from '../model.ts';
import type { ColumnDraft, Draft, TableDraft } from '../draft.ts';
import { findTable, tableOf } from '../draft.ts';
import { columnsOfField } from '../types.ts';

/** The setting that says which tenant a session works for. */
export const tenantSetting = 'app.tenant';

/** A table whose rows belong to one tenant each. */
export interface TenantTable {
  readonly table: TableDraft;
  /** Column that names the tenant, and its type. */
  readonly column: string;
  readonly type: string;
}

/** The table of tenants; undefined where the task names none that is there. */
export function tenantsOf(draft: Draft): TableDraft | undefined {
  const { tenancy } = draft.task.requirements;
  if (!tenancy) return undefined;
  const known = draft.tables.find(
    ({ of, entity }) => of === tenancy.of || entity?.id === tenancy.of || entity?.name === tenancy.of,
  );
  return known ?? (findTable(draft.catalog, tenancy.of) ? tableOf(draft, tenancy.of) : undefined);
}

/** Tables of the board with a tenant: those that say so, those whose relation leads to the tenants, and junctions that were given one. */
export function tenantTables(draft: Draft): readonly TenantTable[] {
  const tenants = tenantsOf(draft);
  return draft.tables.flatMap((table) => {
    const name = tenantName(draft, table, tenants);
    const column = name === undefined ? undefined : columnOf(draft, table, name);
    return column ? [{ table, column: column.name, type: column.type }] : [];
  });
}

/** What the table of counted rows belongs to. */
export const usagePart = 'tenancy usage';

/** What a junction's own tenant column belongs to. */
export const tenantPart = 'tenant of the pair';

function tenantName(draft: Draft, table: TableDraft, tenants: TableDraft | undefined): string | undefined {
  const { entity } = table;
  if (table === tenants) return undefined;
  if (table.columns.some(({ of }) => of === tenantPart)) return tenantPart;
  if (!entity) return undefined;
  if (entity.tenant !== undefined) return entity.tenant;
  return draft.task.requirements.relations.find(
    (relation) =>
      relation.via === undefined &&
      relation.required &&
      relation.to.length === 1 &&
      (relation.from === entity.id || relation.from === entity.name) &&
      tenants !== undefined &&
      (relation.to[0] === tenants.of ||
        relation.to[0] === tenants.entity?.name ||
        relation.to[0] === tenants.name.name),
  )?.name;
}

function columnOf(
  draft: Draft,
  table: TableDraft,
  name: string,
): Pick<ColumnDraft, 'name' | 'type'> | undefined {
  const [placed] = table.placed?.get(name) ?? [];
  const drafted = table.columns.find((one) => one.of === name || one.name === placed);
  if (drafted) return drafted;
  const field = table.entity?.fields.find((one) => one.name === name);
  const [first] = field ? columnsOfField(draft, table, field) : [];
  const there = table.existing?.columns.find((column) => column.name === (first?.name ?? placed ?? name));
  return there ? { name: there.name, type: there.type } : first;
}

/** A table that keeps rows of another one. */
export interface TenantCopy {
  readonly copy: TableDraft;
  /** SQL expression that tells the tenant; JSON tells it as text. */
  readonly value: string;
  readonly json: boolean;
  /** Its rows are written by a trigger function alone. */
  readonly written: boolean;
}

/** Tables that keep rows of another one, with the expression that tells the tenant; JSON tells it as text. */
export function copiesOf(draft: Draft, { table, column }: TenantTable): readonly TenantCopy[] {
  const { quote } = draft.engine;
  return draft.tables.flatMap((copy): readonly TenantCopy[] => {
    const archive = [...draft.purges.values()].some(
      (purge) => purge.archive && sameName(purge.table, table.name) && sameName(purge.archive, copy.name),
    );
    if (copy === table || copy.entity || !(archive || copy.of.startsWith(`${table.of} `))) return [];
    if (copy.columns.some(({ name }) => name === column))
      return [
        { copy, value: quote.identifier(column), json: false, written: copy.of === `${table.of} audit` },
      ];
    const rows = copy.columns
      .filter((each) => each.type === 'jsonb')
      .map(({ name }) => quote.identifier(name));
    if (rows.length === 0) return [];
    const kept = rows.length === 1 ? rows[0]! : `coalesce(${rows.toReversed().join(', ')})`;
    return [
      {
        copy,
        value: `${kept} ->> ${quote.literal(column)}`,
        json: true,
        written: copy.of === `${table.of} audit`,
      },
    ];
  });
}

/** What a task's tenancy became, for those who try it; undefined where the task names no tenants that are there. */
export function designedTenancy(draft: Draft): DesignedTenancy | undefined {
  const { tenancy } = draft.task.requirements;
  const tenants = tenantsOf(draft);
  if (!tenancy || !tenants) return undefined;
  const key = tenants.key.length > 0 ? tenants.key : keyOfExisting(tenants);
  const all = tenantTables(draft);
  const usage = draft.tables.find(({ of }) => of === usagePart);
  return {
    tenants: tenants.name,
    key: key[0] ?? 'id',
    tables: all.map(({ table, column }) => ({ table: table.name, column })),
    copies:
      tenancy.model === 'shared'
        ? all.flatMap((one) => copiesOf(draft, one).map(({ copy, value }) => ({ table: copy.name, value })))
        : [],
    ...(usage ? { usage: usage.name } : {}),
    quotas: Object.entries(tenancy.quota).flatMap(([of, most]) => {
      const limited = all.find(
        ({ table }) => table.of === of || table.entity?.name === of || table.name.name === of,
      );
      return limited ? [{ table: limited.table.name, most, rule: quotaRule(limited) }] : [];
    }),
  };
}

/** Name of the error that a row beyond the limit raises. */
export function quotaRule({ table }: TenantTable): string {
  return `${table.name.name}_quota`;
}

function keyOfExisting(table: TableDraft): readonly string[] {
  return table.existing?.constraints.find(({ kind }) => kind === 'primary')?.columns ?? [];
}
