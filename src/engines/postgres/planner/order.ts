import { heap } from './heap.ts';

/** Arrows between statements, which are numbers in the order in which they would naturally stand. */
export interface Arrows {
  /** `first` has to come before `then`. */
  readonly hard: (first: number | undefined, then: number | undefined) => void;
  /** `first` comes before `then` if that is possible. */
  readonly soft: (first: number | undefined, then: number | undefined) => void;
  /** All numbers, in an order that obeys every hard arrow unless those go round in a circle; what stood in a circle is told. */
  readonly sorted: () => { readonly order: readonly number[]; readonly circles: readonly number[] };
}

/** Arrows between so many statements. */
export function arrows(count: number): Arrows {
  const hardTo: number[][] = Array.from({ length: count }, () => []);
  const softTo: number[][] = Array.from({ length: count }, () => []);
  const hardIn = new Uint32Array(count);
  const softIn = new Uint32Array(count);
  const into =
    (lists: number[][], counts: Uint32Array) =>
    (first: number | undefined, then: number | undefined): void => {
      if (first === undefined || then === undefined || first === then) return;
      lists[first]!.push(then);
      counts[then]! += 1;
    };
  return {
    hard: into(hardTo, hardIn),
    soft: into(softTo, softIn),
    sorted() {
      const order: number[] = [];
      const circles: number[] = [];
      const done = new Uint8Array(count);
      const ready = heap();
      const waiting = heap();
      const circled = heap();
      for (let at = 0; at < count; at += 1) {
        circled.push(at);
        if (hardIn[at] === 0) (softIn[at] === 0 ? ready : waiting).push(at);
      }
      const next = (): number => {
        for (const [source, kind] of [
          [ready, 'ready'],
          [waiting, 'waiting'],
          [circled, 'circled'],
        ] as const)
          while (source.size > 0) {
            const at = source.pop()!;
            if (done[at]) continue;
            if (kind === 'circled') circles.push(at);
            return at;
          }
        return -1;
      };
      while (order.length < count) {
        const at = next();
        done[at] = 1;
        order.push(at);
        for (const then of hardTo[at]!) {
          hardIn[then]! -= 1;
          if (!done[then] && hardIn[then] === 0) (softIn[then] === 0 ? ready : waiting).push(then);
        }
        for (const then of softTo[at]!) {
          softIn[then]! -= 1;
          if (!done[then] && hardIn[then] === 0 && softIn[then] === 0) ready.push(then);
        }
      }
      return { order, circles };
    },
  };
}
