import { describe, expect, test } from 'vitest';
import { catalogOf, column, index, key, reference, table } from '../../test/support/catalog.ts';
import { drawDiagram } from './diagram.ts';
import { layout } from './diagram-layout.ts';

const id = column('id', 'bigint', { notNull: true });
const users = table('users', [id, column('email')], { constraints: [key('primary', 'users_pkey', ['id'])] });
const orders = table('orders', [id, column('user_id', 'bigint', { notNull: true }), column('note')], {
  constraints: [key('primary', 'orders_pkey', ['id']), reference('orders_user', ['user_id'], 'users')],
});
const far = table('far', [id, column('order_id', 'bigint')], {
  constraints: [reference('far_order', ['order_id'], 'orders')],
});

describe('the diagram', () => {
  const before = catalogOf([users, orders, far]);
  const after = catalogOf([
    table('users', [id, column('email', 'character varying(200)'), column('age', 'integer')], {
      constraints: users.constraints,
      indexes: [index('i', ['age'])],
    }),
    orders,
    far,
    table('cards', [id, column('user_id', 'bigint')], {
      constraints: [key('unique', 'u', ['user_id']), reference('cards_user', ['user_id'], 'users')],
    }),
  ]);
  const { svg, mermaid } = drawDiagram({ before, after });

  test('shows what changed by word, its neighbours by their keys, and nothing farther', () => {
    expect(svg).toContain('aria-label="Tables, new: cards; changed: users; unchanged: orders"');
    expect(svg).toContain('text → varchar(200)?');
    expect(svg).toContain('also changed: 1 index');
    expect(svg).toContain('1 more column<');
    expect(svg).not.toContain('>far<');
    expect(
      [...svg.matchAll(/class="badge (\w+)"[^>]*text-anchor="end">(\w+)</g)].map((match) =>
        match.slice(1, 3).join(' '),
      ),
    ).toEqual(['changed changed', 'added new']);
    expect([...svg.matchAll(/class="sign (\w+)"/g)].map((match) => match[1])).toEqual(['changed', 'added']);
  });

  test('is one Mermaid diagram with the same facts', () => {
    expect(mermaid).toBe(`erDiagram
  t_users["users (changed)"] {
    bigint id PK
    varchar(200) email "changed, was text, may be null"
    integer age "new, may be null"
  }
  t_cards["cards (new)"] {
    bigint id
    bigint user_id FK "may be null"
  }
  t_orders["orders"] {
    bigint id PK
    bigint user_id FK
  }
  t_users ||--o{ t_orders : "user_id"
  t_users |o--o| t_cards : "user_id (new)"
`);
  });

  test('shows removed tables from the catalog that still has them', () => {
    const gone = drawDiagram({ before, after: catalogOf([users, far]) });
    expect(gone.svg).toContain('removed: orders');
    expect(gone.mermaid).toContain('t_orders["orders (removed)"]');
  });

  test('draws everything when nothing changed, and what is asked for', () => {
    expect(drawDiagram({ before, after: before }).svg).toContain('unchanged: users, orders, far');
    expect(drawDiagram({ before, after: before, focus: [users] }).svg).toContain('unchanged: users, orders"');
  });

  test('folds partitions and says how many', () => {
    const parts = Array.from({ length: 5 }, (_, at) =>
      table(`log_${at}`, [id], {
        partitionOf: { schema: 'public', name: 'log', bound: `FOR VALUES IN (${at})` },
      }),
    );
    const log = table('log', [id], { kind: 'partitioned', partitionKey: 'LIST (id)' });
    const drawn = drawDiagram({ before: catalogOf([]), after: catalogOf([log, ...parts]) });
    expect(drawn.svg).toContain('aria-label="Tables, new: log"');
    expect(drawn.svg).toContain('5 partitions');
  });

  test('no name can break out of it', () => {
    const names = [
      '</text><script>alert(1)</script>',
      `"'&<>`,
      'a"] { x y }\n  b',
      'Größe',
      '表',
      '\u0000\u001b[31m',
      'x'.repeat(63),
      '%%{init}%%',
      'end',
    ];
    const odd = names.map((name) =>
      table(name, [column(name, `"${name}"`, { notNull: true })], {
        constraints: [reference('r', [name], 'users')],
      }),
    );
    const drawn = drawDiagram({ before: catalogOf([users]), after: catalogOf([users, ...odd]) });
    expect(drawn.svg).not.toContain('<script');
    expect(drawn.svg.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    const tags = [...drawn.svg.matchAll(/<(\/?)([a-z]+)((?:"[^"]*"|[^">])*?)(\/?)>/g)];
    expect(new Set(tags.map((tag) => tag[2]))).toEqual(
      new Set(['svg', 'style', 'g', 'title', 'path', 'circle', 'rect', 'text']),
    );
    expect(tags.filter((tag) => tag[1]).length).toBe(tags.filter((tag) => !tag[1] && !tag[4]).length);
    const lines = drawn.mermaid.trimEnd().split('\n');
    for (const line of lines.slice(1)) {
      expect(line).toMatch(
        /^ {2}(?:t_\w+\["[^"]*"\] \{|\}| {2}[A-Za-z_][\w()[\]]* [A-Za-z_]\w*(?: [PF]K(?:, FK)?)?(?: "[^"]*")?|t_\w+ [|o{}]+--[|o{}]+ t_\w+ : "[^"]*")$/,
      );
    }
    expect(lines.filter((line) => line.endsWith('{'))).toHaveLength(names.length + 1);
  });
});

describe('the layout', () => {
  const box = (name: string) => ({ key: name, width: 100, height: 50 });

  test('puts what is referenced to the left and keeps boxes apart', () => {
    const boxes = ['a', 'b', 'c', 'd', 'e'].map(box);
    const { places, width, height } = layout(boxes, [
      { from: 'b', to: 'a' },
      { from: 'c', to: 'b' },
      { from: 'c', to: 'a' },
      { from: 'd', to: 'a' },
      { from: 'e', to: 'a' },
    ]);
    expect(places.get('a')!.x).toBeLessThan(places.get('b')!.x);
    expect(places.get('b')!.x).toBeLessThan(places.get('c')!.x);
    const all = [...places.values()];
    for (const [at, one] of all.entries()) {
      expect(one.x + 100).toBeLessThanOrEqual(width);
      expect(one.y + 50).toBeLessThanOrEqual(height + 1);
      for (const other of all.slice(at + 1))
        expect(one.x !== other.x || Math.abs(one.y - other.y) >= 50).toBe(true);
    }
  });

  test('ends on circles, self references and no boxes', () => {
    const { places } = layout(['a', 'b'].map(box), [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
      { from: 'a', to: 'a' },
    ]);
    expect(new Set([...places.values()].map(({ x }) => x)).size).toBe(2);
    expect(layout([], [])).toMatchObject({ width: 0, height: 0 });
  });
});
