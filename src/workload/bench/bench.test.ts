import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { random } from '../random.ts';
import { Histogram } from './histogram.ts';
import { saturate, whyLost, type Observed } from './saturate.ts';

describe('a histogram', () => {
  test('puts each value into a bucket that holds it and is narrow', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 600_000, noNaN: true }), (ms) => {
        const histogram = new Histogram();
        histogram.add(ms);
        const [bucket] = histogram.buckets();
        const value = Math.round(ms * 1000) / 1000;
        expect(bucket!.from).toBeLessThanOrEqual(value + 1e-9);
        expect(bucket!.to).toBeGreaterThan(value - 1e-9);
        expect(bucket!.to - bucket!.from).toBeLessThanOrEqual(Math.max(0.001, value / 32) + 1e-9);
      }),
    );
  });

  test('has buckets without gaps or overlaps, and counts every value once', () => {
    const histogram = new Histogram();
    const next = random(1);
    for (let n = 0; n < 20_000; n++) histogram.add(next() ** 4 * 500);
    const buckets = histogram.buckets();
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
    for (const [n, bucket] of buckets.entries())
      if (n > 0) expect(bucket.from).toBeGreaterThanOrEqual(buckets[n - 1]!.to - 1e-9);
    expect(buckets.length).toBeLessThan(700);
  });
});

/** A server that answers so many calls a second and queues the rest. */
const server =
  (capacity: number, noise = () => 0, lateMs = 0) =>
  async (factor: number): Promise<Observed> => {
    const offered = factor * 100;
    const real = capacity * (1 + noise());
    const load = offered / real;
    return {
      factor,
      offered,
      achieved: Math.min(offered, real),
      unanswered: offered - Math.min(offered, real),
      p95: load < 1 ? 1 / (1 - load * 0.99) : 2000,
      failed: 0,
      lateMs,
    };
  };

describe('a search for saturation', () => {
  test.each([150, 730, 5000, 12_345])('encloses a capacity of %i calls a second', async (capacity) => {
    const found = await saturate(1, 16, server(capacity));
    expect(found.kept).toBeLessThan(capacity * 1.06);
    expect(found.lost).toBeGreaterThan(capacity * 0.85);
    expect(found.lost! / found.kept!).toBeLessThan(1.16);
    expect(found).toMatchObject({
      contradictions: 0,
      clientLimited: false,
      surelyKept: found.kept,
      surelyLost: found.lost,
    });
  });

  test('goes down when the first rate is too much already', async () => {
    const found = await saturate(1, 16, server(20));
    expect(found.kept).toBeLessThan(21.5);
    expect(found.lost).toBeGreaterThan(17);
  });

  test('says what it did not find', async () => {
    const endless = await saturate(1, 5, server(1e12));
    expect(endless.lost).toBeUndefined();
    expect(endless.kept).toBe(1600);
    expect(endless.surelyLost).toBeUndefined();
    const dead = await saturate(1, 5, server(1e-9));
    expect(dead.kept).toBeUndefined();
  });

  test('widens the interval when a machine is noisy, and counts the contradictions', async () => {
    const next = random(3);
    const found = await saturate(
      1,
      16,
      server(1000, () => (next() - 0.5) * 0.8),
    );
    expect(found.contradictions).toBeGreaterThan(0);
    const good = found.steps.filter((step) => step.good).map((step) => step.offered);
    const lost = found.steps.filter((step) => !step.good).map((step) => step.offered);
    expect(found.kept!).toBeLessThan(found.lost!);
    expect(found.surelyKept!).toBeLessThan(Math.min(...lost));
    expect(found.surelyLost ?? Number.POSITIVE_INFINITY).toBeGreaterThan(Math.max(...good));
    expect(found.surelyKept!).toBeLessThan(found.kept!);
  });

  test('says when the measuring process was the slow one', async () => {
    expect(
      await saturate(
        1,
        12,
        server(800, () => 0, 50),
      ),
    ).toMatchObject({ clientLimited: true });
  });

  test('loses a step for lag, failures and a queue, each with its reason', () => {
    const fine: Observed = {
      factor: 1,
      offered: 100,
      achieved: 100,
      unanswered: 0,
      p95: 2,
      failed: 0,
      lateMs: 0,
    };
    expect(whyLost(fine, 2)).toBeUndefined();
    expect(whyLost({ ...fine, achieved: 90, unanswered: 10 }, 2)).toBe('only 90 % were answered in time');
    expect(whyLost({ ...fine, achieved: 90, unanswered: 3 }, 2)).toBeUndefined();
    expect(whyLost({ ...fine, failed: 3 }, 2)).toBe('3 calls failed');
    expect(whyLost({ ...fine, p95: 40 }, 2)).toBe('p95 is 20 times that of the quietest step');
    expect(whyLost({ ...fine, p95: 15 }, 1)).toBeUndefined();
  });
});
