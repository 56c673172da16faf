import { afterEach, expect, test } from 'vitest';
import { board, type Board } from './board.ts';

let open: Board | undefined;
afterEach(() => open?.session.close());
const made = async (block: string): Promise<Board> => (open = await board(block));

test('tags are listed ones, each once, none empty, in one dimension', async () => {
  const { attempt } = await made(`
entities:
  E1 Note: { fields: { tags: { type: tags, values: [red, "it's", "a\\"b"] }, labels: { type: tags, required: true, values: [x, y] } } }`);
  const insert = (tags: string): Promise<string> => attempt(`INSERT INTO notes (tags) VALUES (${tags})`);
  for (const good of ['NULL', `'{}'`, `ARRAY['red']`, `ARRAY['it''s', 'a"b', 'red']`])
    expect([good, await insert(good)]).toEqual([good, 'ok']);
  for (const bad of [
    `ARRAY['blue']`,
    `ARRAY['red', 'red']`,
    `ARRAY['red', NULL]`,
    `ARRAY[NULL]::text[]`,
    `ARRAY[['red', 'red']]`,
  ])
    expect([bad, await insert(bad)]).toEqual([bad, 'notes_tags_check']);
});

test('a shape wants its keys and their kinds, and lets other keys be', async () => {
  const { attempt } = await made(`
entities:
  E1 Visit: { fields: { data: { type: json, shape: { page: text!, ms: number, n: int, ok: bool, who: object, "a 'key": list } }, must: { type: json, required: true, shape: {} } } }`);
  const insert = (data: string): Promise<string> =>
    attempt(`INSERT INTO visits (data, must) VALUES (${data === 'NULL' ? data : `'${data}'`}, '{}')`);
  for (const good of [
    'NULL',
    '{"page": ""}',
    '{"page": "/", "ms": 1.5, "n": 2.0, "ok": false, "who": {}, "a \'\'key": [], "more": null}',
    '{"page": "/", "ms": null, "n": null}',
  ])
    expect([good, await insert(good)]).toEqual([good, 'ok']);
  for (const bad of [
    '{}',
    '[]',
    '"page"',
    'null',
    '{"page": null}',
    '{"page": 1}',
    '{"page": "", "ms": "1"}',
    '{"page": "", "n": 1.5}',
    '{"page": "", "n": "x"}',
    '{"page": "", "ok": 1}',
    '{"page": "", "who": []}',
    '{"page": "", "a \'\'key": {}}',
  ])
    expect([bad, await insert(bad)]).toEqual([bad, 'visits_data_shape']);
});

test('words that do not fit the type are told', async () => {
  const wrong = (field: string): Promise<Board> => board(`entities:\n  E1 A: { fields: { b: ${field} } }`);
  await expect(wrong('{ type: text, values: [a] }')).rejects.toThrow(/`values`, which is for tags/);
  await expect(wrong('{ type: text, shape: { a: text } }')).rejects.toThrow(/`shape`, which is for json/);
  await expect(wrong('{ type: tags, values: [a, a] }')).rejects.toThrow(/double/);
});

test('amounts that are compared have one currency; others may differ', async () => {
  const { attempt, design } = await made(`
entities:
  E1 Item: { fields: { price: { type: money, required: true, check: price_minor >= 0 }, discount: { type: money, required: true }, tip: { type: money } } }
rules:
  R1: { says: A discount never exceeds the price, of: E1, check: discount_minor <= price_minor }`);
  const insert = (price: string, discount: string, tip: string): Promise<string> =>
    attempt(
      `INSERT INTO items (price_minor, price_currency, discount_minor, discount_currency, tip_minor, tip_currency) VALUES (${price}, ${discount}, ${tip})`,
    );
  expect(await insert(`100, 'EUR'`, `10, 'EUR'`, `5, 'CHF'`)).toBe('ok');
  expect(await insert(`100, 'EUR'`, `10, 'JPY'`, `5, 'CHF'`)).toBe('items_discount_currency_same');
  expect(await insert(`-1, 'EUR'`, `-10, 'EUR'`, `5, 'CHF'`)).toBe('items_price_minor_check');
  expect(await insert(`1, 'eur'`, `1, 'eur'`, `5, 'CHF'`)).toMatch(/currency$/);
  expect(await insert(`100, 'EUR'`, `10, 'EUR'`, `5, NULL`)).toBe('items_tip_minor_currency');
  expect(design.choices.some(({ about }) => about === 'items.discount_currency')).toBe(true);
});

test('the rows of a lookup table may be written again and follow the task', async () => {
  const { attempt, texts, design } = await made(`
entities:
  E1 Status: { table: statuses, key: [code], fields: { code: { type: text, required: true }, label: { type: text } }, lookup: [{ code: open, label: Open }, { code: done }] }
  E2 Word: { fields: { word: { type: text, required: true, unique: true } }, lookup: [{ word: a }] }`);
  const inserts = design.wishes.filter(({ sql }) => sql.startsWith('INSERT'));
  expect(await attempt(`UPDATE statuses SET label = 'changed' WHERE code = 'open'`)).toBe('ok');
  for (const { sql } of inserts) expect(await attempt(sql)).toBe('ok');
  expect(await texts(`SELECT concat_ws('=', code, label) FROM statuses ORDER BY 1`)).toEqual([
    'done',
    'open=Open',
  ]);
  expect(await texts('SELECT word FROM words')).toEqual(['a']);
});

test.each([
  ['ms', 'In ms'],
  ['m³ per day', 'In m³ per day'],
  ["as of the sensor's kind", "Unit: as of the sensor's kind"],
])('the unit %s is told as %s', async (unit, comment) => {
  const { after } = await made(`
entities:
  E1 Reading: { fields: { value: { type: int, unit: "${unit}" } } }`);
  const table = after.tables.find(({ name }) => name === 'readings')!;
  expect(table.columns.find(({ name }) => name === 'value')!.comment).toBe(comment);
});
