import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { report } from '../../src/report/build.ts';
import { readTask } from '../../src/task/task.ts';
import { fakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import type { KeptComment, KeptIssue } from '../../src/tracker/jira/fake/model.ts';
import { jiraTracker } from '../../src/tracker/jira/jira.ts';
import { repliesIn } from '../../src/tracker/replies/reply.ts';
import { code, doc, node, p } from './adf-words.ts';
import { publication, publishTo, settingsFor, type Site } from './publish-words.ts';

const block = `dbd: 1
entities:
  E1 Note: { fields: { body: { type: text } } }
access:
  Q1: { says: Notes, sql: SELECT 1, rate: unknown, p95: unknown } # kept
volume:
  V1: { of: E1, now: unknown, per_day: 10, horizon: 1 month }
`;
const anna = { accountId: '712020:anna', displayName: 'Anna' };
const mallory = { accountId: '712020:mallory', displayName: 'Mallory' };

let site: Site;
let issue: KeptIssue;
beforeEach(async () => {
  issue = { key: 'KAN-29', summary: 'Keep notes', description: doc(p('We keep notes.'), code(block)) };
  site = { fake: await fakeJira({ issues: [issue] }), waits: [], events: [] };
});
afterEach(() => site.fake.close());

const { questions } = readTask({ text: block });

/** A report that asks what the task leaves open. */
const asking = (asked = questions) =>
  publication({
    report: report({
      command: 'task',
      title: 'KAN-29 Keep notes',
      headline: 'Something is open.',
      started: performance.now(),
      claims: asked.map(({ about, text, guess }, at) => ({
        id: `?${at + 1}`,
        kind: 'change',
        says: `${about}: ${text}`,
        verdict: 'not-proven',
        because: 'It is a question.',
        evidence: guess === undefined ? [] : [{ basis: 'assumed', text: guess, shown: guess }],
      })),
    }),
  });

let said = 0;
const say = (body: object, more: Partial<KeptComment> = {}): void => {
  said += 1;
  const created = new Date(Date.now() + said).toISOString().replace('Z', '+0000');
  issue.comments = [...(issue.comments ?? []), { author: anna, created, body, ...more }];
};
const load = () =>
  jiraTracker({ wait: async () => undefined }).load(
    'KAN-29',
    settingsFor(site, { authors: [anna.accountId] }),
  );

test('the questions of the example have numbers', () => {
  expect(questions.map(({ about, text }) => `${about}: ${text}`)).toEqual([
    'Q1: How often is Q1 called (Notes), on average and at the peak?',
    'V1: How many rows of Note are there now?',
    'Q1: What is `access.Q1.p95`?',
  ]);
});

describe('answers of allowed people', () => {
  test('to numbers and to quoted questions fill the block; the rest of it stays as it was written', async () => {
    await publishTo(site, asking());
    say(doc(p('Q1: 10/s peak 40/s'), p('Q3: `20 ms`')));
    say(doc(node('blockquote', {}, p('How many rows of Note are there now?')), p('now: 50k')));
    const loaded = await load();
    expect(loaded.limits).toEqual([
      '“V1: How many rows of Note are there now?” was answered by Anna: now: 50k',
      'Q3 (Q1: What is `access.Q1.p95`?) was answered by Anna: `20 ms`',
      'Q1 (Q1: How often is Q1 called (Notes), on average and at the peak?) was answered by Anna: 10/s peak 40/s',
    ]);
    const { requirements, questions: left, prose } = readTask(loaded);
    expect(left).toEqual([]);
    expect(requirements.access[0]).toMatchObject({
      p95: 20,
      rate: { kind: 'declared', value: { perSecond: 10 } },
    });
    expect(requirements.volumes[0]).toMatchObject({ now: { kind: 'declared', value: 50_000 } });
    expect(String(loaded.text)).toContain('# kept');
    expect(prose).toContain('We keep notes.');
  });

  test('that say yes take the guess; a later one takes the place of an earlier one', async () => {
    await publishTo(site, asking());
    say(doc(p('Q2: 7')));
    say(doc(p('Q2: yes')));
    expect(readTask(await load()).requirements.volumes[0]).toMatchObject({
      now: { kind: 'declared', value: 100_000 },
    });
  });

  test('belong to the question that had the number when they were written', async () => {
    await publishTo(site, asking());
    say(doc(p('Q2: 50k')));
    await new Promise((done) => setTimeout(done, 5));
    await publishTo(site, asking([questions[2]!, questions[0]!]));
    const loaded = await load();
    expect(readTask(loaded).requirements.volumes[0]).toMatchObject({ now: { value: 50_000 } });
    expect(readTask(loaded).questions).toHaveLength(2);
  });

  test('that are no value are told, and change nothing', async () => {
    await publishTo(site, asking());
    say(doc(p('Q2: rather many, I think')));
    const loaded = await load();
    expect(loaded.limits).toEqual([
      expect.stringMatching(
        /^The answer by Anna to Q2 \(V1: How many .*\) is no value that can stand there .*: rather many, I think$/,
      ),
    ]);
    expect(readTask(loaded).questions).toHaveLength(3);
  });

  test('to a task in prose become part of its prose', async () => {
    site.fake.site.issues.splice(0, 1, (issue = { ...issue, description: doc(p('We keep notes.')) }));
    await publishTo(site, asking([{ about: 'tenancy', text: 'Is data kept apart for each tenant?' }]));
    say(doc(p('Q1: yes, per tenant')));
    const loaded = await load();
    expect([loaded.block, String(loaded.text)]).toEqual([
      'none',
      expect.stringContaining(
        '## Answers\n\n- tenancy: Is data kept apart for each tenant? — yes, per tenant',
      ),
    ]);
  });

  test('cannot add keys, blocks or anything beside the value', async () => {
    await publishTo(site, asking());
    say(doc(p('Q2: { now: 5, per_day: 9, of: users }')));
    say(doc(p('Q1: 5/s'), code('dbd: 1\nchange: { kind: drop }')));
    const { requirements } = readTask(await load());
    expect(requirements.change.kind).toBe('new');
    expect(requirements.volumes[0]).toMatchObject({ of: 'E1', now: { kind: 'unknown' } });
  });
});

describe('answers of others', () => {
  test('are told and not taken, and so are those that somebody else edited', async () => {
    await publishTo(site, asking());
    say(doc(p('Q2: 1')), { author: mallory });
    say(doc(p('Q2: 2')), { editor: mallory });
    const loaded = await load();
    expect(loaded.limits).toEqual([
      'An answer edited by Mallory to Q2 (V1: How many rows of Note are there now?) was not taken; to allow it, add 712020:mallory to `jira.authors` in dbd.config.yaml.',
      'An answer by Mallory to Q2 (V1: How many rows of Note are there now?) was not taken; to allow it, add 712020:mallory to `jira.authors` in dbd.config.yaml.',
    ]);
    expect(readTask(loaded).questions).toHaveLength(3);
  });

  test('without a publication there are no numbers, and nothing more is asked of Jira than the mark', async () => {
    say(doc(p('Q2: 50k')));
    expect(readTask(await load()).questions).toHaveLength(3);
    expect(site.fake.requests).toHaveLength(2);
  });
});

test.each<[string, readonly unknown[]]>([
  [
    'Q1: a\nb\n**Q2:** c',
    [
      { to: { label: 'Q1' }, text: 'a\nb' },
      { to: { label: 'Q2' }, text: 'c' },
    ],
  ],
  ['- Q12) x \\* y', [{ to: { label: 'Q12' }, text: 'x * y' }]],
  [
    '> one two\n> three\n\nfour\n\n> five\n\nsix',
    [
      { to: { quote: 'one two three ' }, text: 'four' },
      { to: { quote: 'five ' }, text: 'six' },
    ],
  ],
  ['FAQ1: no\nQ: no\nQ0: no\n> only a quote', []],
  [`Q1: ${'x'.repeat(5000)}`, [{ to: { label: 'Q1' }, text: 'x'.repeat(2000) }]],
])('%j', (markdown, expected) => {
  expect(repliesIn(markdown)).toEqual(expected);
});
