import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deliverTask, scratch, sqlOf, taskOf, type Delivered } from './delivery.ts';

const shop = `
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, total numeric(12,2) NOT NULL, placed_at timestamptz NOT NULL DEFAULT now());
`;

function current(sql = shop): string {
  const path = join(scratch(), 'now.sql');
  writeFileSync(path, sql);
  return path;
}

/** The draft of a prose task, put into it as its block. */
async function accepted(prose: string, input: Readonly<Record<string, unknown>>): Promise<Delivered> {
  const { report } = await deliverTask(prose, input);
  return deliverTask(`${prose}\n\n\`\`\`yaml\n${String(report.output['draft'])}\`\`\`\n`, input);
}

describe('prose', () => {
  test('is answered with the current tables in mind', async () => {
    const { report, out } = await deliverTask('# CRM-7 Phones\n\nPlease add a phone number to customers.', {
      current: current(),
    });
    expect(report.output['draft']).toContain('change: { kind: { assume: alter } }');
    expect(report.output['draft']).toContain("phone_number: { type: { assume: 'text' } }");
    expect(report.headline).toMatch(/^CRM-7 is prose only: answer \d+ questions/);
    // The questions are kept, so that they can be published; there is no change.
    expect(readdirSync(out)).toEqual(['report.json']);
  });

  test('is answered all the same where the structure cannot be read, or none is named', async () => {
    const prose = '# N-1 Notes\n\nKeep notes on every order.';
    const broken = await deliverTask(prose, { current: current('CREATE TABEL x ();') });
    expect(broken.report.output['draft']).toContain('E1 Note:');
    expect(broken.report.meta.limits.join(' ')).toMatch(
      /could not be read, so the draft knows nothing of it/,
    );
    const none = await deliverTask(prose);
    expect(none.report.meta.limits.join(' ')).toMatch(/No current structure is named/);
  });

  test.each([
    [
      'habits of a table',
      '# INV-9 Invoices\n\nWe store invoices of customers with a unique number, an amount and an optional note. An invoice goes from draft to sent to paid. It must be auditable: who changed what. Two people must not overwrite each other.',
      true,
    ],
    ['a new column', '# CRM-7 Phones\n\nPlease add a phone number to customers.', true],
    [
      'a tree, soft deletes, and people of whom nothing is there',
      '# CAT-1 Folders\n\nUsers manage folders in a hierarchy with a title and an email. Deleted folders can be restored. Keep them for 90 days.',
      false,
    ],
  ])('a draft runs once it is accepted: %s', { timeout: 60_000 }, async (_, prose, there) => {
    const { verdicts, out } = await accepted(prose, there ? { current: current() } : {});
    expect(verdicts).toMatchObject({ E1: 'proven', 'round-trip': 'proven' });
    expect(sqlOf(out, 'up')).toMatch(/CREATE TABLE|ADD COLUMN/);
  });
});

describe('an access pattern that is a sentence', () => {
  test('is drafted and prepared beside what can be run, and is not proven', { timeout: 60_000 }, async () => {
    const { claims, verdicts, report } = await deliverTask(
      taskOf(`
entities:
  E1 Payment: { fields: { amount: { type: "decimal(12, 2)", required: true }, paid_at: { type: instant, required: true } } }
relations:
  L1: { from: E1, to: customers, name: customer, required: true }
access:
  Q1: { says: "The ten best customers of each month by payments" }
  Q2: { says: "Whatever the board likes" }
  Q3: { says: "A customer's payments", sql: "SELECT amount FROM payments WHERE customer_id = :customer_id" }
volume:
  V1: { of: E1, now: 500 }
`),
      { current: current() },
    );
    expect(verdicts).toMatchObject({ E1: 'proven', Q1: 'not-proven', Q2: 'not-proven' });
    const draft = claims.get('Q1')!;
    expect(draft.evidence[0]).toMatchObject({ basis: 'assumed' });
    expect(draft.evidence[0]!.shown).toMatch(
      /^sql: \|\n {2}WITH per_group AS \(\n[\s\S]*sum\(p\.amount\)[\s\S]*FROM payments p[\s\S]*place <= 10/,
    );
    expect(draft.evidence[1]!.text).toMatch(/^PostgreSQL \S+ prepared the draft: .* It was not run\.$/);
    expect(claims.get('Q2')!.because).toBe(
      'The sentence was not understood: it names no table that there is. Which query is meant?',
    );
    expect(report.verdict).toBe('conditions');
    expect(report.blocks.find(({ id }) => id === 'drafts')).toMatchObject({
      text: expect.stringMatching(
        /^access:\n {2}Q1:\n {4}says: "The ten best[^\n]*\n {4}# customers are ranked[^\n]*\n {4}sql: \|\n {6}WITH/,
      ),
    });
  });

  test(
    'alone is answered with its draft, which is confirmed by putting it into the task',
    { timeout: 60_000 },
    async () => {
      const asked = taskOf('access:\n  Q1: { says: "The latest 20 orders of a customer", rate: 1/s }');
      const { report, claims, out } = await deliverTask(asked, { current: current() });
      expect(report.headline).toBe('T-1 asks in sentences: 1 draft query is to confirm; nothing was run.');
      expect(existsSync(out)).toBe(false);
      const shown = claims.get('Q1')!.evidence[0]!.shown!;
      const confirmed = await deliverTask(
        taskOf(
          `access:\n  Q1:\n    says: The latest 20 orders of a customer\n    rate: 1/s\n${shown.replaceAll(/^/gm, '    ')}`,
        ),
        { current: current() },
      );
      expect(confirmed.claims.get('Q1')!.evidence.some(({ basis }) => basis === 'measured')).toBe(true);
      await expect(deliverTask(asked)).rejects.toMatchObject({ code: 'task.unknown-reference' });
    },
  );
});
