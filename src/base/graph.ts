/** Result of ordering a graph: nodes so that what is needed comes first, and the nodes that lie on circles. */
export interface Order<T> {
  readonly ordered: readonly T[];
  readonly circular: readonly T[];
}

/** Orders nodes so that every node follows what it needs; equal ranks keep the input's order. */
export function orderByNeed<T>(nodes: readonly T[], needs: (node: T) => Iterable<T>): Order<T> {
  const known = new Set(nodes);
  const done = new Set<T>();
  const ordered: T[] = [];
  let waiting = [...nodes];
  for (;;) {
    const ready = waiting.filter((node) =>
      [...needs(node)].every((need) => need === node || !known.has(need) || done.has(need)),
    );
    if (ready.length === 0) return { ordered, circular: waiting };
    for (const node of ready) {
      done.add(node);
      ordered.push(node);
    }
    waiting = waiting.filter((node) => !done.has(node));
    if (waiting.length === 0) return { ordered, circular: [] };
  }
}
