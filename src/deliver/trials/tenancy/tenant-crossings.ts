/** Foreign keys by which rows of one tenant refer to rows of another, counted on the twin. */
import { findTable, foreignKeysFrom } from '../../../catalog/find.ts';
import { keyOf, sameName } from '../../../catalog/identity.ts';
import type { Table } from '../../../catalog/model.ts';
import { plural } from '../../../base/text.ts';
import { crossing as noted } from '../../../design/patterns/tenant.ts';
import type { DesignedTenancy } from '../../../design/model.ts';
import type { TenantRows } from '../../../design/tenancy/scripts.ts';
import type { Session } from '../../../engine/model.ts';
import type { Stage } from '../../deliverables/model.ts';
import { count, tenantCheck, untried, type TenantCheck } from './tenant-scene.ts';

/** One foreign key between tables of tenants that leads out of a tenant, or into it. */
export interface Crossing {
  readonly from: Table;
  readonly constraint: string;
  /** Rows of the tenant that refer to rows of others, and rows of others that refer to rows of the tenant. */
  readonly out: number;
  readonly into: number;
  /** It was there before, or the task itself says that it may cross. */
  readonly known: boolean;
}

/** Every foreign key between tables of tenants that rows of the twin carry across the border of a tenant. */
export async function crossingsOf(
  { engine: { quote }, planned, before }: Stage,
  tenancy: DesignedTenancy,
  session: Session,
  parts: readonly TenantRows[],
  tenant: string,
): Promise<readonly Crossing[]> {
  const byKey = new Map(parts.filter(({ kept }) => !kept).map((part) => [keyOf(part.table), part]));
  const side = (part: TenantRows, columns: readonly string[], condition: string): string =>
    `(SELECT ${columns.map((name, i) => `${quote.identifier(name)} AS c${i}`).join(', ')} FROM ${quote.name(part.table)} WHERE (${part.tenant})::text ${condition} $1)`;
  const found: Crossing[] = [];
  for (const part of byKey.values())
    for (const { constraint, references, from } of foreignKeysFrom(planned.after, part.table)) {
      const to = byKey.get(keyOf(references));
      if (!to) continue;
      const on = constraint.columns.map((_, i) => `child.c${i} = parent.c${i}`).join(' AND ');
      const crossing = (child: string, parent: string): Promise<number> =>
        count(
          session,
          `SELECT count(*) AS n FROM ${side(part, constraint.columns, child)} AS child JOIN ${side(to, constraint.references!.columns, parent)} AS parent ON ${on}`,
          [tenant],
        );
      const out = await crossing('=', 'IS DISTINCT FROM');
      const into = await crossing('IS DISTINCT FROM', '=');
      if (out === 0 && into === 0) continue;
      found.push({
        from,
        constraint: constraint.name,
        out,
        into,
        known:
          sameName(from, tenancy.tenants) ||
          planned.design.notes.some(
            ({ rule, about }) => rule === noted && about === `${from.name}.${constraint.columns.join(', ')}`,
          ) ||
          findTable(before, from)?.constraints.some(({ name }) => name === constraint.name) === true,
      });
    }
  return found;
}

/** What a crossing shows: open where the task did not promise to keep the reference within a tenant, wrong where it made it. */
export function crossingChecks(crossings: readonly Crossing[]): readonly TenantCheck[] {
  return crossings.map(({ from, constraint, out, into, known }) => {
    const attempt = `references between tenants by ${constraint} of ${from.name}`;
    const says = [
      ...(out > 0 ? [`from ${plural(out, 'row')} of one tenant of the twin to rows of others`] : []),
      ...(into > 0 ? [`from ${plural(into, 'row')} of others to its rows`] : []),
    ].join(', ');
    return known
      ? untried(attempt, 'none', `${constraint} crosses tenants: ${says}`)
      : tenantCheck(attempt, 'none', says);
  });
}
