import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { deliverTask, filesIn, sqlOf, type Delivered } from './delivery.ts';
import { psql, runFolder, withPsql } from './psql.ts';

const example = resolve('examples/dashboard-analytics');
const out = mkdtempSync(join(tmpdir(), 'dbd-kan-29-'));
let kan: Delivered;
let files: Readonly<Record<string, string>>;

beforeAll(async () => {
  kan = await deliverTask(join(example, 'KAN-29.md'), { rows: 6000, out });
  files = filesIn(out);
}, 180_000);
afterAll(() => rmSync(out, { recursive: true }));

describe('the first example', () => {
  test('gives every claim of the task a verdict and a reason', () => {
    const asked = 'E1 E2 L1 L2 R1 Q1 Q2 Q3 Q4 V1 V2 V3 C1 P1 B1 K1 A1'.split(' ');
    const checklist =
      'schema migrations indexes validation seeds benchmark backup your-backup security'.split(' ');
    expect([...kan.claims.keys()]).toEqual(expect.arrayContaining([...asked, 'round-trip', ...checklist]));
    expect(new Set(kan.claims.keys()).size).toBe(kan.report.claims.length);
    for (const claim of kan.report.claims) expect(claim.because, claim.id).toMatch(/\S/);
  });

  test('proves what a database shows at any size', () => {
    const shown = ['E1', 'E2', 'L1', 'L2', 'R1', 'K1', 'round-trip', 'schema', 'migrations'];
    for (const id of shown) expect(kan.claims.get(id), id).toMatchObject({ verdict: 'proven' });
  });

  test('proves nothing that rests on a thousandth of the declared rows, or on what a sandbox cannot show', () => {
    for (const id of ['Q1', 'Q2', 'Q3', 'Q4', 'A1', 'V3', 'seeds', 'backup', 'your-backup'])
      expect(kan.verdicts[id], id).not.toBe('proven');
    for (const id of ['Q1', 'Q2', 'Q3', 'Q4']) expect(kan.claims.get(id)!.evidence, id).not.toEqual([]);
    expect(kan.report.verdict).not.toBe('proven');
  });

  test('leaves a folder that is complete, and nothing half written', () => {
    const paths = [
      'diagram.mmd',
      'diagram.svg',
      'dictionary.md',
      'down/01-expand.sql',
      'report.html',
      'report.json',
      'report.md',
      'task.md',
      'up/01-expand.sql',
    ];
    expect(Object.keys(files)).toEqual(paths);
    expect(kan.report.output['files']).toEqual(expect.arrayContaining(paths));
    expect(files['dictionary.md']).toContain('analytics_daily_summary');
    expect(files['diagram.svg']).toContain('analytics_events');
  });

  test('writes the report that was returned, in its own schema', () => {
    const read = reportSchema.parse(JSON.parse(files['report.json']!));
    expect(read.claims).toEqual(JSON.parse(JSON.stringify(kan.report.claims)));
    expect(read.verdict).toBe(kan.report.verdict);
  });

  test('writes one page that asks nobody for anything', () => {
    const html = files['report.html']!;
    expect(html).not.toMatch(/<script|<link\b|@import|<iframe|<object\b|\son[a-z]+\s*=/i);
    expect(html).not.toMatch(/(?:src|href|action|srcset)\s*=\s*["']?\s*(?!#|data:)[a-z/]/i);
    expect(html).not.toMatch(/url\(\s*["']?(?!data:|#)/i);
    for (const { id } of kan.report.claims) expect(html).toContain(`>${id}<`);
  });

  test('cites its claims in SQL that rewrites nothing', () => {
    const up = sqlOf(out, 'up');
    for (const id of ['E1', 'E2', 'L1', 'L2', 'R1'])
      expect(up).toMatch(new RegExp(`^-- dbd: step .*\\b${id}\\b`, 'm'));
    const steps = kan.report.blocks.flatMap((block) => (block.kind === 'steps' ? block.steps : []));
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.flatMap((step) => step.rewrites)).toEqual([]);
  });
});

test.skipIf(!withPsql)(
  'psql runs the files there, back, and there again, and the catalog is equal each time',
  { timeout: 120_000 },
  async () => {
    const { id, url } = (await run('sandbox start', {})).output as { id: string; url: string };
    try {
      await psql(url, ['-f', join(example, 'current.sql')]);
      const before = await look(url);
      await runFolder(url, out, 'up');
      const after = await look(url);
      expect(after.tables.map((table) => table.name)).toContain('analytics_events');
      await runFolder(url, out, 'down');
      expect(differences(before, await look(url))).toEqual([]);
      await runFolder(url, out, 'up');
      expect(differences(after, await look(url))).toEqual([]);

      const event = 'INSERT INTO analytics_events (user_id, event_type) SELECT id, ';
      await psql(url, ['-c', "INSERT INTO users (email, name) VALUES ('a@b.example', 'A')"]);
      await psql(url, ['-c', `${event} unnest(ARRAY['page_view', 'click', 'page_view']) FROM users`]);
      const counts = ['-At', '-c', 'SELECT event_counts FROM analytics_daily_summary'];
      expect(JSON.parse(await psql(url, counts))).toEqual({ click: 1, page_view: 2 });
      await expect(psql(url, ['-c', `${event} ' ' FROM users`])).rejects.toThrow(
        'analytics_events_an_event_type_is_never_blank',
      );
      await psql(url, ['-c', 'DELETE FROM users']);
      expect(await psql(url, counts)).toBe('');
    } finally {
      await run('sandbox stop', { id });
    }
  },
);

async function look(url: string): Promise<Catalog> {
  const session = await postgres.connect(url);
  return postgres.inspect(session).finally(() => session.close());
}
