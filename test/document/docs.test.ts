import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { scratch } from '../deliver/delivery.ts';

const structure = `
CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL);
COMMENT ON TABLE people IS 'Who | we know';
CREATE TABLE "a/b ..\\c" (id bigint PRIMARY KEY, person bigint REFERENCES people);
CREATE TABLE readings (at timestamptz NOT NULL, value numeric) PARTITION BY RANGE (at);
CREATE TABLE readings_2026 PARTITION OF readings FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE VIEW names AS SELECT name FROM people;
`;

describe('dbd docs', () => {
  const folder = scratch();
  const out = join(folder, 'pages');
  const docs = (more: Readonly<Record<string, unknown>> = {}) =>
    run('docs', { current: 'now.sql', out, ...more }, { cwd: folder });

  test('writes a page per table, the same each time, and --check agrees', async () => {
    writeFileSync(join(folder, 'now.sql'), structure);
    const { output } = await docs();
    expect(output['files']).toEqual([
      'README.md',
      'diagram.svg',
      'diagram.mmd',
      'tables/public.a-b-..-c.md',
      'tables/public.people.md',
      'tables/public.readings.md',
    ]);
    const index = readFileSync(join(out, 'README.md'), 'utf8');
    expect(index).toContain('3 tables, 1 view, 0 routines. Described: 1 of 3 tables');
    expect(index).toContain('Who \\| we know');
    expect(readFileSync(join(out, 'tables/public.readings.md'), 'utf8')).toContain('**1 partition**');
    expect((await docs({ check: true })).verdict).toBe('proven');
  });

  test('--check finds what differs, what is missing, and what is of a table that is gone; it writes nothing', async () => {
    writeFileSync(
      join(folder, 'now.sql'),
      `${structure}\nALTER TABLE people ADD COLUMN age int;\nDROP TABLE readings;`,
    );
    const before = readFileSync(join(out, 'README.md'), 'utf8');
    mkdirSync(join(out, 'tables'), { recursive: true });
    const report = await docs({ check: true });
    expect(report.verdict).toBe('failed');
    expect(report.findings.map(({ message }) => message)).toEqual([
      'README.md differs.',
      'diagram.svg differs.',
      'diagram.mmd differs.',
      'tables/public.people.md differs.',
      'tables/public.readings.md is of a table that is gone.',
    ]);
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toBe(before);
  });

  test('pages of tables that are gone go with the next run; other files stay, and --check agrees', async () => {
    writeFileSync(join(out, 'tables/notes.md'), 'our own');
    expect((await docs()).verdict).toBe('proven');
    expect(readdirSync(join(out, 'tables')).toSorted()).toEqual([
      'notes.md',
      'public.a-b-..-c.md',
      'public.people.md',
    ]);
    expect((await docs({ check: true })).verdict).toBe('proven');
  });

  test('an index of somebody else is not replaced, and no structure is no empty one', async () => {
    const own = join(folder, 'own');
    mkdirSync(own);
    writeFileSync(join(own, 'README.md'), '# Written by hand');
    await expect(docs({ out: own })).rejects.toMatchObject({ code: 'file.unwritable' });
    expect(readFileSync(join(own, 'README.md'), 'utf8')).toBe('# Written by hand');
    for (const name of ['docs', 'check', 'seed', 'models'])
      await expect(run(name, {}, { cwd: folder })).rejects.toMatchObject({ code: 'usage.missing-input' });
  });
});
