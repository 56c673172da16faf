/** The questions of one step are put, one after the other; answers of an earlier run are taken over where they were asked alike. */
import { formatCount, formatMs } from '../base/units.ts';
import type { Answer, AskOptions, Engine, Precondition, Session } from '../engine/model.ts';
import type { Check, PlannedStep } from './model.ts';

/** Puts questions to one session. */
export interface Asking {
  readonly engine: Engine;
  readonly session: Session;
  readonly options: AskOptions;
  /** Answers of an earlier run by the text of their question. */
  readonly earlier: ReadonlyMap<string, Answer>;
}

/** Everything that a step asks of the rows, with what came of it. */
export async function checksOf(
  asking: Asking,
  step: PlannedStep,
  preconditions: readonly Precondition[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const precondition of preconditions) checks.push(await check(asking, precondition));
  const decided = checks.some(({ outcome, kind }) => outcome !== 'open' && kind !== 'structure');
  if (step.probe === undefined || decided) return checks;
  const own = await check(asking, {
    kind: 'own',
    says: 'the question that the change brings for this step finds no row',
    answer: { by: 'question', question: { sql: step.probe, mode: 'no row', shown: [] } },
  });
  // The change's own question looks further than what is derived: through columns that the change makes.
  const covered = ({ outcome, kind }: Check): boolean =>
    own.outcome !== 'open' && outcome === 'open' && kind !== 'rows' && kind !== 'own';
  return [...checks.filter((one) => !covered(one)), own];
}

async function check(
  { engine, session, options, earlier }: Asking,
  { answer: by, ...rest }: Precondition,
): Promise<Check> {
  if (by.by === 'structure')
    return {
      ...rest,
      outcome: by.holds ? 'holds' : 'fails',
      basis: 'measured',
      because: sentence(by.because),
    };
  if (by.by === 'nothing')
    return { ...rest, outcome: 'open', basis: 'assumed', because: sentence(by.because) };
  const { question } = by;
  const asked = { ...rest, sql: question.sql };
  const refused = await engine.preconditions.refusal(session, question.sql);
  if (refused !== undefined)
    return { ...asked, outcome: 'open', basis: 'assumed', because: `It was not asked: ${refused}.` };
  const answer = earlier.get(question.sql) ?? (await engine.preconditions.ask(session, question, options));
  return { ...asked, ...outcomeOf(answer), answer };
}

function outcomeOf(answer: Answer): Pick<Check, 'outcome' | 'basis' | 'because' | 'instead'> {
  switch (answer.kind) {
    case 'passed':
      return {
        outcome: 'holds',
        basis: 'measured',
        because: `No row offends; asked in ${formatMs(answer.ms)}.`,
      };
    case 'failed':
      return { outcome: 'fails', basis: 'measured', because: failure(answer) };
    case 'sampled':
      return {
        outcome: 'open',
        basis: 'assumed',
        because: `All rows took longer than the limit; none offends in ${answer.percent} % of the pages.`,
        instead: 'Give it more time with --timeout, or ask a replica.',
      };
    default:
      return {
        outcome: 'open',
        basis: 'assumed',
        because: sentence(answer.because),
        ...(answer.instead === undefined ? {} : { instead: answer.instead }),
      };
  }
}

function failure({ error, count, more, rows }: Extract<Answer, { kind: 'failed' }>): string {
  if (error !== undefined) return `The server says: ${sentence(error)}`;
  const many =
    count === undefined
      ? 'Some rows offend'
      : `${more ? 'More than ' : ''}${formatCount(count)} ${count === 1 ? 'row offends' : 'rows offend'}`;
  return `${many}${rows.length > 0 ? `, such as ${rows.map((row) => `(${row})`).join(' ')}` : ''}.`;
}

function sentence(text: string): string {
  const line = text.trim();
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.!?]$/.test(line) ? '' : '.'}`;
}
