/** Numbers in order of their size, the smallest first. */
export interface Heap {
  readonly size: number;
  push(value: number): void;
  pop(): number | undefined;
}

/** A heap of numbers. */
export function heap(): Heap {
  const values: number[] = [];
  const swap = (a: number, b: number): void => {
    [values[a], values[b]] = [values[b]!, values[a]!];
  };
  return {
    get size() {
      return values.length;
    },
    push(value) {
      values.push(value);
      for (let at = values.length - 1; at > 0;) {
        const above = (at - 1) >> 1;
        if (values[above]! <= values[at]!) break;
        swap(above, at);
        at = above;
      }
    },
    pop() {
      const first = values[0];
      const last = values.pop();
      if (last === undefined || values.length === 0) return first;
      values[0] = last;
      for (let at = 0; ;) {
        let least = at;
        for (const child of [2 * at + 1, 2 * at + 2])
          if (child < values.length && values[child]! < values[least]!) least = child;
        if (least === at) return first;
        swap(least, at);
        at = least;
      }
    },
  };
}
