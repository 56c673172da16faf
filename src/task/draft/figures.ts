/** Numbers of a text: rows, rates, spans of time. */
import { numberWords } from '../number-words.ts';
import { plural, singular } from './words.ts';

export interface Figures {
  /** Rows of the first thing today. */
  readonly now?: number;
  readonly perDay?: number;
  /** Calls a second. */
  readonly perSecond?: number;
  readonly keepDays?: number;
  readonly then?: 'delete' | 'anonymise' | 'archive';
}

const number = String.raw`(\d{1,3}(?:[,_ ]\d{3})+|\d+(?:\.\d+)?)\s?(k|m|thousand|million|billion)?`;
const perSecond: Readonly<Record<string, number>> = {
  second: 1,
  minute: 1 / 60,
  hour: 1 / 3600,
  day: 1 / 86_400,
  week: 1 / 604_800,
  month: 12 / 31_536_000,
};
const spans: Readonly<Record<string, number>> = { day: 1, week: 7, month: 365 / 12, year: 365 };

/** Reads the figures; `things` are the nouns that they may belong to. */
export function figuresIn(text: string, things: readonly string[]): Figures {
  const rate = new RegExp(
    `${number}[^.;\\n\\d]{0,40}?(?:per|a|an|each|every|/)\\s*(second|minute|hour|day|week|month)\\b`,
    'i',
  ).exec(text);
  const often = rate ? valueOf(rate[1]!, rate[2]) * perSecond[rate[3]!.toLowerCase()]! : undefined;
  const nouns = things.slice(0, 1).flatMap((words) => [words, plural(words), singular(words)]);
  const stock =
    nouns.length === 0
      ? null
      : new RegExp(
          `${number}\\s+(?:existing\\s+|old\\s+)?(?:${nouns.join('|')})\\b(?!\\s*(?:per|a|an|each|every|/)\\s)`,
          'i',
        ).exec(text);
  const kept = new RegExp(
    String.raw`\b(?:keep|kept|retain(?:ed)?|stor(?:e|ed)|delet(?:e|ed)|purg(?:e|ed)|remov(?:e|ed)|expir(?:e|ed|es)|anonymi[sz](?:e|ed)|archiv(?:e|ed))\b[^.;\n]{0,40}?\b(?:for|after|older than)\s+(an?|${Object.keys(numberWords).join('|')}|\d{1,4})\s+(day|week|month|year)s?\b`,
    'i',
  ).exec(text);
  const days = kept ? countOf(kept[1]!.toLowerCase()) * spans[kept[2]!.toLowerCase()]! : 0;
  return {
    ...(stock && rate?.index !== stock.index ? { now: Math.round(valueOf(stock[1]!, stock[2])) } : {}),
    ...(often === undefined || !Number.isFinite(often) || often <= 0
      ? {}
      : { perSecond: often, perDay: Math.max(1, Math.round(often * 86_400)) }),
    ...(days > 0
      ? {
          keepDays: days,
          // oxlint-disable-next-line unicorn/no-thenable -- the word of the task format
          then: /\banonymi[sz]/i.test(text) ? 'anonymise' : /\barchiv/i.test(text) ? 'archive' : 'delete',
        }
      : {}),
  };
}

function countOf(word: string): number {
  return /^an?$/.test(word) ? 1 : (numberWords[word] ?? Number(word));
}

function valueOf(digits: string, unit: string | undefined): number {
  const factor =
    { k: 1e3, thousand: 1e3, m: 1e6, million: 1e6, billion: 1e9 }[unit?.toLowerCase() ?? ''] ?? 1;
  return Math.min(Number(digits.replaceAll(/[,_ ]/g, '')) * factor, 1e12);
}
