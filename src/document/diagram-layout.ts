/** A box to place: `rank` grows from left to right. */
export interface Box {
  readonly key: string;
  readonly width: number;
  readonly height: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly rank: number;
}

export interface Layout {
  readonly places: ReadonlyMap<string, Place>;
  /** Per edge, in the order given: heights at which it passes each column of boxes between its ends, from `to` towards `from`. */
  readonly passes: readonly (readonly { readonly x: number; readonly width: number; readonly y: number }[])[];
  readonly width: number;
  readonly height: number;
}

const columnGap = 104;
const rowGap = 28;
/** Height kept free for an edge that passes a column. */
const passHeight = 14;
const sweeps = 12;

interface Item {
  readonly id: string;
  readonly rank: number;
  readonly height: number;
  readonly near: string[];
  y: number;
}

/**
 * Places boxes in columns: what is referenced stands left of what references it, long edges keep a lane free in the
 * columns they pass, and each column is ordered by the mean height of its neighbours (Sugiyama's method, barycentre).
 */
export function layout(boxes: readonly Box[], edges: readonly Edge[]): Layout {
  const ranks = rank(boxes, edges);
  const items = new Map<string, Item>();
  for (const box of boxes)
    items.set(box.key, { id: box.key, rank: ranks.get(box.key)!, height: box.height, near: [], y: 0 });
  const lanes = edges.map((edge, number) => lane(edge, number, ranks, items));
  const columns = group([...items.values()]);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const order = sweep % 2 === 0 ? columns : columns.toReversed();
    for (const column of order) {
      stack(
        column.toSorted((a, b) => wish(a, items) - wish(b, items)),
        items,
      );
      column.sort((a, b) => a.y - b.y);
    }
  }
  return measure(boxes, columns, items, lanes);
}

/** Longest way from a table that references nothing; edges that would close a circle do not count. */
function rank(boxes: readonly Box[], edges: readonly Edge[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  const parents = new Map<string, string[]>(boxes.map((box) => [box.key, []]));
  for (const { from, to } of edges) if (from !== to) parents.get(from)?.push(to);
  const visiting = new Set<string>();
  const visit = (key: string): number => {
    const known = ranks.get(key);
    if (known !== undefined) return known;
    visiting.add(key);
    const above = (parents.get(key) ?? []).filter((parent) => !visiting.has(parent)).map(visit);
    visiting.delete(key);
    const value = above.length === 0 ? 0 : Math.max(...above) + 1;
    ranks.set(key, value);
    return value;
  };
  for (const box of boxes) visit(box.key);
  // A parent that only far columns use stands next to them.
  for (const box of boxes) {
    const children = edges
      .filter(({ from, to }) => to === box.key && from !== box.key)
      .map(({ from }) => ranks.get(from)!);
    const own = parents.get(box.key)!;
    const nearest = Math.min(...children) - 1;
    if (own.length === 0 && children.length > 0 && nearest > ranks.get(box.key)!) ranks.set(box.key, nearest);
  }
  return ranks;
}

/** Ties the ends of an edge together through a lane item in each column between them. */
function lane(
  edge: Edge,
  number: number,
  ranks: ReadonlyMap<string, number>,
  items: Map<string, Item>,
): readonly string[] {
  const [one, other] = [ranks.get(edge.to)!, ranks.get(edge.from)!];
  const step = one <= other ? 1 : -1;
  const ids: string[] = [];
  let last = edge.to;
  const tie = (next: string): void => {
    items.get(last)!.near.push(next);
    items.get(next)!.near.push(last);
    last = next;
  };
  for (let at = one + step; step > 0 ? at < other : at > other; at += step) {
    const id = `\0${number}:${at}`;
    items.set(id, { id, rank: at, height: passHeight, near: [], y: 0 });
    ids.push(id);
    tie(id);
  }
  if (edge.from !== edge.to) tie(edge.from);
  return ids;
}

function group(items: readonly Item[]): Item[][] {
  const columns: Item[][] = [];
  for (const item of items) (columns[item.rank] ??= []).push(item);
  const present = columns.filter((column) => column !== undefined);
  for (const column of present) stack(column, new Map());
  return present;
}

/** Centre at which an item would like to stand. */
function wish(item: Item, items: ReadonlyMap<string, Item>): number {
  if (item.near.length === 0) return item.y + item.height / 2;
  return (
    item.near.reduce((sum, key) => sum + items.get(key)!.y + items.get(key)!.height / 2, 0) / item.near.length
  );
}

/** Puts a column's items as near to their wishes as their order allows: overlapping ones move apart as one block around their mean. */
function stack(column: readonly Item[], items: ReadonlyMap<string, Item>): void {
  const blocks: { items: Item[]; top: number; height: number }[] = [];
  for (const item of column) {
    const top = items.size === 0 ? Number.NEGATIVE_INFINITY : wish(item, items) - item.height / 2;
    blocks.push({
      items: [item],
      top: items.size === 0 ? (blocks.at(-1) ? blocks.at(-1)!.top + blocks.at(-1)!.height + rowGap : 0) : top,
      height: item.height,
    });
    for (
      let last = blocks.at(-1)!, previous = blocks.at(-2);
      previous && previous.top + previous.height + rowGap > last.top;
      last = blocks.at(-1)!, previous = blocks.at(-2)
    ) {
      const [a, b] = [previous.items.length, last.items.length];
      const shifted = last.top - previous.height - rowGap;
      blocks.splice(-2, 2, {
        items: [...previous.items, ...last.items],
        top: (previous.top * a + shifted * b) / (a + b),
        height: previous.height + rowGap + last.height,
      });
    }
  }
  for (const block of blocks) {
    let y = block.top;
    for (const item of block.items) {
      item.y = y;
      y += item.height + rowGap;
    }
  }
}

function measure(
  boxes: readonly Box[],
  columns: readonly Item[][],
  items: ReadonlyMap<string, Item>,
  lanes: readonly (readonly string[])[],
): Layout {
  const widths = new Map(boxes.map((box) => [box.key, box.width]));
  const tops = [...items.values()].map((item) => item.y);
  const shift = tops.length === 0 ? 0 : Math.min(...tops);
  const places = new Map<string, Place>();
  const spans = new Map<number, { x: number; width: number }>();
  let x = 0;
  for (const column of columns) {
    const width = Math.max(40, ...column.map((item) => widths.get(item.id) ?? 0));
    for (const item of column) {
      spans.set(item.rank, { x, width });
      if (widths.has(item.id)) places.set(item.id, { x, y: Math.round(item.y - shift), rank: item.rank });
    }
    x += width + columnGap;
  }
  return {
    places,
    passes: lanes.map((ids) =>
      ids.map((id) => {
        const item = items.get(id)!;
        return { ...spans.get(item.rank)!, y: Math.round(item.y - shift + item.height / 2) };
      }),
    ),
    width: Math.max(0, x - columnGap),
    height: Math.max(0, ...[...items.values()].map((item) => item.y - shift + item.height)),
  };
}
