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
  const drafted = table.columns.find(({ of }) => of === name);
  if (drafted) return drafted;
  const field = table.entity?.fields.find((one) => one.name === name);
  const [first] = field ? columnsOfField(draft, table, field) : [];
  const there = table.existing?.columns.find((column) => column.name === (first?.name ?? name));
  return there ? { name: there.name, type: there.type } : first;
}
