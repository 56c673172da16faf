import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaRules } from '../../src/rules/schema/all.ts';

test('the guide lists every rule as it is', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/guide/standards.md'), 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => /^\| `[a-z0-9-]+` \|/.test(line) && line.split('|').length === 6)
    .map((line) => line.trim());
  expect(rows).toEqual(
    schemaRules.map(({ id, group, severity, finds }) => `| \`${id}\` | ${group} | ${severity} | ${finds} |`),
  );
});
