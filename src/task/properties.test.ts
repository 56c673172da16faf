import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DbdError } from '../base/error.ts';
import type { Task } from './model.ts';
import { draftBlock, readTask, writeBlock, writeTask } from './task.ts';

/** A task without the places, which move when it is written again. */
function meaning(task: Task): unknown {
  const { requirements, open, questions, level, hash } = task;
  return JSON.parse(
    JSON.stringify({ requirements, open, questions, level, hash }, (key, value: unknown) =>
      key === 'place' ? undefined : value,
    ),
  );
}

const json = fc.json({ maxDepth: 2 });
const word = fc.oneof(
  fc.constantFrom(
    'user',
    'day',
    'event_type',
    'constructor',
    '__proto__',
    'toString',
    'Straße',
    'order by',
    'unknown',
    'a"b',
    "o'clock",
    'null',
    '1',
    'x:y',
    '# no',
    '-',
  ),
  fc.string({ minLength: 1, maxLength: 12 }),
);
const yaml = (value: unknown): string => JSON.stringify(value);
const open = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: value, weight: 4 },
    fc.constant('unknown'),
    value.map((inner) => `{ assume: ${inner} }`),
  );
const maybe = (key: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(''),
    open(value).map((inner) => `${key}: ${inner}, `),
  );
const type = fc.constantFrom(
  'text',
  'text(100)',
  'decimal(12, 2)',
  'decimal(3)',
  "enum(a, 'b c', d)",
  '`numeric(10, 2)`',
  '`citext`',
  'instant',
  'json',
  'tags',
);
const flag = fc.constantFrom('true', 'false');
const quoted = word.map(yaml);

const field = fc
  .tuple(
    maybe('type', type),
    maybe('required', flag),
    maybe('unique', flag),
    maybe('default', json),
    maybe(
      'examples',
      json.map((value) => `[${value}]`),
    ),
    maybe('unit', quoted),
    maybe('check', quoted),
  )
  .map((parts) => `{ ${parts.join('')}}`);
const fields = fc.dictionary(
  word.filter((name) => name.trim() !== ''),
  fc.oneof(field, open(type)),
  { maxKeys: 4, noNullPrototype: true },
);
const access = fc
  .tuple(
    maybe('says', quoted),
    quoted,
    maybe('rate', fc.constantFrom('2/min', '10/s peak 40/s', '40k/day peak 7/s')),
    maybe('p95', fc.constantFrom('20 ms', '2 s', '1.5 min')),
    fc.dictionary(word, json, { maxKeys: 2 }),
  )
  .map(
    ([says, sql, rate, p95, params]) =>
      `{ ${says}sql: ${sql}, ${rate}${p95}params: { ${Object.entries(params)
        .map(([name, value]) => `${yaml(name)}: [${value}]`)
        .join(', ')} } }`,
  );
const volume = fc
  .tuple(
    fc.constantFrom('E1', 'users', '"odd table"'),
    maybe('now', fc.constantFrom('0', '50k', '2M', '17')),
    maybe('per_day', fc.constantFrom('40', '40k/day', '0.5/s')),
    maybe('horizon', fc.constantFrom('12 months', '30 days', '1 year')),
  )
  .map(([of, ...rest]) => `{ of: ${of}, ${rest.join('')}}`);

const block = fc
  .record({
    name: word,
    fields,
    history: maybe('history', fc.constantFrom('none', 'audit', 'soft-delete')),
    key: maybe('key', fc.constantFrom('identity', 'uuid')),
    access: fc.array(access, { maxLength: 3 }),
    volume: fc.array(volume, { maxLength: 3 }),
    keep: maybe('hold', quoted),
  })
  .map(({ name, fields: named, history, key, access: queries, volume: volumes, keep }) =>
    [
      'dbd: 1',
      'entities:',
      `  ${yaml(`E1 ${name}`)}: { ${history}${key}fields: { ${Object.entries(named)
        .map(([field, value]) => `${yaml(field)}: ${value}`)
        .join(', ')} } }`,
      `access: [${queries.join(', ')}]`,
      `volume: [${volumes.join(', ')}]`,
      `lifecycle: { C1: { of: users, keep: 6 months, ${keep}} }`,
    ].join('\n'),
  );

test('what is written reads as the same requirements', () => {
  let read = 0;
  fc.assert(
    fc.property(block, (text) => {
      let task: Task;
      try {
        task = readTask({ text });
      } catch (error) {
        // Blank names and texts are refused; everything else of these blocks is valid.
        expect(error).toBeInstanceOf(DbdError);
        return;
      }
      read += 1;
      const written = writeBlock(task);
      const again = readTask({ text: written });
      expect(meaning(again), written).toEqual(meaning(task));
      expect(writeBlock(again)).toBe(written);
      expect(meaning(readTask({ text: writeTask(task) }))).toEqual(meaning(task));
    }),
    { numRuns: 150 },
  );
  expect(read).toBeGreaterThan(40);
}, 60_000);

const known = [
  'dbd: 1',
  'entities:',
  'fields:',
  '  E1 A:',
  '  type: text',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '- ',
  '\n',
  '\n  ',
  '```',
  '```yaml\n',
  '~~~',
  '&a',
  '*a',
  '!!set',
  '<<',
  '"',
  "'",
  '|',
  '>',
  '#',
  '\t',
  '`',
  '__proto__:',
  'E7',
  'unknown',
  '{ assume: 1 }',
  '20 parsecs',
  'rate:',
  'access:',
  'relations:',
  'volume:',
  '\uFEFF',
  '\r\n',
  '😀',
  '\u0000',
  '---',
  '%YAML 1.1',
  '? ',
];

test('any text gives a task or an error of dbd', () => {
  const text = fc
    .array(fc.oneof(fc.constantFrom(...known), fc.string({ maxLength: 8 })), { maxLength: 40 })
    .map((parts) => parts.join(''));
  const inBlock = text.map((inside) => `# T\n\n\`\`\`yaml\ndbd: 1\n${inside}\n\`\`\`\n`);
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        inBlock,
        text.map((inside) => `dbd: 1\n${inside}`),
      ),
      (source) => {
        try {
          const task = readTask({ text: source, name: 'T.md' });
          expect(readTask({ text: draftBlock(task) }).requirements.entities.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(DbdError);
          expect((error as DbdError).code).toMatch(/^task\./);
        }
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);

test('any bytes give a task or an error of dbd', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readTask({ text: bytes });
      } catch (error) {
        expect((error as DbdError).code).toMatch(/^task\./);
      }
    }),
  );
}, 60_000);

test('a draft made from any prose can be read, and holds guesses only', () => {
  const words = fc
    .array(
      fc.constantFrom(
        'store',
        'track',
        'orders',
        'users',
        'with',
        'a name',
        'and',
        '`audit_logs`',
        '`is_open`',
        ',',
        '.',
        '\n',
        '\n\n',
        '- ',
        '# ',
        'the',
        'price',
        'unknown',
        'table',
        'we want to',
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(words, (prose) => {
      const draft = draftBlock({ title: prose.split('\n')[0]!, prose });
      const task = readTask({ text: draft });
      expect(task.open.every(({ kind }) => kind === 'assumed')).toBe(true);
      for (const entity of task.requirements.entities)
        for (const { name } of entity.fields)
          expect(task.open.map(({ path }) => path.join('.'))).toContain(
            `entities.${entity.id}.fields.${name}.type`,
          );
    }),
    { numRuns: 100 },
  );
}, 60_000);
