/** Whether the proof of a change can fail: each mutant is carried out on a copy, and must be told from the change. */
import { mutantsOf, type Mutant } from '../../change/mutate.ts';
import type { Change } from '../../change/model.ts';
import { DbdError } from '../../base/error.ts';
import type { Observation } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import { carried, type ProofOptions } from './prove.ts';

export interface MutationOptions {
  readonly proof: ProofOptions;
  /** The change whose proof is green. */
  readonly change: Change;
  /** No more mutants than this, spread evenly over all; without it, all. */
  readonly most?: number;
}

export interface MutantOutcome {
  readonly kind: string;
  readonly name: string;
  /** What told it from the change; undefined when nothing did: it does the same, or the proof has a hole. */
  readonly killed?: 'failed' | 'structure' | 'rows' | 'way back';
  /** The first thing that was seen. */
  readonly told?: string;
}

/** What a copy looked like after a change, and after its way back. */
interface Seen {
  readonly after: Observation;
  readonly rows: ReadonlyMap<string, string>;
  readonly back?: Observation;
  readonly rowsBack?: ReadonlyMap<string, string>;
  /** The way back could not be carried out. */
  readonly backFailed?: DbdError;
}

/**
 * Carries out every mutant. Columns whose values differ between two runs of the change itself (random or of the clock) are not compared.
 * Throws what keeps the change itself from being carried out.
 */
export async function mutationProof({
  proof,
  change,
  most,
}: MutationOptions): Promise<readonly MutantOutcome[]> {
  const quiet = await reference(proof, change, false);
  // Some changes do not bear writes in the middle: those of rows that break a promise of theirs, for instance.
  const busy = await reference(proof, change, true).catch(() => undefined);
  const early = await backFromEachPhase(proof, change);
  const outcomes: MutantOutcome[] = [];
  for (const mutant of chosen(
    mutantsOf(change, (sql) => proof.engine.witness.mutations(sql)),
    most,
  )) {
    if (proof.signal.aborted) break;
    const told = (verdict: Judged): MutantOutcome => ({ kind: mutant.kind, name: mutant.name, ...verdict });
    const first = judged(proof, mutant, quiet, await seen(proof, mutant.change, false));
    if (first.killed !== undefined) outcomes.push(told(first));
    else if (mutant.back) outcomes.push(told(await takenBackEarly(proof, mutant, early)));
    else if (busy) outcomes.push(told(judged(proof, mutant, busy, await seen(proof, mutant.change, true))));
    else outcomes.push(told(first));
  }
  return outcomes;
}

/** What the start looks like again when only so many phases were carried out; a change is given up in the middle more often than at its end. */
async function backFromEachPhase(proof: ProofOptions, change: Change): Promise<readonly (Seen | DbdError)[]> {
  const found: (Seen | DbdError)[] = [];
  for (let phases = 1; phases < change.phases.length; phases += 1)
    found.push(await seen(proof, firstPhases(change, phases), false));
  return found;
}

function firstPhases(change: Change, phases: number): Change {
  return { ...change, phases: change.phases.slice(0, phases) };
}

async function takenBackEarly(
  proof: ProofOptions,
  mutant: Mutant,
  early: readonly (Seen | DbdError)[],
): Promise<Judged> {
  for (const [at, right] of early.entries()) {
    if (right instanceof DbdError || !right.back) continue;
    const found = await seen(proof, firstPhases(mutant.change, at + 1), false);
    if (found instanceof DbdError) continue;
    if (found.backFailed) return { killed: 'way back', told: found.backFailed.message };
    const [left] = proof.engine.witness.compare(found.back!, right.back);
    if (left) return { killed: 'way back', told: `${left.path} ${left.fact}, after ${at + 1} of the phases` };
  }
  return {};
}

interface Reference {
  readonly right: Seen;
  /** Columns whose values differ from run to run. */
  readonly unsteady: ReadonlySet<string>;
}

async function reference(proof: ProofOptions, change: Change, writes: boolean): Promise<Reference> {
  const right = await seen(proof, change, writes);
  if (right instanceof DbdError) throw right;
  const other = await seen(proof, change, writes);
  if (other instanceof DbdError) throw other;
  const moving = [...right.rows].filter(([path, sum]) => other.rows.get(path) !== sum);
  return { right, unsteady: new Set(moving.map(([path]) => path)) };
}

type Judged = Pick<MutantOutcome, 'killed' | 'told'>;

function judged(
  { engine, wanted }: ProofOptions,
  { back }: Mutant,
  { right, unsteady }: Reference,
  found: Seen | DbdError,
): Judged {
  if (found instanceof DbdError) return { killed: 'failed', told: found.message };
  const [structure] = engine.witness.compare(found.after, wanted).filter(({ order }) => !order);
  if (structure) return { killed: 'structure', told: `${structure.path} ${structure.fact}` };
  const rows = firstOther(right.rows, found.rows, unsteady);
  if (rows !== undefined) return { killed: 'rows', told: rows };
  // Where the right way back does not lead to the start, a wrong one cannot be told from it by where it leads.
  if (found.backFailed && !right.backFailed) return { killed: 'way back', told: found.backFailed.message };
  if (!found.back || !right.back) return {};
  const [left] = engine.witness.compare(found.back, right.back);
  if (left) return { killed: 'way back', told: `${left.path} ${left.fact}` };
  const lost = back ? firstOther(right.rowsBack!, found.rowsBack!, unsteady) : undefined;
  return lost === undefined ? {} : { killed: 'way back', told: lost };
}

function firstOther(
  right: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
  unsteady: ReadonlySet<string>,
): string | undefined {
  return [...right.keys()].find((path) => !unsteady.has(path) && right.get(path) !== found.get(path));
}

/** With `writes`, an application that knows nothing of the change writes all rows again between its phases. */
async function seen(proof: ProofOptions, change: Change, writes: boolean): Promise<Seen | DbdError> {
  const { engine, from } = proof;
  const copy = await from.sandbox.createDatabase({ from: from.database });
  const admin = await engine.connect(copy.adminUrl, { application: 'dbd witness' });
  try {
    const writer = writes ? await engine.witness.oldWriter(admin) : undefined;
    const refused: string[] = [];
    const between = writer && (async (): Promise<void> => void refused.push(...(await writer(admin))));
    const failed = await carried(proof, copy, change, 'up', between);
    if (failed) return failed;
    const [after, sums] = await lookedAt(proof, copy);
    const rows = new Map([...sums, ['writes that were refused', refused.join(', ')]]);
    const backFailed = await carried(proof, copy, change, 'down');
    if (backFailed) return { after, rows, backFailed };
    const [back, rowsBack] = await lookedAt(proof, copy);
    return { after, rows, back, rowsBack };
  } finally {
    await admin.close();
    await from.sandbox.dropDatabase(copy);
  }
}

async function lookedAt(
  { engine, from, roles }: ProofOptions,
  copy: SandboxDatabase,
): Promise<readonly [Observation, ReadonlyMap<string, string>]> {
  const session = await engine.connect(copy.adminUrl, { application: 'dbd witness' });
  try {
    return [
      await engine.witness.observe(session, { owner: from.sandbox.owner, roles }),
      await engine.witness.rows(session),
    ];
  } finally {
    await session.close();
  }
}

/** Evenly spread, always the same ones. */
function chosen(all: readonly Mutant[], most = all.length): readonly Mutant[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, at) => all[Math.floor((at * all.length) / most)]!);
}
