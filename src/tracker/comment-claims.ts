/** Claims as a table: what is open first, each with what its verdict rests on. */
import type { Claim, ClaimVerdict } from '../report/model.ts';
import { code, status, type DocumentBlock, type Inline, type Tone } from './document.ts';
import { isQuestion } from './questions.ts';
import { shownLine } from './shown.ts';

const words: Readonly<Record<ClaimVerdict, string>> = {
  missed: 'missed',
  'not-proven': 'not proven',
  waived: 'waived',
  proven: 'proven',
};
const tones: Readonly<Record<ClaimVerdict, Tone>> = {
  missed: 'bad',
  'not-proven': 'warning',
  waived: 'plain',
  proven: 'good',
};
const order: readonly ClaimVerdict[] = ['missed', 'not-proven', 'waived', 'proven'];

/** Claims without the questions among them: missed, not proven, waived, proven; the checklist after the task's own. */
export function openFirst(claims: readonly Claim[]): readonly Claim[] {
  const own = claims.filter((claim) => !isQuestion(claim));
  return order.flatMap((verdict) => {
    const these = own.filter((claim) => claim.verdict === verdict);
    return [
      ...these.filter(({ kind }) => kind !== 'checklist'),
      ...these.filter(({ kind }) => kind === 'checklist'),
    ];
  });
}

/** How many there are of each verdict, in the same size each. */
export function tally(claims: readonly Claim[]): readonly Inline[] {
  return order.flatMap((verdict) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    return count === 0
      ? []
      : [status(`${count} ${words[verdict]}`, tones[verdict]), { kind: 'text', text: ' ' } as const];
  });
}

/** Claims by their ids alone, each verdict for itself; ids beyond so many characters are counted. */
export function named(claims: readonly Claim[], length: number): readonly Inline[] {
  return order.flatMap((verdict) => {
    const ids = claims.filter((claim) => claim.verdict === verdict).map(({ id }) => shownLine(id, 40));
    if (ids.length === 0) return [];
    let shown = 0;
    for (let used = 0; shown < ids.length && used + ids[shown]!.length <= length; shown++)
      used += ids[shown]!.length + 2;
    const more = ids.length - shown;
    return [
      status(`${ids.length} ${words[verdict]}`, tones[verdict]),
      { kind: 'text', text: ' ' } as const,
      ...(shown === 0 ? [] : [code(ids.slice(0, shown).join(', '))]),
      { kind: 'text', text: more > 0 && shown > 0 ? ` and ${more} more ` : ' ' } as const,
    ];
  });
}

/** The table requirement → proof → verdict. */
export function claimRows(
  claims: readonly Claim[],
  said: (text: string, length: number) => readonly Inline[],
): DocumentBlock {
  return {
    kind: 'table',
    head: ['Requirement', 'Proof', 'Verdict'].map((text) => [{ kind: 'text', text }]),
    rows: claims.map((claim) => [
      [code(shownLine(claim.id, 40)), { kind: 'text', text: ' ' }, ...said(claim.says, 160)],
      [...said(claim.because, 240), { kind: 'text', text: ` (${basisOf(claim)})` }],
      [status(words[claim.verdict], tones[claim.verdict])],
    ]),
  };
}

/** How what is shown for a claim is known. */
function basisOf({ evidence }: Claim): string {
  const known = (['measured', 'derived', 'assumed'] as const).filter((basis) =>
    evidence.some((each) => each.basis === basis),
  );
  return known.length === 0 ? 'no evidence' : known.join(', ');
}
