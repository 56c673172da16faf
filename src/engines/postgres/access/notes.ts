/** Columns that expressions read, and the subqueries within them. */
import type { ColumnRef, SubLink } from 'libpg-query';
import { walk, words } from '../grammar/tree.ts';
import { step, type Draft, type Way } from './draft.ts';
import { handedOn, resolve, type Bound, type Handed, type Scope } from './scope.ts';

/** Notes the columns that expressions read, and reads their subqueries. */
export function note(nodes: unknown, scope: Scope, draft: Draft): void {
  walk(nodes, (kind, node) => {
    if (kind === 'ColumnRef') noteColumn(node as ColumnRef, scope, draft);
    if (kind !== 'SubLink') return true;
    note([node['testexpr']], scope, draft);
    const { outputs } = subquery(node as SubLink, scope, draft, {
      lazy: node['subLinkType'] === 'EXISTS_SUBLINK',
    });
    if (node['subLinkType'] !== 'EXISTS_SUBLINK')
      for (const bound of outputs.values()) noteBound(bound, draft);
    return false;
  });
}

/** What a subquery of an expression hands on; it is read once. */
export function subquery(link: SubLink, scope: Scope, draft: Draft, way: Way): Handed {
  const known = scope.subqueries.get(link);
  if (known) return known;
  const handed = draft.read(link.subselect, scope, draft, way);
  scope.subqueries.set(link, handed);
  return handed;
}

function noteColumn(reference: ColumnRef, scope: Scope, draft: Draft): void {
  const last = reference.fields?.at(-1);
  const names = words(reference.fields);
  if (last && 'A_Star' in last) {
    for (const source of scope.sources.filter(({ called }) => names.length === 0 || called === names.at(-1)))
      if (source.use) source.use.reads.add('*');
      else for (const [, bound] of handedOn(source)) noteBound(bound, draft);
    return;
  }
  const found = resolve(reference, scope);
  if (found) noteBound(found.bound, draft);
  else
    for (let here: Scope | undefined = scope; here && names.length === 1; here = here.outer)
      // A table's name alone is its whole row.
      here.sources.find(({ called }) => called === names[0])?.use?.reads.add('*');
}

/** Notes the columns that a name stands for. */
export function noteBound(bound: Bound | undefined, draft: Draft): void {
  if (!step(draft)) return;
  if (bound?.kind === 'column') bound.use.reads.add(bound.column);
  if (bound?.kind === 'expression') note([bound.node], bound.scope, draft);
  if (bound?.kind === 'each') for (const one of bound.each) noteBound(one, draft);
}
