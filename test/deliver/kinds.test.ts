import { beforeAll, describe, expect, test } from 'vitest';
import { deliverTask, filesIn, sqlOf, taskOf, type Delivered } from './delivery.ts';

const text = taskOf(
  `
entities:
  E1 Article:
    history: soft-delete
    fields:
      title: { type: text(80), required: true, unique: true }
      state: { type: "enum(draft, published)", required: true, default: draft }
      price: { type: money }
  E2 Tag:
    fields:
      name: { type: text(30), required: true, unique: true }
  E3 Comment:
    history: audit
    fields:
      body: { type: text, required: true }
      mail: { type: email }
  E4 Cover:
    fields:
      url: { type: url, required: true }
relations:
  L1: { from: E1, to: E2, via: article_tags }
  L2: { from: E3, to: E3, name: parent, on_delete: cascade }
  L3: { from: E3, to: E1, required: true, on_delete: cascade }
  L4: { from: E4, to: E1, one: true, required: true }
rules:
  R1: { says: A title is not blank, of: E1, check: "btrim(title) <> ''", accept: [{ title: ok }], reject: [{ title: ' ' }] }
  R2: { says: One comment by mail and article, of: E3, unique: [mail, article] }
`,
  'KIND-1 Articles',
);
/** What depends on the clock and the machine is in the reports only. */
const reproducible = /^(?:up|down|diagram|dictionary|task|probes)/;

describe('a task with relations and histories of many kinds', () => {
  let first: Delivered;
  beforeAll(async () => void (first = await deliverTask(text, { seed: 7 })), 120_000);

  test('is proven, claim by claim', () => {
    const ids = ['E1', 'E2', 'E3', 'E4', 'L1', 'L2', 'L3', 'L4', 'R1', 'R2', 'round-trip'];
    const open = ids
      .flatMap((id) => first.claims.get(id) ?? [])
      .filter(({ verdict }) => verdict !== 'proven');
    const told = open.map(({ id, because }) => `${id} ${because}`);
    expect(told.filter((text) => !/^E\d Its history \([a-z-]+\) was not tried\.$/.test(text))).toEqual([]);
  });

  test('has a table in the middle, an audit, a mark of deletion, a known list of states', () => {
    const up = sqlOf(first.out, 'up');
    expect(up).toMatch(/CREATE TABLE article_tags/);
    expect(up).toMatch(/CREATE TABLE comment_audit/);
    expect(up).toMatch(/deleted_at\s+timestamptz/);
    expect(up).toMatch(/CHECK \(state IN \('draft', 'published'\)\)/);
    expect(up).toMatch(/price_minor\s+bigint/);
    expect(up).toMatch(/FOREIGN KEY \(parent_id\) REFERENCES comments/);
  });

  test('the same task and seed give the same files', { timeout: 120_000 }, async () => {
    const again = await deliverTask(text, { seed: 7 });
    const only = (out: string) =>
      Object.fromEntries(Object.entries(filesIn(out)).filter(([path]) => reproducible.test(path)));
    expect(only(again.out)).toEqual(only(first.out));
    expect(Object.keys(only(first.out)).length).toBeGreaterThanOrEqual(6);
    expect(again.report.output['hash']).toBe(first.report.output['hash']);
  });
});
