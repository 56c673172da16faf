/** The open questions of a report, numbered so that people can name them. */
import type { Claim, Report } from '../report/model.ts';

export interface OpenQuestion {
  /** `Q1`; a number that a claim of the same report has already is left out. */
  readonly label: string;
  /** Id of the claim that asks. */
  readonly claim: string;
  readonly text: string;
  /** An answer worth proposing. */
  readonly guess?: string;
}

/** Whether a claim is a question: those have ids such as `?1`. */
export function isQuestion({ id }: Claim): boolean {
  return /^\?\d+$/.test(id);
}

/** The questions of a report in its order. */
export function questionsOf({ claims }: Report): readonly OpenQuestion[] {
  const taken = new Set(claims.map(({ id }) => id));
  let number = 0;
  return claims.filter(isQuestion).map(({ id, says, evidence }) => {
    do number += 1;
    while (taken.has(`Q${number}`));
    const guess = evidence.find(({ shown }) => shown !== undefined)?.shown;
    return { label: `Q${number}`, claim: id, text: says, ...(guess === undefined ? {} : { guess }) };
  });
}
