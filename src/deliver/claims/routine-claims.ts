/** What discharges routines: calls that were made, and the promises that were looked at. */
import { plural } from '../../base/text.ts';
import type { Claim, ClaimVerdict } from '../../report/model.ts';
import type { Routine } from '../../task/model.ts';
import type { Outcome } from '../model.ts';
import type { RoutineCall } from '../trials/routines/routine-trial.ts';
import { claim, measured } from './claims.ts';

/** Errors that say that a routine is broken, not that it refuses: unknown names and wrong types; missing rights are none. */
const broken = (sqlstate: string | undefined): boolean =>
  sqlstate !== undefined && sqlstate.startsWith('42') && sqlstate !== '42501';

/** Each accepted call succeeds, each rejected one fails for a reason of its own, and what the routine promises was seen. */
export function routineClaim({ planned, observed }: Outcome, routine: Routine): Claim {
  const { id, says } = routine;
  const trial = observed.routines.get(id);
  const made = planned.design.routines.find((each) => each.id === id);
  const there =
    made !== undefined &&
    planned.after.routines.some((each) => each.name === made.name.name && each.schema === made.name.schema);
  if (!there || !trial)
    return claim(id, 'routine', says, 'missed', 'After the change the witness finds no such routine.');
  const { calls, checks } = trial;
  const evidence = [
    ...calls
      .filter((call) => call.untried === undefined)
      .map((call) => measured(`${call.shown}: ${resultOf(call)}`)),
    ...checks
      .filter((check) => check.kept !== undefined)
      .map((check) => measured(`${check.what}: ${check.seen}`)),
  ];
  const verdict = (value: ClaimVerdict, because: string): Claim =>
    claim(id, 'routine', says, value, because, evidence);
  const wrong = calls.filter(
    (call) =>
      call.untried === undefined && ((call.expected === 'accepted') !== call.ok || broken(call.sqlstate)),
  );
  const failed = checks.filter((check) => check.kept === false);
  if (wrong.length + failed.length > 0)
    return verdict(
      'missed',
      `${[...wrong.map((call) => `${call.shown} was ${resultOf(call)}`), ...failed.map((check) => `${check.what}: no (${check.seen})`)].join('; ')}.`,
    );
  const untried = calls.find((call) => call.untried !== undefined);
  if (untried) return verdict('not-proven', `${untried.shown} could not be tried: ${untried.untried!}.`);
  const open = checks.find((check) => check.kept === undefined);
  if (open) return verdict('not-proven', `${open.what}: not tried, ${open.seen}.`);
  const accepted = calls.filter((call) => call.expected === 'accepted').length;
  if (accepted === 0)
    return verdict('not-proven', 'The task gives no call that must succeed, so nothing shows that any does.');
  const rejected = calls.length - accepted;
  const parts = [
    `${plural(accepted, 'call')} succeeded`,
    ...(rejected > 0 ? [`${plural(rejected, 'call')} failed as the task says`] : []),
    ...(checks.length > 0 ? [`${plural(checks.length, 'promise')} held`] : []),
  ];
  return verdict('proven', `${parts.join(', ')}, on rows of the twin and as a role without special rights.`);
}

function resultOf(call: RoutineCall): string {
  if (call.ok) return `accepted${call.effect === undefined ? '' : ` (${call.effect})`}`;
  return `rejected${call.message === undefined ? '' : ` by ${call.message}`}${call.sqlstate === undefined ? '' : ` (${call.sqlstate})`}`;
}
