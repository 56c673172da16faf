import { expect, test } from 'vitest';
import { report } from '../../src/report/build.ts';
import type { Claim, ClaimVerdict } from '../../src/report/model.ts';
import { commentOf, longestComment, stored, type Answers } from '../../src/tracker/comment.ts';
import { adfToMarkdown } from '../../src/tracker/jira/adf/adf.ts';
import { adfOf } from '../../src/tracker/jira/adf/write.ts';
import { questionsOf } from '../../src/tracker/questions.ts';

const claim = (id: string, verdict: ClaimVerdict, more: Partial<Claim> = {}): Claim => ({
  id,
  kind: 'rule',
  says: `The rule ${id} of \`app_user\``,
  verdict,
  because: 'It was tried.',
  evidence: [{ basis: 'measured', text: 'seen' }],
  ...more,
});
const made = (claims: readonly Claim[]) =>
  report({
    command: 'task',
    title: 'KAN-29 Notes',
    headline: 'See below.',
    started: performance.now(),
    claims,
  });
const shown = (claims: readonly Claim[], answers: Answers = 'comments'): string =>
  adfToMarkdown(adfOf(commentOf({ hash: 'h', report: made(claims), files: [] }, answers))).markdown;

test('what is open stands first, and each verdict is counted and worded alike', () => {
  const text = shown([
    claim('R1', 'proven'),
    claim('R2', 'not-proven', { evidence: [] }),
    claim('R3', 'missed'),
    claim('R4', 'waived'),
  ]);
  expect(text).toContain('\\[1 missed\\] \\[1 not proven\\] \\[1 waived\\] \\[1 proven\\]');
  expect(
    [...text.matchAll(/^\| `(R\d)`.*\| \\\[(.*)\\\] \|$/gm)].map(([, id, verdict]) => [id, verdict]),
  ).toEqual([
    ['R3', 'missed'],
    ['R2', 'not proven'],
    ['R4', 'waived'],
    ['R1', 'proven'],
  ]);
  expect(text).toContain('| `R2` The rule R2 of `app_user` | It was tried. (no evidence) |');
});

test('nothing that is not proven is called proven', () => {
  expect(shown([claim('R1', 'not-proven')])).toContain('\\[Not proven\\]');
  expect(shown([claim('R1', 'missed')])).toContain('\\[Failed\\]');
  expect(shown([claim('R1', 'proven')])).toContain('\\[Proven\\]');
});

test('a hundred claims fit, each of them named or counted, what is open before what is proven', () => {
  const claims = Array.from({ length: 100 }, (_, at) =>
    claim(`R${at}`, at % 20 === 0 ? 'not-proven' : 'proven'),
  );
  const comment = commentOf({ hash: 'h', report: made(claims), files: [] }, 'comments');
  expect(stored(comment)).toBeLessThanOrEqual(longestComment);
  const text = adfToMarkdown(adfOf(comment)).markdown;
  for (const id of ['R0', 'R20', 'R40', 'R60', 'R80']) expect(text).toContain(`| \`${id}\``);
  const rows = text.split('\n').filter((line) => line.startsWith('| `R')).length;
  expect(text).toContain(`${100 - rows} more claims are in the report`);
});

test('questions are numbered past the ids of claims, and stand in no table', () => {
  const claims = [
    claim('Q1', 'proven', { kind: 'access' }),
    claim('?1', 'not-proven', {
      says: 'How many rows?',
      evidence: [{ basis: 'assumed', text: 'x', shown: '2M' }],
    }),
    claim('?2', 'not-proven', { says: 'Who reads it?', evidence: [] }),
  ];
  expect(questionsOf(made(claims))).toEqual([
    { label: 'Q2', claim: '?1', text: 'How many rows?', guess: '2M' },
    { label: 'Q3', claim: '?2', text: 'Who reads it?' },
  ]);
  const text = shown(claims);
  expect(text).toContain('- **Q2** How many rows? For example: `2M`\n- **Q3** Who reads it?');
  expect(text).not.toContain('`?1`');
  // How to answer is told where answers are read; elsewhere the block is the only place.
  expect(text).toContain('begin a line of a new comment with the number: `Q2: …`');
  expect(shown(claims, 'block')).toContain('To answer, complete the block of the task; name the numbers');
  expect(shown(claims, 'block')).not.toContain('Q2: …');
});
