/** The structure of the small snapshot: two tables and one object of every other kind. */
import { catalogOf, column, index, key, reference, table } from './catalog.ts';

export const grants = [{ to: 'reader', privilege: 'SELECT', grantable: false }];
const orders = { schema: 'public', name: 'orders' };

export const shopCatalog = catalogOf(
  [
    table(
      'customers',
      [
        column('id', 'bigint', { notNull: true, identity: 'always' }),
        column('email', 'text', { comment: 'Address [class: personal; readers: app]' }),
        column('status', 'text', { default: `'new'::text`, collation: 'C', grants }),
      ],
      {
        constraints: [key('primary', 'customers_pkey', ['id'])],
        indexes: [index('customers_email_idx', ['email'])],
        grants,
        comment: 'Who buys',
      },
    ),
    table(
      'orders',
      [
        column('id', 'bigint'),
        column('customer_id', 'bigint'),
        column('total', 'numeric(12,2)', {
          generated: { expression: '(price * 2)', kind: 'stored' },
          storage: 'main',
          compression: 'lz4',
          statistics: 500,
          options: ['n_distinct=5'],
          inherited: true,
        }),
      ],
      {
        kind: 'partitioned',
        partitionKey: 'RANGE (id)',
        constraints: [reference('orders_customer_id_fkey', ['customer_id'], 'customers')],
        triggers: [
          { name: 'touch', definition: 'CREATE TRIGGER touch', enabled: 'O', routine: 'public.touch' },
        ],
        policies: [
          { name: 'own', command: 'ALL', permissive: true, roles: ['app'], using: 'true', check: 'true' },
        ],
        options: ['fillfactor=90'],
        method: 'heap',
        foreign: ['server files'],
      },
    ),
    table('orders_1', [column('id', 'bigint'), column('customer_id', 'bigint')], {
      partitionOf: { ...orders, bound: "FOR VALUES FROM ('1') TO ('9')" },
    }),
  ],
  {
    schemas: [{ name: 'public', owner: 'app', grants }],
    extensions: [{ name: 'pg_trgm', schema: 'public', version: '1.6' }],
    views: [
      {
        schema: 'public',
        name: 'spenders',
        owner: 'app',
        materialized: true,
        definition: ' SELECT 1',
        columns: [{ name: 'id', type: 'bigint' }],
        options: [],
        indexes: [],
        triggers: [],
        grants,
      },
    ],
    routines: [
      {
        schema: 'public',
        name: 'touch',
        kind: 'function',
        arguments: '',
        definition: 'CREATE FUNCTION …',
        owner: 'app',
        grants,
      },
    ],
    types: [
      {
        schema: 'public',
        name: 'mood',
        kind: 'enum',
        owner: 'app',
        labels: ['sad', 'glad'],
        definition: 'sad, glad',
        base: 'text',
        grants,
      },
    ],
    sequences: [
      {
        schema: 'public',
        name: 'customers_id_seq',
        owner: 'app',
        type: 'bigint',
        start: '1',
        increment: '1',
        minimum: '1',
        maximum: '9223372036854775807',
        cache: '1',
        cycle: false,
        ownedBy: 'public.customers.id',
        grants,
      },
    ],
    others: [{ kind: 'statistics', name: 'public.pairs', definition: 'CREATE STATISTICS …' }],
  },
);
