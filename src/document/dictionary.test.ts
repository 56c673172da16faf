import { expect, test } from 'vitest';
import { catalogOf, column, index, key, reference, table } from '../../test/support/catalog.ts';
import { dictionary } from './dictionary.ts';

test('the dictionary tells columns, rules, indexes and who refers to a table', () => {
  const users = table(
    'users',
    [
      column('id', 'bigint', { notNull: true, identity: 'always' }),
      column('email', 'text', { default: "'a|b'::text", comment: 'Where to *write*' }),
    ],
    {
      comment: 'People',
      constraints: [key('primary', 'users_pkey', ['id'])],
      indexes: [index('users_email', ['email'], { valid: false })],
    },
  );
  const orders = table('orders', [column('user_id')], {
    constraints: [reference('orders_user', ['user_id'], 'users')],
  });
  expect(dictionary(catalogOf([users, orders]), [users])).toBe(`## users

People

| Column | Type | Null | Default | Key | Description |
| --- | --- | --- | --- | --- | --- |
| \`id\` | \`bigint\` | no | identity, always | PK |  |
| \`email\` | \`text\` | yes | \`'a\\|b'::text\` |  | Where to \\*write\\* |

**Keys and rules**

- \`users_pkey\` \`PRIMARY KEY (id)\`

**Indexes**

- \`users_email\` \`btree (email)\` — **not valid**

**Referenced by**

- \`public.orders\` (\`user_id\`), on delete no action
`);
});

test('purposes stand in for missing comments, and unknown tables are passed over', () => {
  const text = dictionary(
    catalogOf([table('a', [column('x')])]),
    [
      { schema: 'public', name: 'a' },
      { schema: 'public', name: 'no' },
    ],
    { 'public.a': 'Why it is' },
  );
  expect(text).toContain('## a\n\nWhy it is\n');
  expect(text.match(/^## /gm)).toHaveLength(1);
});

test('no name or comment can make Markdown or HTML of its own', () => {
  const text = dictionary(
    catalogOf([table('<img src=x>', [column('a`|b', 'text', { comment: '<script>\n# x' })])]),
    [{ schema: 'public', name: '<img src=x>' }],
  );
  expect(text).toContain('## \\<img src=x\\>');
  expect(text).toContain('| `` a`\\|b `` |');
  expect(text).toContain('\\<script\\> \\# x');
});
