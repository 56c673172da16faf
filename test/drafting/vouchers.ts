/** A task in prose, and a block that does it justice. */
import type { Report } from '../../src/report/model.ts';

export const prose = `# SHOP-7 Vouchers

Customers redeem vouchers. A voucher has a code, unique, and an amount in cents that is never negative.
We expect 40,000 vouchers a day. Looking up a code must take less than 20 ms.
`;

export const good = `dbd: 1
entities:
  E1 Voucher:
    fields:
      code: { type: text(40), required: true, unique: true }
      amount: { type: bigint, required: true }
rules:
  R1: { says: An amount is never negative, of: E1, check: amount >= 0, accept: [{ amount: 0 }], reject: [{ amount: -1 }] }
access:
  Q1: { says: Look up a code, sql: "SELECT * FROM vouchers WHERE code = :code", rate: { assume: 5/s }, p95: 20 ms }
volume:
  V1: { of: E1, per_day: 40k }
`;

/** Value of a fact of a report. */
export function factOf({ blocks }: Report, label: string): string {
  const facts = blocks.flatMap((block) => (block.kind === 'facts' ? block.facts : []));
  return facts.find((one) => one.label === label)!.value;
}
