import { describe, expect, it } from 'vitest';
import { hideSecrets } from './secret.ts';

describe('secrets in a text', () => {
  it.each([
    ['at postgres://me:s3cr3t@host/db', 'at postgres://me:***@host/db'],
    [`${'x'.repeat(80)}://me:s3cr3t@host`, `${'x'.repeat(80)}://me:***@host`],
    [`postgres://me:${'s'.repeat(4999)}@host`, 'postgres://me:***@host'],
    ['PGPASSWORD = "a b" host=h', 'PGPASSWORD = *** host=h'],
    ['see https://example.org/a:b@c', 'see https://example.org/a:b@c'],
  ])('%s', (text, shown) => expect(hideSecrets(text)).toBe(shown));

  it.each(['x', 'a://b:', 'password', 'password = ', '-.+'])(
    'are looked for once in a very long text of %j',
    (piece) => {
      const text = piece.repeat(200_000 / piece.length);
      expect(hideSecrets(text).length).toBeGreaterThan(0);
    },
  );
});
