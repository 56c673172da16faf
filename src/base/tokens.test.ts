import { readFileSync } from 'node:fs';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { canonicalJson, hash } from './hash.ts';
import { mostTokens } from './tokens.ts';

/** The same noise on every run. */
const noise = Array.from({ length: 60 }, (_, at) => hash(String(at))).join('');
const points = (from: number, many: number): string =>
  Array.from({ length: 600 }, (_, at) =>
    String.fromCodePoint(from + (Number.parseInt(noise.slice(at, at + 4), 16) % many)),
  ).join('');
const of = (alphabet: string): string =>
  Array.from(
    { length: 1500 },
    (_, at) => alphabet[Number.parseInt(noise.slice(at, at + 2), 16) % alphabet.length],
  ).join('');

const hostile: Readonly<Record<string, string>> = {
  hex: noise,
  base64: Buffer.from(noise, 'hex').toString('base64'),
  consonants: of('bcdfghjklmnpqrstvwxz'),
  capitals: of('BCDFGHJKLMNPQRSTVWXZ'),
  digits: of('0123456789'),
  punctuation: of('!"#$%&/()=?{[]}\\`|<>;'),
  Chinese: points(0x4e00, 20_000),
  Arabic: points(0x620, 100),
  emoji: points(0x1f300, 500),
  cuneiform: points(0x12000, 900),
  spaces: `a${' '.repeat(3000)}b`,
  lines: '\n'.repeat(3000),
};

describe('tokens told from above', () => {
  it.each(Object.entries(hostile))('%s', (_name, text) => {
    expect(mostTokens(text)).toBeGreaterThanOrEqual(encode(text).length * 0.98);
  });

  it.each(['README.md', 'examples/support-desk/current.sql', 'docs/schema/task.json'])(
    '%s, and not much more',
    (path) => {
      const text = readFileSync(path, 'utf8');
      const tokens = encode(text).length;
      expect(mostTokens(text)).toBeGreaterThanOrEqual(tokens);
      expect(mostTokens(text)).toBeLessThan(tokens * 2);
    },
  );

  it('also as JSON, and nothing for nothing', () => {
    const text = canonicalJson({ sql: readFileSync('examples/support-desk/current.sql', 'utf8') });
    expect(mostTokens(text)).toBeGreaterThanOrEqual(encode(text).length);
    expect(mostTokens('')).toBe(0);
  });
});
