import { describe, expect, test } from 'vitest';
import { fanOut, innerPages, levelOf } from './level.ts';

describe('the height of a tree', () => {
  test('follows from its pages: a million integers take 2,733 leaves, 10 inner pages and a root', () => {
    expect(fanOut(16)).toBe(284);
    expect(innerPages(2733, 16)).toEqual([10, 1]);
    expect(levelOf(2745, 16)).toBe(2);
  });

  test('is zero for an index without rows and for a single leaf', () => {
    expect([0, 1, 2].map((pages) => levelOf(pages, 16))).toEqual([0, 0, 0]);
    expect(levelOf(4, 16)).toBe(1);
  });

  test('grows with the width of its keys', () => {
    expect(levelOf(2745, 200)).toBe(3);
    expect(levelOf(280, 16)).toBe(1);
    expect(levelOf(280, 200)).toBe(2);
  });

  test('of the largest relation is still small', () => {
    expect(levelOf(0xffff_fffe, 16)).toBe(4);
    expect(levelOf(0xffff_fffe, 2704)).toBe(20);
  });
});
