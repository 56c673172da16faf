/** Precision and recall of the rules over plans whose labels were decided before. */
import { describe, expect, it } from 'vitest';
import { planRules } from '../../src/rules/plan/all.ts';
import { checkPlan } from '../../src/rules/check-plan.ts';
import { cases } from './cases/all.ts';
import { labelled } from './stored.ts';

const set = labelled(cases).map((one) => {
  const found = [...new Set(checkPlan(one.context).map(({ rule }) => rule))];
  const { must, may = [] } = one.case;
  return {
    ...one,
    title: `${one.case.name} (${one.major})`,
    right: found.filter((rule) => must.includes(rule)),
    wrong: found.filter((rule) => !must.includes(rule) && !may.includes(rule)),
    missed: must.filter((rule) => !found.includes(rule)),
    found,
  };
});

const sum = (count: (one: (typeof set)[number]) => number): number =>
  set.reduce((all, one) => all + count(one), 0);

describe('the labelled set', () => {
  it('has enough plans, of several schemas and versions', () => {
    expect(set.length).toBeGreaterThanOrEqual(200);
    expect(new Set(set.map(({ major }) => major)).size).toBe(5);
    expect(new Set(set.map((one) => one.case.schema)).size).toBeGreaterThanOrEqual(4);
    // Plans with nothing wrong are what precision is about.
    expect(set.filter((one) => one.case.must.length === 0).length).toBeGreaterThanOrEqual(80);
  });

  it('is told by the rules with a precision of 0.95 at least', () => {
    const right = sum((one) => one.right.length);
    const wrong = sum((one) => one.wrong.length);
    const missed = sum((one) => one.missed.length);
    const lines = set.flatMap((one) => [
      ...one.wrong.map((rule) => `${one.title}: ${rule} is wrong`),
      ...one.missed.map((rule) => `${one.title}: ${rule} is missing`),
    ]);
    const precision = right / (right + wrong);
    const recall = right / (right + missed);
    process.stderr.write(
      `${set.length} plans, ${right} right, ${wrong} wrong, ${missed} missed: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}\n`,
    );
    expect(precision, lines.join('\n')).toBeGreaterThanOrEqual(0.95);
    expect(recall, lines.join('\n')).toBeGreaterThanOrEqual(0.9);
  });
});

describe('the measure itself', () => {
  it('falls when plans are held against the labels of others', () => {
    const shifted = set.map(({ found }, at) => {
      const { must, may = [] } = set[(at + 17) % set.length]!.case;
      const counted = found.filter((rule) => !may.includes(rule));
      return { right: counted.filter((rule) => must.includes(rule)).length, all: counted.length };
    });
    const right = shifted.reduce((all, one) => all + one.right, 0);
    expect(right / shifted.reduce((all, one) => all + one.all, 0)).toBeLessThan(0.3);
  });
});

describe.each(planRules.map(({ id }) => ({ id })))('$id', ({ id }) => {
  it('finds what is there', () => {
    expect(set.filter((one) => one.right.includes(id)).length).toBeGreaterThan(0);
  });

  it('is silent where it only looks like it', () => {
    const near = set.filter((one) => one.case.near === id);
    expect(near.length).toBeGreaterThan(0);
    expect(near.filter(({ found }) => found.includes(id)).map(({ title }) => title)).toEqual([]);
  });
});
