/** What the living comment asked, and when: an answer by number belongs to the list that stood when it was written. */
import { canonicalJson } from '../../base/hash.ts';

/** Numbered questions of the living comment. */
export interface Asked {
  /** Since when they stand, by the clock of the site, milliseconds. */
  readonly at: number;
  readonly questions: readonly { readonly label: string; readonly text: string }[];
}

/** Lists of questions that are kept: answers to older ones by number count no more. */
export const mostAsked = 8;

/** What was asked so far and now: a new list where the questions are not those of the last one. */
export function askedWith<T extends Pick<Asked, 'questions'>>(before: readonly T[], now: T): readonly T[] {
  const last = before.at(-1)?.questions ?? [];
  return canonicalJson(last) === canonicalJson(now.questions) ? before : [...before, now];
}
