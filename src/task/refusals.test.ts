import { expect, test } from 'vitest';
import { DbdError } from '../base/error.ts';
import { readTask } from './task.ts';

function refused(
  text: string | Uint8Array,
  name = 'T.md',
): { code: string; message: string; hint: string | undefined; line: unknown; column: unknown } {
  try {
    readTask({ text, name });
  } catch (error) {
    if (error instanceof DbdError)
      return {
        code: error.code,
        message: error.message,
        hint: error.hint,
        line: error.details['line'],
        column: error.details['column'],
      };
    throw error;
  }
  throw new Error('the task was read');
}

/** A task file whose block begins at line 4 of the file. */
const inFile = (block: string): string => `# T\n\n\`\`\`yaml\n${block}\n\`\`\`\n`;

test.each([
  [
    'unknown key',
    inFile('dbd: 1\nentities:\n  E1 Event:\n    purpos: x'),
    'task.unknown-key',
    7,
    5,
    /unknown key `purpos`/,
    /`purpose`/,
  ],
  [
    'unknown section',
    inFile('dbd: 1\nentitys: {}'),
    'task.unknown-key',
    5,
    1,
    /`entitys` in the block/,
    /`entities`/,
  ],
  [
    'wrong duration',
    inFile('dbd: 1\naccess:\n  Q1: { sql: SELECT 1, p95: 20 parsecs }'),
    'task.wrong-value',
    6,
    29,
    /`access\.Q1\.p95` must be a duration such as `20 ms`.* not `20 parsecs`/,
    undefined,
  ],
  [
    'negative duration',
    inFile('dbd: 1\nlimits: { B1: { blocked: -5 ms } }'),
    'task.wrong-value',
    5,
    26,
    /must be a duration/,
    undefined,
  ],
  [
    'duration for a rate',
    inFile('dbd: 1\naccess:\n  Q1: { sql: SELECT 1, rate: 5 s }'),
    'task.wrong-value',
    6,
    30,
    /must be a rate such as `10\/s`/,
    undefined,
  ],
  [
    'peak below the average',
    inFile('dbd: 1\naccess:\n  Q1: { sql: SELECT 1, rate: 5/s peak 1/s }'),
    'task.wrong-value',
    6,
    30,
    /peak not below/,
    undefined,
  ],
  [
    'number without unit',
    inFile('dbd: 1\nlifecycle:\n  C1: { of: users, keep: 6 }'),
    'task.wrong-value',
    6,
    26,
    /span of time/,
    undefined,
  ],
  [
    'half a row',
    inFile('dbd: 1\nvolume:\n  V1: { of: users, now: 0.5 }'),
    'task.wrong-value',
    6,
    25,
    /number of rows/,
    undefined,
  ],
  [
    'wrong type',
    inFile('dbd: 1\nentities:\n  E1 A:\n    fields: { a: { type: texte } }'),
    'task.wrong-value',
    7,
    26,
    /must be a type: text, text\(n\)/,
    undefined,
  ],
  [
    'wrong word',
    inFile('dbd: 1\nentities:\n  E1 A: { history: audits }'),
    'task.wrong-value',
    6,
    20,
    /one of `none`, `audit`/,
    /`audit`/,
  ],
  ['version 2', inFile('dbd: 2'), 'task.wrong-value', 4, 6, /the only version/, undefined],
  [
    'missing key',
    inFile('dbd: 1\nrelations:\n  L1: { from: users }'),
    'task.wrong-value',
    6,
    7,
    /`relations\.L1\.to` is missing/,
    undefined,
  ],
  [
    'duplicate key',
    inFile('dbd: 1\nentities: {}\nentities: {}'),
    'task.yaml',
    6,
    1,
    /stands twice/,
    undefined,
  ],
  ['broken YAML', inFile('dbd: 1\nentities: [a'), 'task.yaml', 5, 13, /./, undefined],
  ['alias', inFile('dbd: 1\nentities: *all'), 'task.yaml', 5, 11, /aliases/, undefined],
  [
    'unknown entity',
    inFile('dbd: 1\nentities: { E1 A: {} }\nrelations: { L1: { from: E1, to: E7 } }'),
    'task.unknown-reference',
    6,
    34,
    /no entity `E7`/,
    /`E1`/,
  ],
  [
    'unknown claim',
    inFile('dbd: 1\nentities: { E1 A: {} }\naccept: { A1: { by: [E1, Q9] } }'),
    'task.unknown-reference',
    6,
    26,
    /no claim `Q9`/,
    undefined,
  ],
  [
    'accept row with a missing field',
    inFile(
      'dbd: 1\nentities: { E1 A: { fields: { kind: text } } }\nrules:\n  R1: { of: E1, check: a, accept: [{ kid: x }] }',
    ),
    'task.unknown-reference',
    7,
    38,
    /E1 A has no field or relation `kid`/,
    /`kind`/,
  ],
  [
    'key that names nothing',
    inFile('dbd: 1\nentities: { E1 A: { key: [user, day], fields: { day: date } } }'),
    'task.unknown-reference',
    5,
    27,
    /`user`/,
    undefined,
  ],
  [
    'circle',
    inFile(
      'dbd: 1\nentities: { E1 A: {}, E2 B: {}, E3 C: {} }\nrelations:\n  L1: { from: A, to: B, required: true }\n  L2: { from: B, to: E3, required: true }\n  L3: { from: C, to: A, required: true }',
    ),
    'task.circular',
    9,
    3,
    /E1 A → E2 B → E3 C → E1 A \(L1, L2, L3\)/,
    /required: false/,
  ],
  [
    'required self reference',
    inFile('dbd: 1\nentities: { E1 A: {} }\nrelations:\n  L1: { from: A, to: A, required: true }'),
    'task.circular',
    7,
    3,
    /E1 A → E1 A \(L1\)/,
    undefined,
  ],
  [
    'two blocks',
    `${inFile('dbd: 1')}\n~~~\ndbd: 1\n~~~\n`,
    'task.two-blocks',
    7,
    1,
    /the first is at line 3/,
    undefined,
  ],
  ['empty', ' \n\t\n', 'task.empty', undefined, undefined, /no text/, undefined],
  ['too large', 'a'.repeat(5_000_000), 'task.too-large', undefined, undefined, /4\.8 MiB/, undefined],
  ['NUL', 'a\0b', 'task.not-text', undefined, undefined, /NUL/, undefined],
  [
    'not UTF-8',
    new Uint8Array([0x23, 0x20, 0xff, 0xfe]),
    'task.not-text',
    undefined,
    undefined,
    /UTF-8/,
    undefined,
  ],
])('%s', (_, text, code, line, column, message, hint) => {
  const error = refused(text);
  expect(error).toMatchObject({ code, line, column });
  expect(error.message).toMatch(message);
  if (line !== undefined) expect(error.message).toContain(`T.md, line ${line}, column ${column}: `);
  if (hint) expect(error.hint).toMatch(hint);
});
