/** The story of `dbd verify`. */
import { plural } from '../../base/text.ts';
import { column, report } from '../../report/build.ts';
import type { Block, Finding, Next, Report } from '../../report/model.ts';
import { verify, type Verified } from '../../runner/verify.ts';
import { finding } from './status.ts';
import { call, called, type StoryOptions } from './story.ts';

/** Compares history, files and structure; verdict `failed` when anything differs. */
export async function verifyStory(options: StoryOptions & { readonly observe: boolean }): Promise<Report> {
  const started = performance.now();
  const found = await verify(options);
  const findings = findingsOf(found, call(options, 'repair'));
  const wrong = findings.filter(({ severity }) => severity === 'error').length;
  return report({
    command: 'verify',
    title: `History, files and structure of ${called(options.target)}`,
    headline:
      wrong > 0
        ? `${plural(wrong, 'difference')} on ${called(options.target)}: ${findings[0]!.message}`
        : `${called(options.target)} is what its history and the files say.`,
    started,
    verdict: wrong > 0 ? 'failed' : 'proven',
    server: found.server,
    findings,
    blocks: observedBlock(found),
    limits: [
      ...found.said,
      'Compared by reading the catalog; rows are not compared.',
      ...found.observed.flatMap(({ unseen }) => unseen.map((what) => `Not seen: ${what}.`)),
    ],
    next: nextOf(options, found),
    output: {
      problems: found.problems,
      drift: found.drift ?? [],
      judged: found.drift !== undefined,
      ...(found.apart ? { apart: found.apart } : {}),
      invalid: found.invalid,
      half: found.half,
      observed: found.observed,
    },
  });
}

function findingsOf(
  { problems, drift = [], apart, invalid, half }: Verified,
  repair: string,
): readonly Finding[] {
  return [
    ...problems.map(finding),
    ...half.map(({ change, step, found }): Finding => ({
      rule: 'step-unfinished',
      severity: 'error',
      place: `${change}, ${step}`,
      message: `The step was begun and nobody saw its end. ${found}`,
      instead: repair,
    })),
    ...drift.map((text): Finding => ({
      rule: 'structure-drifted',
      severity: 'error',
      place: text.replace(/ (?:is new|is gone|differs)$/, ''),
      message: `${text} since the last run.`,
    })),
    ...(apart?.differences ?? []).map((text): Finding => ({
      rule: 'environments-apart',
      severity: 'warning',
      place: text.replace(/ (?:is new|is gone|differs)$/, ''),
      message: `${text}, compared with ${apart!.from}, where the same changes have run.`,
    })),
    ...invalid.map((index): Finding => ({
      rule: 'index-invalid',
      severity: 'warning',
      place: index,
      message: `The index ${index} is not valid: it costs writes and serves no query.`,
      instead: `DROP INDEX CONCURRENTLY ${index}; and build it again.`,
    })),
  ];
}

function observedBlock({ observed }: Verified): readonly Block[] {
  if (observed.length === 0) return [];
  return [
    {
      id: 'observed',
      title: 'Who uses what contract phases take away',
      kind: 'table',
      columns: [column('change'), column('contract may run'), column('because')],
      rows: observed.map(({ change, quiet, because }) => [
        change,
        quiet ? { text: 'yes', tone: 'good' } : { text: 'no', tone: 'bad' },
        because,
      ]),
    },
  ];
}

function nextOf(options: StoryOptions, { problems, drift = [], half }: Verified): readonly Next[] {
  return [
    ...problems.slice(0, 3).map(({ next, text }) => ({ command: next, why: text })),
    ...(half.length > 0
      ? [
          {
            command: `${call(options, 'repair')} --clear`,
            why: 'takes half steps away and lets them run again',
          },
        ]
      : []),
    ...(drift.length > 0
      ? [
          {
            command: `${call(options, 'repair')} --accept-structure "why"`,
            why: 'takes the structure of today as the one to go on from',
          },
        ]
      : []),
    { command: call(options, 'status'), why: 'what has run here, and what waits' },
  ];
}
