import { expect, test } from 'vitest';
import { readDatabases } from './databases.ts';
import type { ReadConfig } from './model.ts';
import { readYaml } from './yaml.ts';

function reading(text: string): ReadConfig | undefined {
  return readDatabases(readYaml(`shop:\n  url: postgres://app@db/shop\n  read: ${text}`, 'dbd.config.yaml')!)
    .shop!.read;
}

test('caps are those that are written, or sane ones', () => {
  const read = reading('{ url: "${SHOP_READER_URL}", rows: 20, bytes: 16kB, time: 500ms }')!;
  expect(read).toMatchObject({ rows: 20, bytes: 16_384, timeMs: 500 });
  expect(read.url.resolve({ SHOP_READER_URL: 'postgres://reader@db/shop' })).toBe(
    'postgres://reader@db/shop',
  );
  expect(() => read.url.resolve({})).toThrow('SHOP_READER_URL is not set');
  expect(reading('{ url: postgres://reader@db/shop }')).toMatchObject({
    rows: 100,
    bytes: 65_536,
    timeMs: 5_000,
  });
});

test.each([
  ['{ rows: 5 }', '`read` needs a `url`'],
  ['{ url: x, rows: 0 }', 'from 1 to 10000'],
  ['{ url: x, rows: 10001 }', 'from 1 to 10000'],
  ['{ url: x, rows: 1.5 }', 'from 1 to 10000'],
  ['{ url: x, rows: all }', 'from 1 to 10000'],
  ['{ url: x, bytes: 2MB }', 'from 1kB to 1MB'],
  ['{ url: x, bytes: 64kB/s }', 'such as 64kB'],
  ['{ url: x, time: 2min }', 'from 100ms to 60s'],
  ['{ url: x, time: 5 }', 'must be a text'],
  ['{ url: x, tables: all }', 'unknown key `tables`'],
  ['{ url: "${not a name}" }', 'not the name of an environment variable'],
  ['yes', 'must be a map'],
])('%s is refused', (text, because) => {
  expect(() => reading(text)).toThrow(because);
});
