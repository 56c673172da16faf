import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../faces/call.ts';
import { scratch } from './delivery.ts';

test('a project of Knex is rehearsed as it is, by its own command', { timeout: 120_000 }, async () => {
  const words = ['rehearse', '--quick', '--rows', '1500', '--json', '--out', scratch()];
  const { code, stdout, stderr } = await call([...words, '--', 'npx', 'knex', 'migrate:latest'], {
    cwd: resolve('examples/wrapped-knex'),
  });
  expect(code, stderr).toBe(1);
  const said = JSON.parse(stdout) as {
    claims: { id: string; verdict: string }[];
    findings: { rule: string; place: string }[];
    statements: number;
  };
  expect(said.claims).toContainEqual(expect.objectContaining({ id: 'runs', verdict: 'proven' }));
  expect(said.statements).toBeGreaterThan(8);
  const found = said.findings.map(({ rule, place }) => `${rule} ${place}`);
  const of = (rule: string, file: string): number =>
    found.filter((each) => each.startsWith(rule) && each.includes(file)).length;
  expect(of('full-scan-blocks-writers', 'link_authors')).toBe(2);
  expect(of('table-rewritten', 'larger_prices')).toBe(2);
  expect(found.filter((each) => /_(?:books|sales)\.js/.test(each))).toEqual([]);
});
