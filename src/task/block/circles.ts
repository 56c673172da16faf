/** Circles of required relations, in which no first row could ever be inserted. */
import { fail } from '../../base/error.ts';
import { orderByNeed } from '../../base/graph.ts';
import type { Entity, Relation } from '../model.ts';

/** Throws `task.circular` naming the circle; optional, polymorphic and many-to-many relations close none. */
export function checkCircles(
  entities: readonly Entity[],
  relations: readonly Relation[],
  source: string,
): void {
  const required = relations.filter(
    (relation) => relation.required && relation.via === undefined && relation.to.length === 1,
  );
  const nodes = [...new Set(required.flatMap((relation) => [relation.from, relation.to[0]!]))];
  const onItself = required.find((relation) => relation.from === relation.to[0]);
  const circle = onItself ? [onItself] : findCircle(nodes, required);
  if (!circle) return;
  const label = (node: string): string => {
    const entity = entities.find(({ id }) => id === node);
    return entity ? `${entity.id} ${entity.name}` : node;
  };
  const path = [...circle.map((relation) => label(relation.from)), label(circle[0]!.from)].join(' → ');
  const { place } = circle.at(-1)!;
  fail(
    'task.circular',
    `${source}, line ${place.line}, column ${place.column}: required relations form a circle: ${path} (${circle.map(({ id }) => id).join(', ')}).`,
    {
      hint: `Make one of them optional: \`required: false\` at ${circle.at(-1)!.id}.`,
      details: { line: place.line, column: place.column, circle: circle.map(({ id }) => id) },
    },
  );
}

function findCircle(
  nodes: readonly string[],
  relations: readonly Relation[],
): readonly Relation[] | undefined {
  const leaving = new Map<string, Relation[]>(nodes.map((node) => [node, []]));
  for (const relation of relations) leaving.get(relation.from)!.push(relation);
  const circular = new Set(orderByNeed(nodes, (node) => leaving.get(node)!.map(({ to }) => to[0]!)).circular);
  if (circular.size === 0) return undefined;
  // Every node that is left needs another that is left, so a walk must come back to where it was.
  const path: Relation[] = [];
  let [node] = circular;
  for (;;) {
    const step = leaving.get(node!)!.find((relation) => circular.has(relation.to[0]!));
    if (!step) return undefined;
    const start = path.findIndex((relation) => relation.from === node);
    if (start >= 0) return path.slice(start);
    path.push(step);
    node = step.to[0]!;
  }
}
