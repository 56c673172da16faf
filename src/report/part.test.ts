import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { report } from './build.ts';
import type { Block, Report } from './model.ts';
import { partsOf } from './part.ts';

const rows = Array.from({ length: 600 }, (_, at) => [`row ${at}`, `${'text '.repeat(40)}${at}`]);

const big: Report = report({
  command: 'task',
  title: 'Big',
  headline: 'Big.',
  started: performance.now(),
  claims: Array.from({ length: 300 }, (_, at) => ({
    id: `R${at}`,
    kind: 'rule',
    says: 'Each order has a customer',
    verdict: 'not-proven',
    because: `Nobody tried number ${at}.`,
    evidence: [{ basis: 'measured', text: 'Tried', shown: 'SELECT 1' }],
  })),
  findings: [
    { rule: 'a-rule', severity: 'warning', place: 'orders', message: 'It is wide.', why: 'Rows are long.' },
  ],
  limits: ['It is small.'],
  blocks: [
    { id: 'rows', title: 'Rows', kind: 'table', columns: [{ title: 'a' }, { title: 'b' }], rows },
    {
      id: 'change',
      title: 'Change',
      kind: 'sql',
      files: [{ path: 'up.sql', sql: 'SELECT 1;\n'.repeat(3000) }],
    },
    { id: 'picture', title: 'Picture', kind: 'diagram', svg: '<svg/>', mermaid: 'erDiagram\n' },
  ],
});

const partNamed = (name: string): readonly (readonly Block[])[] =>
  partsOf(big).find((part) => part.name === name)?.pages ?? [];

describe('parts of a report', () => {
  it('are what every report has, and its sections', () => {
    expect(partsOf(big).map(({ name }) => name)).toEqual([
      'claims',
      'evidence',
      'findings',
      'limits',
      'plan',
      'diagram',
      'rows',
      'change',
      'picture',
    ]);
  });

  it.each(['claims', 'evidence', 'rows', 'plan'])('have pages that are small: %s', (name) => {
    const pages = partNamed(name);
    expect(pages.length).toBeGreaterThan(2);
    for (const page of pages) expect(encode(JSON.stringify(page)).length).toBeLessThan(3_000);
  });

  it('lose nothing between their pages', () => {
    const told = partNamed('rows').flatMap((page) =>
      page.flatMap((block) => (block.kind === 'table' ? block.rows : [])),
    );
    expect(told).toEqual(rows);
    const claims = partNamed('claims').flatMap((page) =>
      page.flatMap((block) => (block.kind === 'table' ? block.rows : [])),
    );
    expect(claims.map(([id]) => id)).toEqual(big.claims.map(({ id }) => id));
  });

  it('show a diagram as text, and cut what no page could hold', () => {
    expect(partNamed('diagram')[0]).toMatchObject([
      { kind: 'code', language: 'mermaid', text: 'erDiagram\n' },
    ]);
    const wide: Report = {
      ...big,
      blocks: [{ id: 'w', title: 'W', kind: 'text', text: 'x'.repeat(100_000) }],
    };
    const [page] = partsOf(wide).find(({ name }) => name === 'w')!.pages;
    expect(JSON.stringify(page).length).toBeLessThan(2_000);
  });

  it('that are empty are not there', () => {
    expect(partsOf(report({ command: 'x', title: 'x', headline: 'x', started: 0 }))).toEqual([]);
  });
});
