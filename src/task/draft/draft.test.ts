import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogOf, column, key, table } from '../../../test/support/catalog.ts';
import { draftBlock, draftQuestions, readTask } from '../task.ts';

const shop = catalogOf([
  table('customers', [column('id', 'bigint'), column('name'), column('email')], {
    constraints: [key('primary', 'customers_pkey', ['id'])],
  }),
  table('orders', [column('id', 'bigint'), column('customer_id', 'bigint')], {
    constraints: [key('primary', 'orders_pkey', ['id'])],
  }),
  table('Odd "; DROP', [column('id', 'bigint')]),
]);

const prose = {
  'login-attempts':
    '# KAN-30 Audit log\n\nWe want to track login attempts with a user, an ip address and a created_at. Store them for a year.',
  notes:
    '# SUP-4 Notes on orders\n\nSupport wants to keep notes on every order, so that the next colleague knows what was said. About 2,000 notes per day. Show the latest notes of an order.',
  invoices:
    '# INV-9 Invoices\n\nWe store invoices with a unique number, an amount, an optional note and a due date. An invoice goes from draft to sent to paid. It must be auditable: who changed what. Two people must not overwrite each other. Keep invoices for 10 years. There are 3 million invoices already. List the ten best customers of each month.',
  categories:
    '# CAT-1 Categories\n\nManage product categories in a hierarchy. The shop shows all descendants of a category.',
  members:
    '# GYM-2 Members\n\nEach gym company manages its members with a name, an email and a phone number. Deleted members can be restored. Members are never seen by another tenant.',
  readings:
    '# SEN-3 Readings\n\nOur sensors send measurements with a temperature and a humidity, 50 thousand per minute. We collect readings and keep them for 18 months. Show the average temperature per sensor and hour of the last 30 days.',
  phone: '# CRM-7 Phone numbers\n\nPlease add a phone number to customers.',
  nothing: '# X-1\n\nMake it faster.',
};

test.each(Object.entries(prose))('%s', async (name, text) => {
  const task = readTask({ text });
  const shown = [undefined, catalogOf([]), shop].map((catalog, index) =>
    [
      `# ${['Nobody looked at the current structure', 'Nothing is there yet', 'customers and orders are there'][index]}`,
      draftBlock(task, catalog),
      ...draftQuestions(task, catalog).map(
        ({ about, text: asked, guess }) => `# ${about}: ${asked}\n#   ${guess}`,
      ),
      '',
    ].join('\n'),
  );
  await expect(shown.join('\n')).toMatchFileSnapshot(`golden/${name}.yaml`);
  for (const catalog of [undefined, catalogOf([]), shop]) {
    const drafted = readTask({ text: draftBlock(task, catalog) });
    expect(drafted.requirements.entities.length).toBeGreaterThan(0);
    expect(drafted.open.every(({ kind }) => kind === 'assumed')).toBe(true);
  }
});

test('what the text answers is not asked', () => {
  const asked = (text: string): readonly string[] =>
    draftQuestions(readTask({ text })).map(({ about }) => about);
  const bare = '# A-1 Stamps\n\nWe store stamps.';
  expect(asked(bare)).toContain('volume');
  expect(asked(`${bare} There are 2 million stamps, and 50 new ones per day.`)).not.toContain('volume');
  const tenants = draftQuestions(readTask({ text: `${bare} Each tenant sees its own.` }));
  expect(tenants.findIndex(({ about }) => about === 'tenancy')).toBeLessThan(
    tenants.findIndex(({ about }) => about === 'volume'),
  );
});

test('a column for a table that is there makes no second table', () => {
  const { requirements } = readTask({ text: draftBlock(readTask({ text: prose.phone }), shop) });
  expect(requirements.change.kind).toBe('alter');
  expect(requirements.entities).toMatchObject([{ table: 'customers', fields: [{ name: 'phone_number' }] }]);
  expect(requirements.relations).toEqual([]);
});

test('a draft made from any words, with any structure, can be read', () => {
  const words = [
    ...Object.values(prose).join(' ').split(/\s+/),
    '`orders`',
    '`null`',
    '→',
    'true',
    '{',
    ': #',
    '"',
    "'",
    '\u202E',
    '12',
    'k',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...words), { maxLength: 40 }),
      fc.constantFrom(undefined, shop, catalogOf([])),
      (parts, catalog) => {
        const draft = draftBlock({ title: parts.slice(0, 3).join(' '), prose: parts.join(' ') }, catalog);
        expect(readTask({ text: draft }).open.every(({ kind }) => kind === 'assumed')).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);
