/** Reports of any content, hostile texts among them. */
import fc from 'fast-check';
import type { Block, Claim, Report } from '../../src/report/model.ts';
import type { Publication } from '../../src/tracker/model.ts';

/** Texts that try to notify, to break out, to hide, or to be too much. */
export const hostileTexts: readonly string[] = [
  '@everyone [~admin] [~accountid:712020:x] @[Anna](712020:x)',
  '{code}{noformat}{quote}{panel}{color:red}{html}<b>x</b>{html}{include:x}{jql:project = KAN}',
  '<script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; &#64;admin',
  '\u202Etxt.exe\u202C \u2066a\u2069 \u200B\u200F\uFEFF\u{E0041}\u{E007F}\u00AD',
  '\u0000\u0007\u001B[31mred\u001B]0;title\u0007\u009B\uFFFE\uFFFF',
  '\uD800 lone \uDFFF 🎉 👩‍👩‍👧‍👦',
  'h1. Big\nbq. quoted\n----\n|| a || b ||\n* x\n# y\n- z',
  '```yaml\ndbd: 1\n```\n~~~\n> q\n| a | b |\n| - | - |',
  '\\\\ \\{ \\ `a``b` ``` ~~x~~ **b** __c__ ^d^ ??e?? +f+ -g- --- !h.png! !h.png|width=1!',
  '[text|http://evil.example] [x](javascript:alert(1)) http://evil.example/ mailto:a@b.example file:///etc/passwd',
  'app_user_email snake_case__double {id} C++ C:\\temp\\new (/) (x) :) ;) :D',
  '',
  ' ',
  '\n\n\n',
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 3, arbitrary: fc.string({ maxLength: 60 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  // Half of the values are lone surrogates.
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0xd000, max: 0xe0ff }), { maxLength: 20 })
      .map((codes) => String.fromCharCode(...codes)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...hostileTexts), fc.integer({ min: 1, max: 100_000 }))
      .map(([words, length]) => words.repeat(Math.ceil(length / Math.max(1, words.length))).slice(0, length)),
  },
);

const identifier = fc.oneof(
  fc.constantFrom(
    'E1',
    'Q1',
    'Q2',
    '?1',
    '?2',
    '?3',
    'round-trip',
    'app_user_email',
    'a`b',
    '{id}',
    '|',
    '*',
  ),
  text,
);

const claim: fc.Arbitrary<Claim> = fc.record({
  id: identifier,
  kind: fc.constantFrom('entity', 'rule', 'access', 'checklist', 'change'),
  says: text,
  verdict: fc.constantFrom('proven', 'not-proven', 'missed', 'waived'),
  because: text,
  evidence: fc.array(
    fc.record(
      { basis: fc.constantFrom('measured', 'derived', 'assumed'), text, shown: text },
      { requiredKeys: ['basis', 'text'] },
    ),
    { maxLength: 2 },
  ),
});

const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({
    id: text,
    title: text,
    kind: fc.constant('facts' as const),
    facts: fc.array(
      fc.record({
        label: text,
        value: text,
        basis: fc.constantFrom('measured', 'derived', 'assumed'),
        tone: fc.constantFrom('good', 'bad', 'plain'),
      }),
      { maxLength: 7 },
    ),
  }),
  fc.record({ id: text, title: text, kind: fc.constant('text' as const), text }),
);

const report: fc.Arbitrary<Report> = fc.record({
  schema: fc.constant('dbd.report/1' as const),
  command: fc.constant('task'),
  verdict: fc.constantFrom('proven', 'conditions', 'failed'),
  headline: text,
  title: text,
  claims: fc.array(claim, { maxLength: 40 }),
  findings: fc.array(
    fc.record({ rule: text, severity: fc.constantFrom('error', 'warning'), place: text, message: text }),
    { maxLength: 5 },
  ),
  blocks: fc.array(block, { maxLength: 3 }),
  next: fc.constant([]),
  meta: fc.record({
    dbd: fc.constant('0.1.0'),
    server: text,
    at: text,
    ms: fc.nat(),
    limits: fc.array(text, { maxLength: 6 }),
  }),
  output: fc.constant({}),
});

/** Publications of such reports. */
export const publication: fc.Arbitrary<Publication> = fc.record(
  {
    hash: fc.constant('h'),
    report,
    files: fc.array(
      fc.record({ name: text, type: fc.constant('text/plain'), bytes: fc.constant(new Uint8Array()) }),
      { maxLength: 20 },
    ),
    link: fc.record({
      url: fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), text),
      title: text,
    }),
  },
  { requiredKeys: ['hash', 'report', 'files'] },
);
