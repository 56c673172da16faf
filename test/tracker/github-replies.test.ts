import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTask } from '../../src/task/task.ts';
import { fakeGithub, type FakeGithub } from '../../src/tracker/github/fake/fake-github.ts';
import type { KeptComment, KeptIssue } from '../../src/tracker/github/fake/model.ts';
import { keptIn } from '../../src/tracker/github/mark.ts';
import type { Publication, Published } from '../../src/tracker/model.ts';
import { claim, keep, publication, settings, tracker } from './github-words.ts';

const block = `dbd: 1
entities:
  E1 Note: { fields: { body: { type: text } } }
access:
  Q1: { says: Notes, sql: SELECT 1, rate: unknown, p95: unknown } # kept
volume:
  V1: { of: E1, now: unknown, per_day: 10, horizon: 1 month }
`;
const { questions } = readTask({ text: block });
const authors = ['anna'];

let fake: FakeGithub;
let issue: KeptIssue;
let seconds: number;
beforeEach(async () => {
  fake = await fakeGithub();
  issue = keep(fake, { body: `We keep notes.\n\n\`\`\`yaml\n${block}\`\`\`\n` });
  seconds = Date.parse('2026-02-01T09:00:00Z');
});
afterEach(() => fake.close());

/** Time goes on by a minute. */
const next = (): string => new Date((seconds += 60_000)).toISOString().replace('.000Z', 'Z');
const asking = (asked: readonly { about: string; text: string; guess?: string }[] = questions) =>
  publication(
    'Something is open.',
    {},
    asked.map(({ about, text, guess }, at) => ({
      ...claim(`?${at + 1}`, `${about}: ${text}`),
      verdict: 'not-proven' as const,
      evidence: guess === undefined ? [] : [{ basis: 'assumed' as const, text: guess, shown: guess }],
    })),
  );
/** Publishes at the time of the test. */
const publish = async (what: Publication): Promise<Published> => {
  const before = new Map(issue.comments.map(({ id, body }) => [id, body]));
  const told = await tracker().publisher!.publish('#12', settings(fake.url), what);
  const at = next();
  issue.comments.forEach((one, i) => {
    if (!before.has(one.id)) issue.comments[i] = { ...one, created: at };
    else if (before.get(one.id) !== one.body) one.updated = at;
  });
  return told;
};
const say = (body: string, more: Partial<KeptComment> = {}): void => {
  const id = 5000 + issue.comments.length;
  issue.comments.push({ id, login: 'anna', body, created: next(), ...more });
};
const load = (env?: Record<string, string>) => tracker().load('#12', settings(fake.url, { authors }, env));
const now = async () => readTask(await load()).requirements.volumes[0]!.now;
const living = (): KeptComment => issue.comments.find(({ login }) => login === 'dbd-bot')!;
const unknown = { kind: 'unknown' };

describe('answers of allowed people', () => {
  test('to numbers and to quoted questions fill the block; the rest of it stays as it was written', async () => {
    await publish(asking());
    expect(living().body).toContain('`Q1: …`');
    say('Q1: 10/s peak 40/s\r\n\r\n**Q3**: `20 ms`');
    say('> * **Q2** V1: How many rows of Note are there now? For example: `100k`\n\nnow: 50k');
    const loaded = await load();
    expect(loaded.limits).toEqual([
      '“V1: How many rows of Note are there now?” was answered by anna: now: 50k',
      'Q3 (Q1: What is `access.Q1.p95`?) was answered by anna: `20 ms`',
      'Q1 (Q1: How often is Q1 called (Notes), on average and at the peak?) was answered by anna: 10/s peak 40/s',
    ]);
    const { requirements, questions: left, prose } = readTask(loaded);
    expect(left).toEqual([]);
    expect(requirements.access[0]).toMatchObject({ p95: 20, rate: { value: { perSecond: 10 } } });
    expect(requirements.volumes[0]).toMatchObject({ now: { kind: 'declared', value: 50_000 } });
    expect(String(loaded.text)).toContain('# kept');
    expect(prose).toContain('We keep notes.');
  });

  test('a later one takes the place of an earlier one, and a yes takes the guess', async () => {
    await publish(asking());
    say('Q2: 7');
    expect(await now()).toMatchObject({ value: 7 });
    say('Q2: yes');
    expect(await now()).toMatchObject({ value: 100_000 });
  });

  test('belong to the question that had the number then, also when it is published again and again', async () => {
    await publish(asking());
    say('Q2: 50k');
    await publish(asking([questions[2]!, questions[0]!]));
    say('Q1: 30 ms');
    await publish({
      ...asking([questions[2]!, questions[0]!]),
      link: { url: 'https://a.example/1', title: 'x' },
    });
    expect((await publish(asking([questions[0]!]))).parts[0]!.did).toBe('updated');
    const { requirements } = readTask(await load());
    expect(requirements.volumes[0]).toMatchObject({ now: { value: 50_000 } });
    expect(requirements.access[0]).toMatchObject({ p95: 30, rate: unknown });
    expect(issue.comments.filter(({ login }) => login === 'dbd-bot')).toHaveLength(1);
  });

  test('that are no value are told, and change nothing', async () => {
    await publish(asking());
    say('Q2: rather many, I think');
    expect((await load()).limits).toEqual([
      expect.stringMatching(
        /^The answer by anna to Q2 \(V1: How many .*\) is no value that can stand there .*: rather many, I think$/,
      ),
    ]);
    expect(await now()).toEqual(expect.objectContaining(unknown));
  });

  test('below a quote of the whole comment are told and not guessed', async () => {
    await publish(asking());
    say(`${living().body.replaceAll(/^/gm, '> ')}\n\n50k`);
    expect((await load()).limits).toEqual([
      expect.stringMatching(
        /^An answer by anna stands below more than one question, and was not taken; .*: 50k$/,
      ),
    ]);
    expect(await now()).toEqual(expect.objectContaining(unknown));
  });

  test('to a task in prose become part of its prose, by number and by quote', async () => {
    issue.body = 'We keep notes.';
    await publish(
      asking([
        { about: 'tenancy', text: 'Is data kept apart for each tenant?' },
        { about: 'rows', text: 'How many rows are there?' },
      ]),
    );
    say('> Q2 rows: How many rows are there?\n\n2M');
    const quoted = await load();
    expect(String(quoted.text)).toMatch(/## Answers\n\n- rows: How many rows are there\? — 2M\n$/);
    say('Q1: yes, per tenant');
    expect((await load()).text).toContain(
      '## Answers\n\n- tenancy: Is data kept apart for each tenant? — yes, per tenant\n- rows:',
    );
  });
});

describe('not taken, and told', () => {
  const refused = async (said: RegExp): Promise<void> => {
    expect((await load()).limits).toEqual([expect.stringMatching(said)]);
    expect(await now()).toEqual(expect.objectContaining(unknown));
  };

  test('the answer of somebody who is not allowed; the same by one who is counts', async () => {
    await publish(asking());
    say('Q2: 1', { login: 'mallory', association: 'CONTRIBUTOR' });
    await refused(/^An answer by mallory to Q2 \(V1: .*\) was not taken; to allow it, .*`github\.authors`/);
    say('Q2: 1');
    expect(await now()).toMatchObject({ value: 1 });
  });

  test('many answers of strangers are counted', async () => {
    await publish(asking());
    say(Array.from({ length: 50 }, () => 'Q2: 1').join('\n'), { login: 'mallory' });
    const { limits } = await load();
    expect([limits.length, limits.at(-1)]).toEqual([21, '30 more answers were not taken.']);
  });

  test('an edited comment, though its author is allowed; a new one counts', async () => {
    await publish(asking());
    say('Q2: 1', { updated: '2026-06-01T00:00:00Z' });
    await refused(
      /^An answer by anna to Q2 .* was not taken; the comment was edited, and GitHub does not say by whom/,
    );
    say('Q2: 2');
    expect(await now()).toMatchObject({ value: 2 });
  });

  test('numbers before anything was asked, text that nobody sees, and our own comment', async () => {
    say('Q2: 1');
    await publish(asking());
    say('Hm.\n\n<!--\nQ2: 1\n-->');
    say(living().body.replace(/^/, 'Q2: 9\n\n'));
    const { limits } = await load();
    expect([limits, await now()]).toEqual([[], expect.objectContaining(unknown)]);
  });
});

describe('what was asked', () => {
  test('is believed of our own account alone', async () => {
    await publish(asking());
    const { body } = living();
    issue.comments.splice(0, 1, { id: 7, login: 'mallory', body });
    say('Q2: 1');
    expect(await load()).toMatchObject({
      limits: [
        'Answers by number were not read: the comment that asks is by mallory, and the token is of dbd-bot.',
      ],
    });
    expect(await now()).toEqual(expect.objectContaining(unknown));
    expect((await load({})).limits).toEqual([expect.stringContaining('without a token')]);
  });

  test.each<[string, (body: string) => string]>([
    ['the text', (body) => body.replace('How many rows', 'How few rows')],
    [
      'the record',
      (body) =>
        body.replace(
          /(dbd-publication \w{16} )\S+/,
          `$1${Buffer.from('[{"questions":[{"label":"Q2","text":"Q1: What is `access.Q1.p95`?"}]}]').toString('base64url')}`,
        ),
    ],
    ['the hash', (body) => body.replace(/(dbd-publication )\w{16}/, '$10123456789abcdef')],
  ])('is not believed where %s was changed by hand, until it is published again', async (_, change) => {
    await publish(asking());
    const changed = change(living().body);
    expect(changed).not.toBe(living().body);
    living().body = changed;
    say('Q2: 50');
    expect((await load()).limits).toEqual([expect.stringContaining('was changed by hand')]);
    expect(await now()).toEqual(expect.objectContaining(unknown));
    await publish(asking());
    expect(await now()).toEqual(expect.objectContaining(unknown));
    say('Q2: 50');
    expect(await now()).toMatchObject({ value: 50 });
  });

  test('is left alone by the same publication, and stays below what GitHub takes', async () => {
    await publish(asking());
    await publish(asking([questions[0]!]));
    expect((await publish(asking([questions[0]!]))).parts[0]!.did).toBe('unchanged');
    for (let round = 0; round < 12; round++)
      await publish(
        asking(
          Array.from({ length: 60 }, (_, i) => ({
            about: 'E1',
            text: `${'長 --> い'.repeat(40)} ${round} ${i}`,
          })),
        ),
      );
    const kept = keptIn(living())!;
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(3);
    expect(kept.at(-1)!.questions.at(-1)!.text).toContain(' 11 ');
    expect(living().body.length).toBeLessThanOrEqual(65_536);
    expect(living().body.match(/-->/g)).toHaveLength(1);
  });
});
