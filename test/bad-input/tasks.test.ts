import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../faces/call.ts';
import { deliverTask, scratch, taskOf } from '../deliver/delivery.ts';
import { earlierResults, nothingLeft, refused } from './refused.ts';

const note = 'entities:\n  E1 Note: { fields: { body: { type: text, required: true } } }\n';

/** Text of a file, code of the error, and what its message and hint say. */
const texts: Readonly<Record<string, readonly [string | Uint8Array, string, RegExp, RegExp?]>> = {
  empty: ['', 'task.empty', /task\.md has no text/, /sentence/],
  'spaces only': [' \n\t\n', 'task.empty', /task\.md has no text/],
  '5 MB': ['a'.repeat(5_000_000), 'task.too-large', /task\.md is 4\.8 MiB/, /files/],
  binary: [
    new Uint8Array([0xff, 0xfe, 0, 1, 2, 0x80, 0xc0]),
    'task.not-text',
    /task\.md is not UTF-8/,
    /UTF-8/,
  ],
  'broken YAML': [taskOf('entities: ['), 'task.yaml', /line 5, column \d+/, /indentation|quotes/],
  'an unknown key': [
    taskOf('entities:\n  E1 Note: { feilds: { body: text } }'),
    'task.unknown-key',
    /line 6, column \d+: unknown key `feilds`/,
    /`fields`/,
  ],
  'an unknown unit': [
    taskOf(`${note}access:\n  Q1: { insert: E1, rate: 1/s, p95: 20 parsecs }`),
    'task.wrong-value',
    /access\.Q1\.p95.*not `20 parsecs`/,
  ],
  'rows below zero': [
    taskOf(`${note}volume:\n  V1: { of: E1, now: -5 }`),
    'task.wrong-value',
    /volume\.V1\.now/,
  ],
  'a peak below the average': [
    taskOf(`${note}access:\n  Q1: { insert: E1, rate: 9/s peak 1/s }`),
    'task.wrong-value',
    /access\.Q1\.rate/,
  ],
  'required relations in a circle': [
    taskOf(
      'entities:\n  E1 Hen: { fields: { name: text } }\n  E2 Egg: { fields: { name: text } }\nrelations:\n  L1: { from: E1, to: E2, required: true }\n  L2: { from: E2, to: E1, required: true }',
    ),
    'task.circular',
    /E1 Hen → E2 Egg → E1 Hen \(L1, L2\)/,
    /required: false/,
  ],
  'two blocks': [`${taskOf(note)}\n${taskOf(note)}`, 'task.two-blocks', /line/],
  'a relation to nobody': [
    taskOf(`${note}relations:\n  L1: { from: E1, to: nobody }`),
    'task.unknown-reference',
    /nobody/,
  ],
  'another product': [taskOf(`change: { engine: oracle }\n${note}`), 'task.wrong-value', /oracle/],
};

test.each(Object.entries(texts))(
  '%s is refused by name, before anything starts',
  async (_name, [text, code, says, hint]) => {
    const path = join(scratch(), 'task.md');
    writeFileSync(path, text);
    const error = await refused('task', { task: path });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
    if (hint) expect(error.hint).toMatch(hint);
    expect(error.exit).toBe(2);
  },
);

test('the process ends with 2, says it on stderr, and prints nothing else', async () => {
  const folder = scratch();
  writeFileSync(join(folder, 'task.md'), taskOf('entities: ['));
  const { out, intact } = earlierResults();
  const { code, stdout, stderr } = await call(['task', 'task.md', '--out', out], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('[task.yaml]');
  expect(stderr).toContain('dbd help task.yaml');
  intact();
});

test.each([
  ['a file that is not there', 'gone.md', 'file.missing', /gone\.md/],
  ['a folder', '.', 'file.unreadable', /\./],
])('%s is refused', async (_name, task, code, says) => {
  const error = await refused('task', { task });
  expect(error).toMatchObject({ code, exit: 2 });
  expect(error.message).toMatch(says);
  expect(error.hint).toMatch(/Markdown/);
});

test.each([
  ['current', 'gone.sql', 'file.missing'],
  ['workload', 'gone.sql', 'file.missing'],
  ['sandbox', '/no/such/folder', 'file.missing'],
])('a missing %s is refused by its path', async (option, path, code) => {
  const file = join(scratch(), 'task.md');
  writeFileSync(file, taskOf(note));
  const error = await refused('task', { task: file, [option]: path });
  expect(error.code).toBe(code);
  expect(error.message).toContain(path);
});

test('a rule whose accept row breaks it is missed, and the row is named', { timeout: 60_000 }, async () => {
  const { claims, report } = await deliverTask(
    taskOf(
      `${note}rules:\n  R1: { says: Never blank, of: E1, check: "body <> ''", accept: [{ body: '' }], reject: [{ body: x }] }`,
    ),
  );
  expect(claims.get('R1')).toMatchObject({ verdict: 'missed' });
  expect(JSON.stringify(claims.get('R1'))).toContain('body');
  expect(report.verdict).toBe('failed');
  await nothingLeft();
});

test(
  'a pattern that names a missing column is not proven and says why; the others are measured',
  { timeout: 60_000 },
  async () => {
    const { claims, report } = await deliverTask(
      taskOf(
        `${note}access:\n  Q1: { sql: SELECT nothing_here FROM notes WHERE id = :id, rate: 1/s, p95: 20 ms }\n  Q2: { sql: SELECT body FROM notes WHERE id = :id, rate: 1/s, p95: 5 s }`,
      ),
    );
    expect(claims.get('Q1')!.verdict).not.toBe('proven');
    expect(claims.get('Q1')!.because).toContain('nothing_here');
    expect(claims.get('Q2')!.evidence).not.toEqual([]);
    expect(report.verdict).not.toBe('proven');
  },
);

test('a pattern that does not parse is refused before anything starts, with its claim', async () => {
  const path = join(scratch(), 'task.md');
  writeFileSync(path, taskOf(`${note}access:\n  Q7: { sql: SELEC body FROM notes, rate: 1/s, p95: 20 ms }`));
  const steps: string[] = [];
  const error = await refused(
    'task',
    { task: path },
    { emit: (event) => void (event.kind === 'step' && steps.push(event.step)) },
  );
  expect(error).toMatchObject({ code: 'sql.syntax', exit: 2 });
  expect(error.message).toMatch(/Q7.*SELEC/s);
  expect(steps).toEqual([]);
});
