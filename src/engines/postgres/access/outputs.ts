/** What a subquery hands on, by name and in order. */
import type { Node } from 'libpg-query';
import { text, walk, words } from '../grammar/tree.ts';
import { handedOn, resolve, type Bound, type Handed, type Outputs, type Scope } from './scope.ts';

/** Outputs of a target list by name; names that come twice get a number. */
export function outputsOf(targets: readonly Node[], scope: Scope): Outputs {
  const outputs = new Map<string, Bound | undefined>();
  const add = (name: string, bound: Bound | undefined): void => {
    outputs.set(outputs.has(name) ? `${name} ${outputs.size}` : name, bound);
  };
  for (const item of targets) {
    const { name, val } = 'ResTarget' in item ? item.ResTarget : {};
    const fields = val && 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
    const last = fields.at(-1);
    if (last && 'A_Star' in last) {
      const owner = words(fields).at(-1);
      for (const source of scope.sources.filter(({ called }) => owner === undefined || called === owner))
        for (const [output, bound] of handedOn(source)) add(output, bound);
    } else if (val && 'ColumnRef' in val) {
      const found = resolve(val.ColumnRef, scope);
      add(name ?? text(last) ?? '', found?.open ? found.bound : undefined);
    } else if (val) add(name ?? outputName(val), { kind: 'expression', node: val, scope });
  }
  return outputs;
}

function outputName(node: Node): string {
  if ('FuncCall' in node) return text(node.FuncCall.funcname?.at(-1)) ?? '';
  if ('TypeCast' in node && node.TypeCast.arg) return outputName(node.TypeCast.arg);
  return 'CoalesceExpr' in node ? 'coalesce' : '?column?';
}

/** Outputs of a UNION: each stands for one of either side. */
export function united(left: Handed, right: Handed): Outputs {
  const others = [...right.outputs.values()];
  return new Map(
    [...left.outputs].map(([name, bound], i) => {
      const both = [left.open ? bound : undefined, right.open ? others[i] : undefined].flatMap(
        (one) => one ?? [],
      );
      return [name, both.length > 0 ? { kind: 'each', each: both } : undefined];
    }),
  );
}

/** Outputs under the names of an alias. */
export function renamed(outputs: Outputs, columns: readonly string[]): Outputs {
  return columns.length === 0
    ? outputs
    : new Map([...outputs].map(([name, bound], index) => [columns[index] ?? name, bound]));
}

/** Without a subquery of its own. */
export function simple(item: Node): boolean {
  return !has(item, (kind) => kind === 'SubLink');
}

/** Whether a window runs over the rows. */
export function hasWindow(targets: readonly Node[]): boolean {
  return has(targets, (kind, node) => kind === 'FuncCall' && node['over'] !== undefined);
}

function has(
  tree: unknown,
  wanted: (kind: string, node: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  let found = false;
  walk(tree, (kind, node) => {
    found ||= wanted(kind, node);
    return !found;
  });
  return found;
}
