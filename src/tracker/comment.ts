/** The one living comment of a task: how it stands, what is proven by what, what is open, and where the rest is. */
import { plural } from '../base/text.ts';
import type { Report, Verdict } from '../report/model.ts';
import { claimRows, named, openFirst, tally } from './comment-claims.ts';
import {
  code,
  heading,
  paragraph,
  sentence,
  status,
  strong,
  type Document,
  type DocumentBlock,
  type Inline,
  type Tone,
  type Words,
} from './document.ts';
import { adfLength } from './jira/adf/write.ts';
import { wikiLength } from './jira/wiki/write.ts';
import type { Publication } from './model.ts';
import { questionsOf } from './questions.ts';
import { shownLine } from './shown.ts';

/** Most characters of the stored comment, in whichever format is longer; a quarter of what Jira takes, since it counts what it stores. The line by which a comment is found again needs the rest of 8,000. */
export const longestComment = 7600;

/** Where answers are read: in comments of the same place, or in the block alone. */
export type Answers = 'comments' | 'block';

const howToAnswer: Readonly<Record<Answers, (label: string) => Words>> = {
  comments: (label) => [
    'To answer, begin a line of a new comment with the number: ',
    code(`${label}: …`),
    '; or complete the block of the task.',
  ],
  block: () => ['To answer, complete the block of the task; name the numbers where you discuss them.'],
};

interface Told extends Publication {
  readonly answers: Answers;
}

const mostRows = 40;
const mostQuestions = 10;
const mostFigures = 5;
const mostFiles = 12;
const mostOther = 3;

/** What a task is told. Text of the report is shown as text and code: it cannot notify anybody, break out, or pass for something else. */
export function commentOf(given: Publication, answers: Answers): Document {
  const publication: Told = { ...given, answers };
  const claims = openFirst(publication.report.claims);
  const rows = Math.min(mostRows, claims.length);
  const open = claims.filter(
    ({ kind, verdict }) => kind !== 'checklist' && (verdict === 'missed' || verdict === 'not-proven'),
  ).length;
  let best: Room = { claims: 0.12, rest: 0.12, rows: 0 };
  for (const [at, lengths] of steps.entries()) {
    const most = mostRowsOf(rows, (count) => fits(publication, { ...lengths, rows: count }));
    if (most >= 0) best = { ...lengths, rows: most };
    // What is open stands in the table, if need be in shorter words; what is proven is named at least.
    if (most >= Math.min(rows, open) || (most >= 0 && at >= 2)) break;
  }
  return write(publication, best);
}

/** Shares of the usual lengths, of the claims' sentences and of the rest: the claims give way first. */
const steps: readonly Omit<Room, 'rows'>[] = [
  { claims: 1, rest: 1 },
  { claims: 0.6, rest: 1 },
  { claims: 0.4, rest: 1 },
  { claims: 0.3, rest: 0.3 },
  { claims: 0.12, rest: 0.12 },
];

function fits(publication: Told, room: Room): boolean {
  return stored(write(publication, room)) <= longestComment;
}

/** The largest count up to `rows` that fits; -1 where none does. */
function mostRowsOf(rows: number, fitting: (count: number) => boolean): number {
  let most = -1;
  for (let low = 0, high = rows; low <= high;) {
    const middle = (low + high) >> 1;
    if (fitting(middle)) [most, low] = [middle, middle + 1];
    else high = middle - 1;
  }
  return most;
}

/** Characters of a document as Jira stores it: JSON in the Cloud, wiki markup in a Data Center. */
export function stored(document: Document): number {
  return Math.max(adfLength(document), wikiLength(document));
}

interface Room {
  /** Share of the usual length that the sentences of a claim may have. */
  readonly claims: number;
  /** The same of everything else. */
  readonly rest: number;
  /** Claims in the table. */
  readonly rows: number;
}

function write({ report, files, link, answers }: Told, { claims: share, rest: scale, rows }: Room): Document {
  const cut = (text: string, length: number): string =>
    shownLine(text, Math.max(8, Math.round(length * scale)));
  const said = (text: string, length: number): readonly Inline[] => sentence(cut(text, length));
  const claimed = (text: string, length: number): readonly Inline[] =>
    sentence(shownLine(text, Math.max(8, Math.round(length * share))));
  const rest = files.some(({ name }) => /^report\b/.test(name)) ? 'in the attached report' : 'in the report';
  const claims = openFirst(report.claims);
  const questions = questionsOf(report);
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  return {
    blocks: [
      heading(3, cut(report.title, 160)),
      paragraph(standing(report), ' ', ...said(report.headline, 300)),
      ...(claims.length === 0 ? [] : [paragraph(...tally(claims))]),
      ...(rows === 0 ? [] : [claimRows(claims.slice(0, rows), claimed)]),
      ...(claims.length > rows
        ? [
            paragraph(
              `${plural(claims.length - rows, 'more claim is', 'more claims are')} ${rest}: `,
              ...named(claims.slice(rows), Math.round(600 * scale)),
            ),
          ]
        : []),
      ...part('Errors found', errors, mostOther, rest, ({ rule, message }) => [
        code(cut(rule, 60)),
        ': ',
        ...said(message, 200),
      ]),
      ...part('In figures', figuresOf(report), mostFigures, undefined, ({ label, value, basis }) => [
        `${cut(label, 60)}: `,
        strong(cut(value, 80)),
        ` (${basis})`,
      ]),
      ...part('Open questions', questions, mostQuestions, rest, ({ label, text, guess }) => [
        strong(label),
        ' ',
        ...said(text, 200),
        ...(guess === undefined ? [] : [' For example: ', code(cut(guess, 80))]),
      ]),
      ...(questions.length === 0 ? [] : [paragraph(...howToAnswer[answers](questions[0]!.label))]),
      ...part('What limits this', report.meta.limits, mostOther, rest, (limit) => said(limit, 200)),
      ...(link === undefined
        ? []
        : [paragraph('The change: ', { kind: 'link', text: cut(link.title, 120), url: link.url })]),
      ...(files.length === 0
        ? []
        : [
            paragraph(
              `${plural(files.length, 'file')}: `,
              ...files
                .slice(0, mostFiles)
                .flatMap(({ name }, at) => [at === 0 ? '' : ', ', code(cut(name, 120))]),
              files.length > mostFiles ? ` and ${files.length - mostFiles} more` : '',
            ),
          ]),
      paragraph({ kind: 'text', em: true, text: provenance(report, cut) }),
    ],
  };
}

/** A list with its title; what does not fit is counted, and nothing stands for an empty one. */
function part<T>(
  title: string,
  all: readonly T[],
  most: number,
  rest: string | undefined,
  line: (each: T) => readonly (string | Inline)[],
): readonly DocumentBlock[] {
  if (all.length === 0) return [];
  const items = all.slice(0, most).map((each) => [paragraph(...line(each))]);
  const more = all.length - items.length;
  return [
    heading(4, title),
    {
      kind: 'bullets',
      items: [...items, ...(more > 0 && rest !== undefined ? [[paragraph(`${more} more ${rest}`)]] : [])],
    },
  ];
}

const tones: Readonly<Record<Verdict, Tone>> = { proven: 'good', conditions: 'warning', failed: 'bad' };

function standing(report: Report): Inline {
  const { verdict, claims } = report;
  const none = verdict === 'conditions' && !claims.some((claim) => claim.verdict === 'proven');
  const words: Readonly<Record<Verdict, string>> = {
    proven: claims.length > 0 ? 'Proven' : 'Done',
    conditions: none ? 'Not proven' : 'Proven, with conditions',
    failed: 'Failed',
  };
  return status(words[verdict], tones[verdict]);
}

/** The first figures of a report, what is bad before the rest. */
function figuresOf({ blocks }: Report): readonly { label: string; value: string; basis: string }[] {
  const facts = blocks.flatMap((block) => (block.kind === 'facts' ? block.facts : []));
  return [...facts.filter(({ tone }) => tone === 'bad'), ...facts.filter(({ tone }) => tone !== 'bad')];
}

function provenance({ meta }: Report, cut: (text: string, length: number) => string): string {
  const server = meta.server === undefined ? '' : ` on ${cut(meta.server, 80)}`;
  return `Run by dbd ${cut(meta.dbd, 20)}${server}, ${cut(meta.at.slice(0, 16).replace('T', ' '), 16)} UTC. A sandbox proves nothing about your own rows.`;
}
