import { expect, test } from 'vitest';
import { parts, pathOf } from './dotted.ts';
import { heap } from './heap.ts';
import { arrows } from './order.ts';

test('numbers keep their natural order where nothing else is asked', () => {
  const graph = arrows(5);
  graph.hard(4, 1);
  expect(graph.sorted()).toEqual({ order: [0, 2, 3, 4, 1], circles: [] });
});

test('a soft arrow gives way to a hard one, and not without need', () => {
  const graph = arrows(3);
  graph.soft(2, 0);
  expect(graph.sorted().order).toEqual([1, 2, 0]);
  const against = arrows(2);
  against.hard(0, 1);
  against.soft(1, 0);
  expect(against.sorted()).toEqual({ order: [0, 1], circles: [] });
});

test('a circle of hard arrows is told, and everything comes out once', () => {
  const graph = arrows(4);
  graph.hard(1, 2);
  graph.hard(2, 1);
  graph.hard(2, 3);
  const { order, circles } = graph.sorted();
  expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  expect(circles).toEqual([1]);
});

test('arrows from and to nothing say nothing', () => {
  const graph = arrows(2);
  graph.hard(undefined, 0);
  graph.soft(1, undefined);
  graph.hard(1, 1);
  expect(graph.sorted().order).toEqual([0, 1]);
});

test('a heap gives the smallest first', () => {
  const numbers = heap();
  for (const number of [5, 3, 9, 1, 7, 1]) numbers.push(number);
  expect(Array.from({ length: 7 }, () => numbers.pop())).toEqual([1, 1, 3, 5, 7, 9, undefined]);
});

test.each([
  ['public.users.email', ['public', 'users', 'email']],
  ['"A.b"."c""d".e', ['A.b', 'c"d', 'e']],
  ['public.f(a.b, "X.y")', ['public', 'f(a.b, "X.y")']],
  ['"Ü ""q"""', ['Ü "q"']],
])('takes %s apart', (printed, path) => {
  expect(parts(printed)).toEqual(path);
});

test('writes parts as they are printed', () => {
  expect(pathOf(['public', 'Order.Line'])).toBe('public."Order.Line"');
});
