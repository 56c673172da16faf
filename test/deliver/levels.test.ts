import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call } from '../faces/call.ts';
import { deliverTask, filesIn, scratch, small, sqlOf, taskOf } from './delivery.ts';

const prose = '# NOTE-1 Notes on orders\n\nSupport wants to keep notes on every order.\n';

describe('what a task has to hold', () => {
  test('prose alone is answered with questions and a draft; nothing is made', async () => {
    const folder = scratch();
    writeFileSync(join(folder, 'note.md'), prose);
    const { code, stdout } = await call(['task', 'note.md', '--json'], { cwd: folder });
    expect(code).toBe(1);
    const said = JSON.parse(stdout) as { draft: string; claims: { verdict: string }[]; next: unknown[] };
    expect(said.claims.length).toBeGreaterThan(2);
    expect(new Set(said.claims.map((claim) => claim.verdict))).toEqual(new Set(['not-proven']));
    expect(said.draft).toMatch(/^dbd: 1$/m);
    expect(said.draft).toContain('{ assume:');
    expect(said.next).not.toEqual([]);
    expect(Object.keys(filesIn(folder))).toEqual(['note.md']);
  });

  test('the draft is a task that runs, and all of its guesses are marked', { timeout: 60_000 }, async () => {
    const { report } = await deliverTask(prose);
    const { verdicts, out, claims } = await deliverTask(
      `${prose}\n\`\`\`yaml\n${String(report.output['draft']).replace(/^```yaml\n|```\s*$/g, '')}\n\`\`\`\n`,
    );
    expect(verdicts).toMatchObject({ E1: 'proven', 'round-trip': 'proven' });
    expect(sqlOf(out, 'up')).toContain('CREATE TABLE');
    expect(claims.get('V1')?.verdict).not.toBe('proven');
  });

  test('SQL alone is enough, and a way back is found', { timeout: 60_000 }, async () => {
    const { out, verdicts, report } = await deliverTask(
      taskOf(
        'schema: |\n  CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);',
      ),
    );
    expect(verdicts).toMatchObject({ schema: 'proven', 'round-trip': 'proven' });
    expect(sqlOf(out, 'up')).toContain('CREATE TABLE notes');
    expect(sqlOf(out, 'down')).toContain('DROP TABLE notes');
    expect(report.next.length).toBeGreaterThan(0);
  });

  test(
    'a task may come through standard input, and the configuration from a folder above',
    { timeout: 60_000 },
    async () => {
      const folder = scratch();
      const deep = join(folder, 'a', 'b');
      mkdirSync(deep, { recursive: true });
      writeFileSync(join(folder, 'dbd.config.yaml'), 'current: now.sql\nchanges: changes\n');
      writeFileSync(
        join(folder, 'now.sql'),
        'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',
      );
      const text = taskOf(
        'entities:\n  E1 Note: { fields: { body: text } }\nrelations:\n  L1: { from: E1, to: orders, name: order, required: true }',
      );
      const { code, stdout, stderr } = await call(
        ['task', '-', '--quick', '--rows', '600', '--without', small.without, '--json'],
        { cwd: deep, stdin: text },
      );
      expect(code, stderr).toBe(0);
      const said = JSON.parse(stdout) as { folder: string; verdict: string };
      expect(said).toMatchObject({ verdict: 'proven', folder: join(folder, 'changes', 'T-1') });
      expect(sqlOf(said.folder, 'up')).toContain('REFERENCES orders');
      expect(Object.keys(filesIn(deep))).toEqual([]);
    },
  );
});

describe('a drop and an add that look like a rename', () => {
  const current = 'CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);';
  const wish =
    'schema: |\n  ALTER TABLE people DROP COLUMN name;\n  ALTER TABLE people ADD COLUMN full_name text;';
  const with_ = async (lines: string) => {
    const folder = scratch();
    writeFileSync(join(folder, 'now.sql'), current);
    return deliverTask(taskOf(lines), { current: join(folder, 'now.sql'), rows: small.rows });
  };

  test('are a question that carries its answer', async () => {
    const asked = await with_(wish);
    expect(asked.report.headline).toContain('people.name');
    expect(asked.report.verdict).not.toBe('proven');
    expect(asked.report.next.map(({ command }) => command).join()).toContain(
      'rename: { people.name: full_name }',
    );
  });

  test('are a rename when the task says so: no value is lost', async () => {
    const answered = await with_(`change: { rename: { people.name: full_name } }\n${wish}`);
    expect(sqlOf(answered.out, 'up')).toMatch(/RENAME COLUMN name TO full_name/);
    // Only the second name, which lives while both applications do, goes again.
    expect(sqlOf(answered.out, 'up')).not.toMatch(/DROP COLUMN (?:IF EXISTS )?name\b/);
    expect(sqlOf(answered.out, 'down')).toMatch(/RENAME COLUMN full_name TO name/);
    expect(answered.verdicts['round-trip']).toBe('proven');
  });
});
