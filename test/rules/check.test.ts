import { expect, test } from 'vitest';
import { habitsOf } from '../../src/catalog/naming.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { checkStructure, matches, noMismatches, noStandards } from '../../src/rules/check.ts';
import type { Deviation, Standards, Subject } from '../../src/rules/model.ts';
import { catalogOf, column, key, table } from '../support/catalog.ts';

const catalog = catalogOf([
  table('orders', [column('id', 'bigint'), column('is_paid', 'boolean')], {
    constraints: [key('primary', 'orders_pkey', ['id'])],
    comment: 'Orders [class: internal; owner: shop; retention: 1 year, then delete]',
  }),
]);

function checked(standards: Partial<Standards>, today = '2026-11-20') {
  const subject: Subject = {
    catalog,
    tables: catalog.tables,
    views: [],
    routines: [],
    quote: postgres.quote,
    types: postgres.types,
    habits: habitsOf(catalog),
    standards: { ...noStandards, ...standards },
    mismatched: noMismatches,
    declared: [],
  };
  return checkStructure(subject, today);
}

const deviation = (more: Partial<Deviation>): Deviation => ({
  rule: 'nullable-boolean',
  object: 'public.orders.is_paid',
  because: 'the till sends it late',
  ...more,
});

test('a finding says what, why, what instead, and how', () => {
  expect(checked({}).findings).toEqual([
    {
      rule: 'nullable-boolean',
      severity: 'warning',
      place: 'public.orders.is_paid',
      message: 'is_paid may be empty.',
      why: 'Yes, no and nothing: conditions on it forget the third.',
      instead: 'Make it NOT NULL with a default.',
      fix: 'ALTER TABLE orders ALTER COLUMN is_paid SET NOT NULL;',
    },
  ]);
});

test('a team switches rules off and makes them graver', () => {
  expect(checked({ rules: { 'nullable-boolean': 'off' } }).findings).toEqual([]);
  expect(checked({ rules: { 'nullable-boolean': 'error' } }).findings[0]!.severity).toBe('error');
  expect(checked({ rules: { 'nullable-boolean': 'off' } }).asked.map(({ id }) => id)).not.toContain(
    'nullable-boolean',
  );
});

test('a deviation explains until its last day, and not a day longer', () => {
  const until = deviation({ until: '2026-11-20' });
  expect(checked({ deviations: [until] })).toMatchObject({ findings: [], explained: [{ deviation: until }] });
  const over = checked({ deviations: [until] }, '2026-11-21');
  expect(over.explained).toEqual([]);
  expect(over.findings[0]!.message).toBe(
    'is_paid may be empty. It was allowed until 2026-11-20: the till sends it late',
  );
  const renewed = checked({ deviations: [until, deviation({})] }, '2026-11-21');
  expect(renewed.findings).toEqual([]);
});

test('a deviation that allows nothing is told', () => {
  const { findings } = checked({ deviations: [deviation({}), deviation({ object: 'public.gone' })] });
  expect(findings).toMatchObject([{ rule: 'idle-deviation', severity: 'info', place: 'public.gone' }]);
  expect(
    checked({ deviations: [deviation({ rule: 'money-type' })] }).findings.map(({ rule }) => rule),
  ).toEqual(['nullable-boolean', 'idle-deviation']);
});

test('places are matched literally, with stars, and through what they belong to', () => {
  const fits: readonly (readonly [string, string, boolean])[] = [
    ['public.users', 'public.users', true],
    ['public.users', 'public.users.email', true],
    ['public.users', 'public.users index users_email_idx', true],
    ['public.users', 'public.users2', false],
    ['public.users', 'public.users2.email', false],
    ['public.user*', 'public.users.email', true],
    ['*.email', 'public.users.email', true],
    ['*.email', 'public.users.email2', false],
    ['public.*.email', 'public.users.email', true],
    ['*', 'anything', true],
    ['a*a', 'a', false],
    ['public.(.*)', 'public.users', false],
    [`${'*a'.repeat(200)}*b`, `${'a'.repeat(5000)}`, false],
  ];
  for (const [pattern, place, wanted] of fits)
    expect(matches(pattern, place), `${pattern} ${place}`).toBe(wanted);
});
