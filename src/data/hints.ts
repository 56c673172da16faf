import { keyOf, nameOf } from '../catalog/identity.ts';
import { readGovernance } from '../catalog/governance.ts';
import type { Column, Table } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import type { PrivateColumn } from '../mask/model.ts';
import type { FillHint } from '../twin/model.ts';
import type { Dictionary } from './dictionary.ts';
import type { Forbidden } from './model.ts';
import { privateAmong } from './private.ts';

/** What values of seeds are chosen from. */
export interface HintSources {
  readonly engine: Engine;
  readonly dictionary: Dictionary;
  /** What the task tells. */
  readonly hints: readonly FillHint[];
  readonly privates: readonly PrivateColumn[];
  readonly forbidden: readonly Forbidden[];
}

/** Values per column of a table: the task's examples where they are nobody's data, else words that suit the column. */
export function seedHints(table: Table, rows: number, sources: HintSources): readonly FillHint[] {
  const { hints, privates, engine, dictionary } = sources;
  const given = hints.filter((hint) => keyOf(hint.table) === keyOf(table));
  const shared = given.map((hint): FillHint => {
    const hidden = privateAmong(privates, table, hint.column) !== undefined;
    if (!hidden) return hint;
    const { examples: _, ...rest } = hint;
    // Weights name values too.
    return { ...rest, ...(rest.skew?.kind === 'weights' ? { skew: { kind: 'uniform' } } : {}) };
  });
  const linked = new Set(
    table.constraints.filter(({ kind }) => kind === 'foreign').flatMap(({ columns }) => columns),
  );
  const words = table.columns.flatMap((column): readonly FillHint[] => {
    if (column.generated || column.identity || linked.has(column.name)) return [];
    const hidden = privateAmong(privates, table, column.name);
    if (!hidden && given.some((hint) => hint.column === column.name && (hint.examples ?? []).length > 0))
      return [];
    // A row that nobody changed yet has the version that it began with.
    const first = /^(?:lock_)?(?:version|revision)$/.test(column.name)
      ? /^-?\d+$/.exec(column.default ?? '')?.[0]
      : undefined;
    if (first !== undefined) return [{ table: nameOf(table), column: column.name, values: [first] }];
    const length = lengthOf(table, column);
    const { sentence } = readGovernance(column.comment);
    const values = dictionary.values({
      table: table.name,
      column: column.name,
      family: /(?:^|\.)citext$/.test(column.type) ? 'text' : engine.types.family(column.type),
      count: rows,
      forbidden: forbiddenOf(sources.forbidden, table, column.name),
      ...(sentence === '' ? {} : { comment: sentence }),
      ...(length === undefined ? {} : { length }),
      ...(hidden ? { mask: hidden.mask } : {}),
    });
    return values === undefined ? [] : [{ table: nameOf(table), column: column.name, values }];
  });
  return [...shared, ...words];
}

/** Values that must not come up in a column. */
export function forbiddenOf(
  forbidden: readonly Forbidden[],
  table: Table,
  column: string,
): ReadonlySet<string> {
  return new Set(
    forbidden
      .filter((each) => keyOf(each.table) === keyOf(table) && each.column === column)
      .flatMap(({ values }) => values),
  );
}

/** Most characters that a text column takes, by its type or by a check of its length. */
function lengthOf(table: Table, column: Column): number | undefined {
  const typed = /\((\d+)\)/.exec(column.type)?.[1];
  const checked = table.constraints
    .filter(({ kind, columns }) => kind === 'check' && columns.length === 1 && columns[0] === column.name)
    .flatMap(({ definition }) => {
      const found = /length\([^<]*\) <= (\d+)/.exec(definition);
      return found ? [Number(found[1])] : [];
    });
  const all = [...(typed === undefined ? [] : [Number(typed)]), ...checked];
  return all.length === 0 ? undefined : Math.min(...all);
}
