/** Tables joined along foreign keys, each under a short name. */
import { foreignKeysFrom } from '../../catalog/find.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { Quote } from '../../engine/model.ts';
import { slug } from '../../base/text.ts';

/** The FROM clause as it grows. */
export interface Joins {
  /** Name of a table within the query; joins it where it is not yet there. Throws {@link Unreachable}. */
  alias(table: Table): string;
  /** `FROM orders o` and its joins, one a line. */
  text(): string;
}

/** No foreign keys lead from one table to another. */
export class Unreachable extends Error {}

interface Edge {
  readonly to: Table;
  /** Columns of the near table, and of the far one. */
  readonly near: readonly string[];
  readonly far: readonly string[];
  /** Several far rows may belong to one near row. */
  readonly many: boolean;
}

/** Words that no alias may be. */
const reserved = new Set(['as', 'do', 'in', 'is', 'on', 'or', 'to', 'at', 'by', 'if', 'no', 'of']);

/** Begins with one table; `taken` are names that must not be used again. */
export function joinsFrom(catalog: Catalog, first: Table, quote: Quote): Joins {
  const names = new Map<Table, string>();
  const lines: string[] = [];
  const name = (table: Table): string => {
    const letters = slug(table.name)
      .split('_')
      .map((part) => part.slice(0, 1))
      .join('');
    const short = /^[a-z]{1,4}$/.test(letters) && !reserved.has(letters) ? letters : 't';
    const used = new Set(names.values());
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? short : `${short}${number}`;
      if (!used.has(candidate)) return candidate;
    }
  };
  const add = (table: Table): string => {
    const alias = name(table);
    names.set(table, alias);
    return alias;
  };
  lines.push(`FROM ${quote.name(first)} ${add(first)}`);
  return {
    alias: (table) => {
      const known = names.get(table);
      if (known !== undefined) return known;
      const path = pathTo(catalog, [...names.keys()], table);
      for (const { from, edge } of path) {
        if (names.has(edge.to)) continue;
        const near = names.get(from)!;
        const far = add(edge.to);
        const on = edge.near.map(
          (column, index) =>
            `${far}.${quote.identifier(edge.far[index]!)} = ${near}.${quote.identifier(column)}`,
        );
        lines.push(`JOIN ${quote.name(edge.to)} ${far} ON ${on.join(' AND ')}`);
      }
      return names.get(table)!;
    },
    text: () => lines.join('\n'),
  };
}

/** The shortest way along foreign keys; ways from the many to the one are tried first, for they multiply no rows. */
function pathTo(
  catalog: Catalog,
  from: readonly Table[],
  to: Table,
): readonly { readonly from: Table; readonly edge: Edge }[] {
  for (const both of [false, true]) {
    const came = new Map<Table, { readonly from: Table; readonly edge: Edge } | undefined>(
      from.map((table) => [table, undefined]),
    );
    for (const table of came.keys()) {
      if (table === to) break;
      for (const edge of edgesOf(catalog, table))
        if ((both || !edge.many) && !came.has(edge.to)) came.set(edge.to, { from: table, edge });
    }
    if (!came.has(to)) continue;
    const path: { readonly from: Table; readonly edge: Edge }[] = [];
    for (let step = came.get(to); step; step = came.get(step.from)) path.unshift(step);
    return path;
  }
  throw new Unreachable(`no foreign keys lead from ${from[0]!.name} to ${to.name}`);
}

function edgesOf(catalog: Catalog, table: Table): readonly Edge[] {
  const up = foreignKeysFrom(catalog, table).flatMap(({ to, constraint, references }): readonly Edge[] =>
    to ? [{ to, near: constraint.columns, far: references.columns, many: false }] : [],
  );
  const down = catalog.tables.flatMap((other) =>
    other === table
      ? []
      : foreignKeysFrom(catalog, other)
          .filter(({ to }) => to === table)
          .map(({ constraint, references }): Edge => ({
            to: other,
            near: references.columns,
            far: constraint.columns,
            many: true,
          })),
  );
  return [...up, ...down];
}
