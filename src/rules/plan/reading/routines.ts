/** Functions of the application that a plan calls. */
import type { Routine } from '../../../catalog/model.ts';
import type { PlanNode } from '../../../engine/plans/model.ts';
import type { PlanContext } from '../model.ts';
import { readExpression, within } from './expression.ts';

/** Names of functions in a text of a plan, without schema. */
export function callsIn(text: string): readonly string[] {
  return within(readExpression(text)).flatMap((part) =>
    part.kind === 'call' ? part.name.slice(part.name.lastIndexOf('.') + 1) : [],
  );
}

/** Routines of the catalog that conditions, keys and columns of these nodes call. */
export function calledRoutines({ catalog }: PlanContext, nodes: readonly PlanNode[]): readonly Routine[] {
  if (!catalog) return [];
  const calls = new Set(
    nodes.flatMap((node) =>
      [...Object.values(node.conditions), ...node.output, ...node.sortKeys, ...node.groupKeys].flatMap(
        callsIn,
      ),
    ),
  );
  return catalog.routines.filter(({ name, kind }) => kind === 'function' && calls.has(name));
}

/** Its definition says that workers may run it. */
export function isParallelSafe({ definition }: Routine): boolean {
  return /\bPARALLEL SAFE\b/i.test(headOf(definition));
}

/** Its definition says that equal arguments always give the same. */
export function isImmutable({ definition }: Routine): boolean {
  return /\bIMMUTABLE\b/i.test(headOf(definition));
}

/** What stands before the body. */
function headOf(definition: string): string {
  const body = /\bAS \$\w*\$|\bBEGIN ATOMIC\b|\bRETURN\b/i.exec(
    definition.slice(definition.search(/\bLANGUAGE\b/i)),
  );
  return body ? definition.slice(0, definition.search(/\bLANGUAGE\b/i) + body.index) : definition;
}
