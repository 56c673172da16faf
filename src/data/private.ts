import { findColumn, findTable } from '../catalog/find.ts';
import { readGovernance } from '../catalog/governance.ts';
import { keyOf, sameName } from '../catalog/identity.ts';
import type { Catalog, Column, Name, Table } from '../catalog/model.ts';
import { isMaskKind, type PrivateColumn } from '../mask/model.ts';
import { guessPersonal } from '../catalog/personal.ts';

/** A privacy claim whose column was found. */
export interface PrivacyOfColumn {
  readonly id: string;
  readonly table: Name;
  readonly column: string;
  readonly class: string;
  readonly mask?: string;
}

/** Classes of governance whose values are hidden. */
const hiddenClasses = /^(?:personal|sensitive|secret|confidential|restricted|pii|special)/i;
/** Types whose values cannot be somebody's name or number. */
const harmless = /^(?:boolean|smallint|json|jsonb|.*\[\])$/;

/** Columns whose values are made up without looking at any that were given: claimed, classed in their comment, or named like people's data. */
export function privateColumns(
  catalog: Catalog,
  claims: readonly PrivacyOfColumn[],
): readonly PrivateColumn[] {
  return catalog.tables
    .filter((table) => !table.partitionOf)
    .flatMap((table) => table.columns.flatMap((column) => privateColumn(table, column, claims) ?? []));
}

function privateColumn(
  table: Table,
  column: Column,
  claims: readonly PrivacyOfColumn[],
): PrivateColumn | undefined {
  const claim = claims.find((each) => sameName(each.table, table) && each.column === column.name);
  const guess = harmless.test(column.type) ? undefined : guessPersonal(table.name, column.name);
  const classed = readGovernance(column.comment).facts.class;
  const hidden = classed !== undefined && hiddenClasses.test(classed) ? classed : undefined;
  if (!claim && !guess && hidden === undefined) return undefined;
  const place = { schema: table.schema, table: table.name, column: column.name };
  const wanted = claim?.mask !== undefined && isMaskKind(claim.mask) ? claim.mask : guess?.kind;
  return {
    ...place,
    mask: wanted ?? 'text',
    class: claim?.class ?? hidden ?? guess?.class ?? 'personal',
    ...(claim ? { claim: claim.id } : {}),
  };
}

/** The private column that a table's column is, if it is one. */
export function privateAmong(
  privates: readonly PrivateColumn[],
  table: Name,
  column: string,
): PrivateColumn | undefined {
  return privates.find(
    (each) => each.column === column && keyOf({ schema: each.schema, name: each.table }) === keyOf(table),
  );
}

/** The column that `table.column` means in a catalog, by a table that was found for its first part. */
export function columnNamed(catalog: Catalog, table: Name | undefined, column: string): Column | undefined {
  const found = table && findTable(catalog, table);
  return found && findColumn(found, column);
}
