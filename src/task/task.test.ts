import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assumptionsOf, draftBlock, readTask, writeBlock } from './task.ts';

const example = new URL('../../examples/dashboard-analytics/KAN-29.md', import.meta.url);

/** A task file whose block begins at line 4 of the file. */
const inFile = (block: string): string => `# T\n\n\`\`\`yaml\n${block}\n\`\`\`\n`;

test('the first example is read as it is meant', () => {
  const task = readTask({ text: readFileSync(example), name: 'KAN-29.md' });
  expect(task).toMatchObject({
    id: 'KAN-29',
    title: 'KAN-29 User Dashboard: analytics database',
    level: 2,
    questions: [],
    open: [],
  });
  expect(task.prose).toContain('- [ ] Seed data for development');
  expect(task.prose).not.toContain('dbd: 1');
  const {
    entities,
    relations,
    rules,
    access,
    volumes,
    lifecycle,
    privacy,
    limits,
    compat,
    acceptance,
    change,
  } = task.requirements;
  expect(change).toMatchObject({ engine: 'postgres', kind: 'new' });
  expect(entities.map(({ id, name, table }) => [id, name, table])).toEqual([
    ['E1', 'AnalyticsEvent', 'analytics_events'],
    ['E2', 'DailySummary', 'analytics_daily_summary'],
  ]);
  expect(entities[0]!.fields[0]).toMatchObject({
    name: 'event_type',
    type: { kind: 'text', length: 100 },
    required: true,
    place: { line: 29, column: 7 },
  });
  expect(entities[1]!.key).toEqual({ kind: 'fields', names: ['user', 'day'] });
  expect(entities[1]!.derived).toEqual({
    from: 'E1',
    by: { day: "(created_at AT TIME ZONE 'UTC')::date", user: 'user' },
    set: { event_counts: 'count by event_type' },
    keep: 'on-write',
    onSourceDelete: 'keep',
  });
  expect(
    relations.map(({ id, from, to, name, required, onDelete }) => [id, from, to, name, required, onDelete]),
  ).toEqual([
    ['L1', 'E1', ['users'], 'user', true, 'cascade'],
    ['L2', 'E2', ['users'], 'user', true, 'cascade'],
  ]);
  expect(rules[0]).toMatchObject({
    of: 'E1',
    check: "btrim(event_type) <> ''",
    accept: [{ event_type: 'page_view' }],
    reject: [{ event_type: '' }, { event_type: '  ' }],
  });
  expect(access.map(({ rate, p95 }) => [rate.kind === 'declared' && rate.value, p95])).toEqual([
    [{ perSecond: 2 / 60, peakPerSecond: 2 / 60 }, 2000],
    [{ perSecond: 10, peakPerSecond: 40 }, 20],
    [{ perSecond: 0.5, peakPerSecond: 20 }, 10],
    [{ perSecond: 20, peakPerSecond: 80 }, 20],
  ]);
  expect(volumes[0]).toMatchObject({
    of: 'E1',
    now: { kind: 'declared', value: 0 },
    perDay: { kind: 'declared', value: 40_000 },
    horizonDays: { kind: 'declared', value: 365 },
    skew: { user: { kind: 'zipf', exponent: 1.1 } },
  });
  expect(volumes[2]).toMatchObject({
    of: 'E2',
    now: { kind: 'assumed', value: 12_000 },
    perDay: { kind: 'assumed', value: 12_000 },
  });
  expect(lifecycle[0]).toMatchObject({ of: 'E1', keepDays: 182.5 });
  expect(lifecycle[0]!.then).toBe('delete');
  expect(privacy[0]).toMatchObject({ of: 'users.email', class: 'personal', mask: 'email', readers: ['app'] });
  expect(limits[0]).toMatchObject({ blockedMs: 500, lockWaitMs: 1000, rewrite: 'never' });
  expect(compat[0]).toMatchObject({ workload: 'current', says: 'The running application keeps working' });
  expect(acceptance[0]).toMatchObject({ by: ['Q4', 'E2', 'V1'] });
  expect(assumptionsOf(task).map(({ text }) => text)).toContain('DailySummary grows by 12k/day');
  expect(readTask({ text: writeBlock(task) }).hash).toBe(task.hash);
});

test('optional circles, optional self references and polymorphic ones are allowed', () => {
  const { requirements } = readTask({
    text: inFile(
      'dbd: 1\nentities: { E1 A: {}, E2 B: {} }\nrelations:\n  L1: { from: A, to: B, required: true }\n  L2: { from: B, to: A }\n  L3: { from: A, to: A }\n  L4: { from: B, to: [A, B], required: true, name: subject }',
    ),
  });
  expect(requirements.relations.map(({ name, to }) => [name, to])).toEqual([
    ['b', ['E2']],
    ['a', ['E1']],
    ['parent', ['E1']],
    ['subject', ['E1', 'E2']],
  ]);
});

test('ids that are missing are given by order, and names resolve to ids', () => {
  const { requirements } = readTask({
    text: 'dbd: 1\nentities: { Order: {}, E1 Item: {}, Unit: { table: units } }\nrelations: [{ from: Item, to: Order }, { from: units, to: legacy_things }]\naccess: { Q2: { sql: SELECT 2 }, latest orders: { sql: SELECT 1 } }',
  });
  expect(requirements.entities.map(({ id, name }) => `${id} ${name}`)).toEqual([
    'E2 Order',
    'E1 Item',
    'E3 Unit',
  ]);
  expect(requirements.relations.map(({ id, from, to, name }) => [id, from, to, name])).toEqual([
    ['L1', 'E1', ['E2'], 'order'],
    ['L2', 'E3', ['legacy_things'], 'legacy_thing'],
  ]);
  expect(requirements.access.map(({ id, says }) => [id, says])).toEqual([
    ['Q2', 'SELECT 2'],
    ['Q1', 'latest orders'],
  ]);
});

test('commas in types and expressions survive YAML flow maps', () => {
  const { requirements } = readTask({
    text: 'dbd: 1\nentities:\n  E1 A:\n    fields: { price: { type: decimal(12,2), required: true }, kind: { type: enum(a, b, kind), check: coalesce(a, b) > 0 }, short: text(5), raw: { type: `numeric(10,2)` }, plain: `citext` }',
  });
  expect(
    requirements.entities[0]!.fields.map(({ name, type, check, required }) => [name, type, check, required]),
  ).toEqual([
    ['price', { kind: 'decimal', precision: 12, scale: 2 }, undefined, true],
    ['kind', { kind: 'enum', values: ['a', 'b', 'kind'] }, 'coalesce(a, b) > 0', false],
    ['short', { kind: 'text', length: 5 }, undefined, false],
    ['raw', { kind: 'sql', sql: 'numeric(10,2)' }, undefined, false],
    ['plain', { kind: 'sql', sql: 'citext' }, undefined, false],
  ]);
});

test('unknown values and contradictions become questions', () => {
  const task = readTask({
    text: 'dbd: 1\nentities: { E1 Event: { fields: { state: { type: enum(a, b), default: c } } } }\nrelations: { L1: { from: E1, to: users, required: true, on_delete: set null } }\naccess:\n  Q1: { sql: SELECT 1, rate: unknown, p95: unknown }\n  Q3: { insert: E1, rate: 4.6/s }\nvolume: { V1: { of: E1, now: unknown, per_day: 40k/day }, V2: { of: Event, now: 5 } }',
  });
  expect(task.questions.map(({ about, text }) => `${about}: ${text}`)).toEqual([
    'Q1: How often is Q1 called (SELECT 1), on average and at the peak?',
    'V1: How many rows of Event are there now?',
    'Q1: What is `access.Q1.p95`?',
    'V1: Q3 inserts 4.6 a second on average, V1 says 0.46. Which is right?',
    'L1: L1 is required, yet `on_delete: set null` would empty it. Which is meant?',
    'V2: V1 and V2 both give the volume of Event. Which counts?',
    'E1: Event.state gives "c", which its type does not allow. Which is right?',
  ]);
});

test('what is absent is assumed, never zero', () => {
  const { requirements, level } = readTask({
    text: 'dbd: 1\nentities: { E1 A: {} }\naccess: { Q1: { sql: SELECT 1 } }\nvolume: { V1: { of: E1 }, V2: { of: users, now: 50k } }',
  });
  expect(level).toBe(2);
  expect(requirements.access[0]!.rate).toEqual({
    kind: 'assumed',
    value: { perSecond: 1, peakPerSecond: 1 },
  });
  expect(requirements.volumes.map(({ now, perDay, horizonDays }) => [now, perDay, horizonDays])).toEqual([
    [
      { kind: 'assumed', value: 1000 },
      { kind: 'assumed', value: 1000 },
      { kind: 'assumed', value: 365 },
    ],
    [
      { kind: 'declared', value: 50_000 },
      { kind: 'assumed', value: 137 },
      { kind: 'assumed', value: 365 },
    ],
  ]);
});

test('changes of what exists are read', () => {
  const { requirements, level } = readTask({ text: 'dbd: 1\nchange: { rename: { users.name: full_name } }' });
  expect([requirements.change.kind, requirements.change.rename, level]).toEqual([
    'rename',
    { 'users.name': 'full_name' },
    1,
  ]);
  const split = readTask({
    text: "dbd: 1\nchange:\n  split: { users.name: [first_name, last_name], using: split_part(name, ' ', 1) }",
  }).requirements.change;
  expect(split).toMatchObject({
    kind: 'split',
    split: { columns: { 'users.name': ['first_name', 'last_name'] }, using: "split_part(name, ' ', 1)" },
  });
  const naive = readTask({
    text: 'dbd: 1\nextensions: [citext]\nschema: |\n  ALTER TABLE users ALTER COLUMN email TYPE citext;\n  CREATE UNIQUE INDEX ON users (email);',
  });
  expect(naive).toMatchObject({
    level: 1,
    requirements: { change: { kind: 'alter' }, extensions: ['citext'] },
  });
  expect(naive.requirements.schema).toContain('CREATE UNIQUE INDEX ON users (email);');
});

test('prose alone gives the questions that matter most and a draft of guesses', () => {
  const task = readTask({
    text: '# KAN-30 Audit log\n\nWe want to track login attempts with a user, an ip address and a created_at. Store them for a year.',
    name: 'x.md',
  });
  expect(task).toMatchObject({ id: 'KAN-30', level: 0 });
  expect(task.questions.map(({ about }) => about)).toEqual([
    'L1',
    'E1',
    'access',
    'volume',
    'privacy',
    'entities',
    'limits',
    'lifecycle',
  ]);
  const draft = draftBlock(task);
  expect(draft).toContain('  E1 LoginAttempt:');
  expect(draft).toContain("ip_address: { type: { assume: 'text' } }");
  expect(draft).toContain('L1: { from: E1, to: { assume: users }');
  expect(draft).toContain('C1: { of: E1, keep: { assume: 12 months }, then: { assume: delete } }');
  expect(draft).not.toContain('Want');
});

test('names of object internals are ordinary names', () => {
  const task = readTask({
    text: 'dbd: 1\nchange: { rename: { __proto__: a, constructor: b } }\nentities: { E1 __proto__: { fields: { __proto__: text, constructor: { default: { __proto__: { polluted: true } } } } } }\nvolume: { V1: { of: E1, skew: { __proto__: uniform } } }',
  });
  expect(task.requirements.entities[0]!.fields.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
  expect(Object.keys(task.requirements.change.rename)).toEqual(['__proto__', 'constructor']);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  expect(Object.keys(task.requirements.volumes[0]!.skew)).toEqual(['__proto__']);
});
