/** Effort and risk of a change, from what was measured; every assumption is named. */
import { formatMs } from '../base/units.ts';
import { plural } from '../base/text.ts';
import type { Basis } from '../report/model.ts';
import { block, bullet, prose, table } from './markdown.ts';

/** What the estimate rests on. */
export interface EstimateFacts {
  readonly title: string;
  /** Files a person runs, and steps in them. */
  readonly files: number;
  readonly steps: number;
  /** Time of the whole change on the twin, milliseconds. */
  readonly upMs?: number;
  readonly downMs?: number;
  /** Steps whose time grows with the rows of a table: time on the twin and the rows there and in production. */
  readonly growing: readonly {
    readonly step: string;
    readonly ms: number;
    readonly rows: number;
    readonly productionRows: number;
  }[];
  /** Longest wait of an existing query, milliseconds, and what is allowed. */
  readonly worstStallMs?: number;
  readonly blockedMs?: number;
  readonly rewrites: number;
  readonly destructive: readonly string[];
  /** Preconditions that only the user's rows can show. */
  readonly preconditions: number;
  readonly roundTrip: 'proven' | 'missed' | 'not-proven';
  readonly open: readonly string[];
  readonly missed: readonly string[];
  readonly assumptions: number;
}

export type RiskLevel = 'low' | 'medium' | 'high';

export interface Risk {
  readonly level: RiskLevel;
  readonly about: string;
  readonly because: string;
  readonly basis: Basis;
}

/** Minutes of a person per command: read it, run it, look at what the watch queries show. Assumed. */
export const minutesPerCommand = 5;
/** A figure is carried this many times further than it was measured; beyond that only a range is honest. */
const furthest = 10;

/** Time of the change at production's rows, milliseconds: the twin's time with the growing steps carried in proportion to rows. */
export function productionMs(
  facts: EstimateFacts,
): { readonly ms: number; readonly sound: boolean } | undefined {
  if (facts.upMs === undefined) return undefined;
  const factor = (step: EstimateFacts['growing'][number]): number =>
    Math.max(1, step.productionRows / Math.max(1, step.rows));
  return {
    ms: facts.upMs + facts.growing.reduce((sum, step) => sum + step.ms * (factor(step) - 1), 0),
    sound: facts.growing.every((step) => factor(step) <= furthest),
  };
}

/** Risks, highest first; each from a figure or from its absence. */
export function risksOf(facts: EstimateFacts): readonly Risk[] {
  const risks: Risk[] = [];
  const add = (level: RiskLevel, about: string, because: string, basis: Basis = 'measured'): void =>
    void risks.push({ level, about, because, basis });
  const { worstStallMs, blockedMs } = facts;
  if (worstStallMs === undefined)
    add('medium', 'availability', 'no run beside the application was possible', 'assumed');
  else if (blockedMs !== undefined && worstStallMs > blockedMs)
    add(
      'high',
      'availability',
      `a query waited ${formatMs(worstStallMs)} on the twin; ${formatMs(blockedMs)} are allowed`,
    );
  else
    add(
      'low',
      'availability',
      worstStallMs === 0
        ? 'no existing query waited noticeably on the twin'
        : `the longest wait of an existing query on the twin was ${formatMs(worstStallMs)}${blockedMs === undefined ? '' : ` of ${formatMs(blockedMs)} allowed`}`,
    );
  if (facts.rewrites > 0)
    add(
      'high',
      'room and time',
      `${plural(facts.rewrites, 'existing table')} rewritten: readers wait, and the disk needs room for a copy`,
    );
  if (facts.destructive.length > 0)
    add(
      'high',
      'loss',
      `${plural(facts.destructive.length, 'step')} cannot be taken back: ${facts.destructive.join('; ')}`,
      'derived',
    );
  if (facts.roundTrip === 'missed')
    add('high', 'way back', 'the way back failed or left differences on the twin');
  else if (facts.roundTrip === 'not-proven')
    add('medium', 'way back', 'the way back was not proven', 'assumed');
  else add('low', 'way back', 'there, back and there again left no difference on the twin');
  if (facts.preconditions > 0)
    add(
      'medium',
      'your rows',
      `${plural(facts.preconditions, 'step')} can fail on rows that only your database has; the probes tell`,
      'assumed',
    );
  if (facts.missed.length > 0) add('high', 'requirements', `missed: ${facts.missed.join(', ')}`);
  if (facts.open.length > 0) add('medium', 'requirements', `not proven: ${facts.open.join(', ')}`, 'derived');
  if (facts.assumptions > 0)
    add(
      'medium',
      'requirements',
      `${plural(facts.assumptions, 'value')} of the task ${facts.assumptions === 1 ? 'is' : 'are'} assumed`,
      'assumed',
    );
  const weight: Readonly<Record<RiskLevel, number>> = { high: 0, medium: 1, low: 2 };
  return risks.toSorted((a, b) => weight[a.level] - weight[b.level]);
}

/** The estimate as Markdown. */
export function estimate(facts: EstimateFacts): string {
  const derived = productionMs(facts);
  const hands = facts.files * minutesPerCommand;
  return block([
    `# Effort and risk: ${prose(facts.title)}`,
    '## Effort',
    table(
      ['what', 'figure', 'basis'],
      [
        ['commands a person runs', String(facts.files), 'derived'],
        ['steps in them', String(facts.steps), 'derived'],
        ['the change on the twin', facts.upMs === undefined ? 'it failed' : formatMs(facts.upMs), 'measured'],
        [
          'the change at today’s declared rows',
          derived === undefined
            ? 'unknown'
            : derived.sound
              ? `about ${formatMs(derived.ms)}`
              : `${formatMs(derived.ms)} or more: carried further than ten times the twin’s rows`,
          'derived',
        ],
        [
          'the way back on the twin',
          facts.downMs === undefined ? 'not run' : formatMs(facts.downMs),
          'measured',
        ],
        ['a person’s time', `${hands} min, at ${minutesPerCommand} min a command`, 'assumed'],
      ],
    ),
    'Review, tickets and meetings are not in it.',
    '## Risk',
    table(
      ['level', 'about', 'because', 'basis'],
      risksOf(facts).map(({ level, about, because, basis }) => [level, about, prose(because), basis]),
    ),
    ...(facts.growing.length === 0
      ? []
      : [
          '## Steps that grow with rows',
          bullet(
            facts.growing.map(
              ({ step, ms, rows, productionRows }) =>
                `${step}: ${formatMs(ms)} with ${rows} rows on the twin; ${productionRows} declared today`,
            ),
          ),
        ]),
  ]);
}
