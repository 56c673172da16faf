import { expect, test } from 'vitest';
import { readDatabases } from '../config/databases.ts';
import { readYaml } from '../config/yaml.ts';
import { windowState } from './windows.ts';

function windows(...texts: string[]) {
  const yaml = `p: { url: "postgres://u@h/d", window: ${JSON.stringify(texts)} }`;
  return readDatabases(readYaml(yaml, 'f')!)['p']!.windows!;
}

const minutes = (ms: number): number => Math.round(ms / 60_000);

test('a window is open in its own time zone, on its days, and over midnight', () => {
  const nights = windows('mon-fri 22:00-04:00 Europe/Berlin');
  // 20 November 2026 is a Friday; Berlin is one hour ahead of UTC.
  expect(windowState(nights, new Date('2026-11-20T20:59:00Z'))).toEqual({
    kind: 'shut',
    opensAt: new Date('2026-11-20T21:00:00Z'),
  });
  const open = windowState(nights, new Date('2026-11-20T21:30:00Z'));
  expect(open).toMatchObject({ kind: 'open' });
  expect(open.kind === 'open' && minutes(open.leftMs)).toBe(330);
  // Saturday morning belongs to Friday night; Sunday night to nobody.
  expect(windowState(nights, new Date('2026-11-21T02:00:00Z')).kind).toBe('open');
  expect(windowState(nights, new Date('2026-11-22T22:00:00Z'))).toEqual({
    kind: 'shut',
    opensAt: new Date('2026-11-23T21:00:00Z'),
  });
});

test('clocks that are put forward and back are followed', () => {
  const nightly = windows('01:30-03:30 Europe/Berlin');
  // On 29 March 2026 the clock goes from 02:00 to 03:00, on 25 October from 03:00 to 02:00.
  const spring = windowState(nightly, new Date('2026-03-29T00:30:00Z'));
  expect(spring.kind === 'open' && minutes(spring.leftMs)).toBe(60);
  const autumn = windowState(nightly, new Date('2026-10-24T23:30:00Z'));
  expect(autumn.kind === 'open' && minutes(autumn.leftMs)).toBe(180);
});

test('several windows count together, none means always', () => {
  expect(windowState([], new Date())).toEqual({ kind: 'always' });
  const two = windows('sat 01:00-02:00 UTC', 'sat 02:00-03:00 UTC');
  const state = windowState(two, new Date('2026-11-21T01:15:00Z'));
  expect(state.kind === 'open' && minutes(state.leftMs)).toBe(105);
});

test.each([
  ['p: { url: x, window: always }', /cannot be read/],
  ['p: { url: x, window: "25:00-26:00 UTC" }', /cannot be read/],
  ['p: { url: x, window: "01:00-02:00 Mars/Olympus" }', /not a time zone/],
  ['p: { url: x, window: "some 01:00-02:00 UTC" }', /cannot be read/],
  ['p: { window: "01:00-02:00 UTC" }', /needs a `url`/],
  ['p: { url: x, after: q }', /comes after `q`, which is not in the map/],
  ['{ p: { url: x, after: q }, q: { url: y, after: p } }', /comes after itself/],
  ['p: { url: x, budgets: { stall: long } }', /must be a duration/],
  ['p: { url: x, budgets: { bloat: 0.5 } }', /must be a number from/],
  ['p: { url: x, budgets: { wal: much } }', /amount per second/],
  ['p: { url: x, shared: perhaps }', /true or false/],
  ['p: { url: x, kind: staging }', /development, shared, production/],
  ['p: { url: x, kind: production, shared: false }', /contradicts/],
  ['p: { url: "${NOT A NAME}" }', /not the name of an environment variable/],
  ['p: { url: x, owners: me }', /unknown key `owners`/],
])('%s is refused with its place', (yaml, says) => {
  expect(() => readDatabases(readYaml(yaml, 'f')!)).toThrow(says);
});

test('a production database is shared: it demands signed evidence', () => {
  const map = readDatabases(
    readYaml('{ a: { url: x, kind: production }, b: { url: x, kind: development }, c: { url: x } }', 'f')!,
  );
  expect(Object.values(map).map(({ shared }) => shared)).toEqual([true, false, false]);
});

test('addresses are filled in when they are needed, so that other targets may be unset', () => {
  const map = readDatabases(
    readYaml('{ a: { url: "${A_URL}" }, b: { url: "postgres://u:${B_PASSWORD}@h/d" } }', 'f')!,
  );
  expect(map['b']!.url.resolve({ B_PASSWORD: 'x' })).toBe('postgres://u:x@h/d');
  expect(() => map['a']!.url.resolve({})).toThrow(/A_URL is not set/);
});
