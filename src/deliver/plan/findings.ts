/** What is worth telling of a plan beside its claims. */
import type { Finding } from '../../report/model.ts';
import type { PlanOutcome } from './model.ts';
import { isReal } from './plan.ts';

/** Differences that are named one by one. */
const told = 50;

/** What is refused, asked, lost, in another order, or without an online form. */
export function findingsOf(outcome: PlanOutcome): readonly Finding[] {
  const { way, refused, planned, short, others } = outcome;
  const steps = way?.change.phases.flatMap((phase) => phase.steps) ?? [];
  return [
    ...refused.slice(0, told).map(({ path, why }): Finding => ({
      rule: 'not-planned',
      severity: 'error',
      place: path,
      message: `${why}.`,
    })),
    ...planned.questions.map(({ kind, from, to }): Finding => ({
      rule: 'rename-or-drop',
      severity: 'warning',
      place: `${kind} ${from}`,
      message: `${from} goes and ${to} comes: is that a rename?`,
      why: 'As it stands, the plan drops the one with what it holds and makes the other.',
      instead: `--rename '${from}=${to}' or --rename '${from}=no'`,
    })),
    ...steps.flatMap((step): readonly Finding[] =>
      step.destructive === undefined
        ? []
        : [
            {
              rule: 'loses',
              severity: 'warning',
              place: `step ${step.id}`,
              message: step.destructive.replace(/\.?$/, '.'),
              why: 'No way back brings it again.',
            },
          ],
    ),
    ...orderOf(outcome).map((place): Finding => ({
      rule: 'order-differs',
      severity: 'warning',
      place,
      message: 'Its columns stand in another order than wanted.',
      why: 'PostgreSQL adds columns last; INSERT and COPY without a list of columns depend on the order.',
    })),
    ...(way?.form === 'short' && (short.length > 0 || others.length > 0)
      ? [
          {
            rule: 'no-online-form',
            severity: 'warning' as const,
            place: 'the plan',
            message: 'These are plain statements; the application waits for them.',
            why:
              short[0] ??
              others[0]?.failed?.message ??
              'The online form does not lead to the same structure.',
            instead: 'Stop the application meanwhile, or look at what a rehearsal shows.',
          },
        ]
      : []),
  ];
}

/** Objects in which only places of columns differ, at the end or, where nothing is to be done, at the start. */
export function orderOf({ way, apart, planned }: PlanOutcome): readonly string[] {
  const left = way?.left ?? (planned.statements.length === 0 ? apart : []);
  return [...new Set(left.filter((one) => !isReal(one)).map(({ path }) => path))];
}
