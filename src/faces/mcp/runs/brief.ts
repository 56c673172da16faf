/** A report in as few words as an agent needs to go on; the whole of it is read by parts. */
import { mostTokens } from '../../../base/tokens.ts';
import { formatMs } from '../../../base/units.ts';
import { clean, oneLine, shorten } from '../../../render/clean.ts';
import { drawBlock } from '../../../render/markdown/blocks.ts';
import { severityWords, sortClaims, sortFindings, verdictWord } from '../../../render/words.ts';
import type { Claim, Finding, Report } from '../../../report/model.ts';
import { quoted, untrustedNote } from './untrusted.ts';

/** Findings that are told; the others are counted. */
const toldFindings = 10;
/** Open claims that are told with their reasons; the others by id. */
const toldClaims = 25;
/** Limits of the evidence that are told. */
const toldLimits = 5;
/** Most tokens of blocks within a text, and of a command's own output as an object. */
const blockTokens = 3_000;
const outputTokens = 3_000;

/** What stands beside the report in an answer. */
export interface Beside {
  /** Id of the run, when it was one. */
  readonly run?: string;
  /** Sentences about the run itself. */
  readonly notes: readonly string[];
  /** Blocks are the answer; of a run they stay in its files. */
  readonly blocks: boolean;
}

/** The answer's text: verdict, headline, claims, findings, files and what to do next. */
export function briefText(report: Report, { run, notes, blocks }: Beside): string {
  const { claims, findings, meta, next } = report;
  const facts = [run && `run ${run}`, meta.server, formatMs(meta.ms)].filter((part) => part !== undefined);
  const data = [
    `# ${oneLine(report.title)}`,
    ...claimLines(claims),
    ...findingLines(findings),
    ...(meta.limits.length > 0
      ? [
          `What limits the evidence:\n${meta.limits
            .slice(0, toldLimits)
            .map((text) => `- ${shorten(text, 160)}`)
            .join('\n')}`,
        ]
      : []),
    ...(blocks ? bodyOf(report) : []),
  ];
  return [
    `**${verdictWord(report)}.** ${shorten(report.headline, 400)}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`,
    ...notes,
    quoted(data.join('\n\n')),
    ...(next.length > 0
      ? [
          `Next:\n${next
            .slice(0, 6)
            .map((one) => `- \`${oneLine(one.command).slice(0, 200)}\`: ${shorten(one.why, 120)}`)
            .join('\n')}`,
        ]
      : []),
  ].join('\n\n');
}

/** The same as an object, for clients that read objects only. */
export function briefObject(report: Report, { run, notes }: Beside): Record<string, unknown> {
  const { open, waived, proven } = sortClaims(report.claims);
  return {
    ...ownOutput(report.output),
    command: report.command,
    ...(run === undefined ? {} : { runId: run, state: 'finished' }),
    verdict: report.verdict,
    headline: shorten(report.headline, 400),
    ...(notes.length > 0 ? { notes } : {}),
    claims: [
      ...open.map(({ id, verdict, because }, at) => ({
        id,
        verdict,
        ...(at < toldClaims ? { because: shorten(because, 160) } : {}),
      })),
      ...[...waived, ...proven].map(({ id, verdict }) => ({ id, verdict })),
    ],
    findings: sortFindings(report.findings)
      .slice(0, toldFindings)
      .map(({ rule, severity, place, message }) => ({
        rule,
        severity,
        place: shorten(place, 80),
        message: shorten(message, 160),
      })),
    next: report.next
      .slice(0, 6)
      .map(({ command, why }) => ({ command: command.slice(0, 200), why: shorten(why, 120) })),
    untrusted: untrustedNote,
  };
}

function claimLines(claims: readonly Claim[]): readonly string[] {
  if (claims.length === 0) return [];
  const { open, waived, proven } = sortClaims(claims);
  const ids = (of: readonly Claim[]): string => of.map(({ id }) => oneLine(id)).join(' ');
  return [
    ...(open.length > 0
      ? [
          [
            `Open (${open.length}):`,
            ...open
              .slice(0, toldClaims)
              .map(
                (claim) =>
                  `- ${oneLine(claim.id)} ${claim.verdict}: ${shorten(claim.says, 100)} — ${shorten(claim.because, 160)}`,
              ),
            ...(open.length > toldClaims ? [`- and ${ids(open.slice(toldClaims))}`] : []),
          ].join('\n'),
        ]
      : []),
    ...(proven.length > 0 ? [`Proven (${proven.length}): ${ids(proven)}`] : []),
    ...(waived.length > 0 ? [`Waived (${waived.length}): ${ids(waived)}`] : []),
  ];
}

function findingLines(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return [];
  const told = sortFindings(findings).slice(0, toldFindings);
  return [
    [
      `Findings (${findings.length}):`,
      ...told.map(
        ({ severity, place, message, rule }) =>
          `- ${severityWords[severity]} at ${shorten(place, 80)}: ${shorten(message, 160)} (${rule})`,
      ),
      ...(findings.length > told.length ? [`- ${findings.length - told.length} more`] : []),
    ].join('\n'),
  ];
}

/** A page that the command made to be read as it is, or its blocks. */
function bodyOf(report: Report): readonly string[] {
  const { text } = report.output;
  return typeof text === 'string' && mostTokens(text) <= blockTokens ? [text] : blockTexts(report);
}

/** Blocks in their order, as long as there is room; those that are left out are named. */
function blockTexts({ blocks }: Report): readonly string[] {
  let room = blockTokens;
  const kept: string[] = [];
  const left: string[] = [];
  for (const block of blocks) {
    const text = block.kind === 'code' ? clean(block.text) : drawBlock(block);
    const weight = mostTokens(text);
    if (weight <= room) {
      kept.push(text);
      room -= weight;
    } else left.push(oneLine(block.id));
  }
  return [
    ...kept,
    ...(left.length > 0 ? [`Left out since they are long: ${left.slice(0, 20).join(', ')}.`] : []),
  ];
}

/** What the command says of its own, without what would make the answer long. */
function ownOutput(output: Report['output']): Record<string, unknown> {
  let room = outputTokens;
  const left: string[] = [];
  const kept = Object.entries(output).filter(([name, value]) => {
    const weight = mostTokens(JSON.stringify(value) ?? '');
    if (weight > room) {
      left.push(name);
      return false;
    }
    room -= weight;
    return true;
  });
  return {
    ...(JSON.parse(JSON.stringify(Object.fromEntries(kept))) as Record<string, unknown>),
    ...(left.length > 0 ? { leftOut: left } : {}),
  };
}
