/** A report in as few words as an agent needs to go on; the whole of it is read by parts. */
import { mostTokens } from '../../../base/tokens.ts';
import { formatMs } from '../../../base/units.ts';
import { clean, oneLine, shorten } from '../../../render/clean.ts';
import { drawBlock } from '../../../render/markdown/blocks.ts';
import { severityWords, sortClaims, sortFindings, verdictWord } from '../../../render/words.ts';
import type { Claim, Finding, Report } from '../../../report/model.ts';
import { quoted, untrustedNote } from './untrusted.ts';

/** Most tokens of an answer, its object included. */
const answerTokens = 7_500;
/** Most tokens of a page or of blocks in the text, and of the command's own output in the object. */
const bodyTokens = 3_000;

/** How much is told; what is left out is counted, and read by parts. */
interface Measure {
  readonly claims: number;
  readonly ids: number;
  readonly findings: number;
  /** Characters of a sentence. */
  readonly text: number;
}

/** From what is usual to what always fits. */
const measures: readonly Measure[] = [
  { claims: 25, ids: 150, findings: 10, text: 160 },
  { claims: 12, ids: 60, findings: 5, text: 100 },
  { claims: 5, ids: 20, findings: 3, text: 40 },
  { claims: 2, ids: 10, findings: 2, text: 16 },
];

/** Whether a text takes at most so many tokens; what is very long is not counted. */
function fitsIn(text: string, tokens: number): boolean {
  return text.length <= tokens * 8 && mostTokens(text) <= tokens;
}

/** What stands beside the report in an answer. */
export interface Beside {
  /** Id of the run, when it was one. */
  readonly run?: string;
  /** Sentences about the run itself. */
  readonly notes: readonly string[];
  /** Blocks are the answer; of a run they stay in its files. */
  readonly blocks: boolean;
  /** The report was read from a file that anybody may have written: all of it is quoted. */
  readonly stored?: boolean;
}

/** A report as a text, and as an object for clients that read objects only. */
export interface Brief {
  readonly text: string;
  readonly object: Record<string, unknown>;
}

/** Verdict, headline, claims, findings, what limits them, and what to do next; together at most some 7,500 tokens. */
export function brief(report: Report, beside: Beside): Brief {
  const body = beside.blocks ? bodyOf(report) : [];
  const own = ownOutput(report.output);
  const made = (measure: Measure): Brief => ({
    text: textOf(report, beside, body, measure),
    object: { ...own, ...objectOf(report, beside, measure) },
  });
  const fits = ({ text, object }: Brief): boolean => fitsIn(text + JSON.stringify(object), answerTokens);
  const briefs = measures.map((measure) => made(measure));
  return briefs.find(fits) ?? briefs.at(-1)!;
}

function textOf(
  report: Report,
  { run, notes, stored = false }: Beside,
  body: readonly string[],
  measure: Measure,
): string {
  const { claims, findings, meta, next } = report;
  const say = (text: string): string => shorten(text, measure.text);
  const facts = [run && `run ${run}`, meta.server, formatMs(meta.ms)].filter((part) => part !== undefined);
  const data = [
    `# ${say(report.title)}`,
    ...claimLines(claims, measure),
    ...findingLines(findings, measure),
    ...(meta.limits.length > 0
      ? [
          `What limits the evidence:\n${meta.limits
            .slice(0, 5)
            .map((text) => `- ${say(text)}`)
            .join('\n')}`,
        ]
      : []),
    ...body,
  ];
  const head = `**${verdictWord(report)}.** ${shorten(report.headline, measure.text * 2)} (${facts.join(', ')})`;
  const after =
    next.length > 0
      ? [
          `Next:\n${nextOf(report, measure)
            .map((one) => `- \`${one.command}\`: ${one.why}`)
            .join('\n')}`,
        ]
      : [];
  return stored
    ? [...notes, quoted([head, ...data, ...after].join('\n\n'))].join('\n\n')
    : [head, ...notes, quoted(data.join('\n\n')), ...after].join('\n\n');
}

function objectOf(report: Report, { run, notes }: Beside, measure: Measure): Record<string, unknown> {
  const { open, waived, proven } = sortClaims(report.claims);
  const say = (text: string): string => shorten(text, measure.text);
  const told = [...open, ...waived, ...proven].slice(0, measure.ids);
  const findings = sortFindings(report.findings).slice(0, measure.findings);
  const leftOut = report.claims.length - told.length + report.findings.length - findings.length;
  return {
    command: report.command,
    ...(run === undefined ? {} : { runId: run, state: 'finished' }),
    verdict: report.verdict,
    headline: shorten(report.headline, measure.text * 2),
    ...(notes.length > 0 ? { notes } : {}),
    claims: told.map(({ id, verdict, because }, at) => ({
      id: shorten(id, 40),
      verdict,
      ...(at < Math.min(open.length, measure.claims) ? { because: say(because) } : {}),
    })),
    findings: findings.map(({ rule, severity, place, message }) => ({
      rule,
      severity,
      place: shorten(place, Math.min(80, measure.text)),
      message: say(message),
    })),
    ...(leftOut > 0 ? { notTold: `${leftOut} more claims and findings, by the tool report` } : {}),
    next: nextOf(report, measure),
    untrusted: untrustedNote,
  };
}

function nextOf({ next }: Report, { text, findings }: Measure): Report['next'] {
  return next.slice(0, Math.min(6, findings)).map(({ command, why }) => ({
    command: shorten(command, Math.min(200, text * 2)),
    why: shorten(why, text),
  }));
}

function claimLines(claims: readonly Claim[], measure: Measure): readonly string[] {
  if (claims.length === 0) return [];
  const { open, waived, proven } = sortClaims(claims);
  const ids = (of: readonly Claim[]): string =>
    `${of
      .slice(0, measure.ids)
      .map(({ id }) => shorten(id, 40))
      .join(' ')}${of.length > measure.ids ? ` and ${of.length - measure.ids} more` : ''}`;
  const line = ({ id, verdict, says, because }: Claim): string =>
    `- ${shorten(id, 40)} ${verdict}: ${shorten(says, measure.text * 0.6)} — ${shorten(because, measure.text)}`;
  return [
    ...(open.length > 0
      ? [
          [
            `Open (${open.length}):`,
            ...open.slice(0, measure.claims).map(line),
            ...(open.length > measure.claims ? [`- and ${ids(open.slice(measure.claims))}`] : []),
          ].join('\n'),
        ]
      : []),
    ...(proven.length > 0 ? [`Proven (${proven.length}): ${ids(proven)}`] : []),
    ...(waived.length > 0 ? [`Waived (${waived.length}): ${ids(waived)}`] : []),
  ];
}

function findingLines(findings: readonly Finding[], measure: Measure): readonly string[] {
  if (findings.length === 0) return [];
  const told = sortFindings(findings).slice(0, measure.findings);
  return [
    [
      `Findings (${findings.length}):`,
      ...told.map(
        ({ severity, place, message, rule }) =>
          `- ${severityWords[severity]} at ${shorten(place, Math.min(80, measure.text))}: ${shorten(message, measure.text)} (${rule})`,
      ),
      ...(findings.length > told.length ? [`- ${findings.length - told.length} more`] : []),
    ].join('\n'),
  ];
}

/** A page that the command made to be read as it is; else its blocks in their order, as long as there is room. */
function bodyOf({ output, blocks }: Report): readonly string[] {
  const { text: page } = output;
  if (typeof page === 'string' && fitsIn(page, bodyTokens)) return [page];
  let room = bodyTokens;
  const kept: string[] = [];
  const left: string[] = [];
  for (const block of blocks) {
    const text = block.kind === 'code' ? clean(block.text) : drawBlock(block);
    if (fitsIn(text, room)) {
      kept.push(text);
      room -= mostTokens(text);
    } else left.push(shorten(block.id, 40));
  }
  return left.length === 0
    ? kept
    : [...kept, `Left out since they are long: ${left.slice(0, 20).join(', ')}.`];
}

/** What the command says of its own, without what would make the answer long. */
function ownOutput(output: Report['output']): Record<string, unknown> {
  let room = bodyTokens;
  const left: string[] = [];
  const kept = Object.entries(output).filter(([name, value]) => {
    const text = JSON.stringify(value) ?? '';
    if (!fitsIn(text, room)) {
      left.push(oneLine(name));
      return false;
    }
    room -= mostTokens(text);
    return true;
  });
  return {
    ...(JSON.parse(JSON.stringify(Object.fromEntries(kept))) as Record<string, unknown>),
    ...(left.length > 0 ? { leftOut: left.slice(0, 20) } : {}),
  };
}
