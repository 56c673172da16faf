/** What discharges relations and rules: rows that were tried, and the constraint that answered. */
import { findTable } from '../../catalog/find.ts';
import { plural } from '../../base/text.ts';
import type { Claim, Evidence } from '../../report/model.ts';
import type { Relation, Rule } from '../../task/model.ts';
import { claim, measured } from './claims.ts';
import type { Outcome, RelationTest, RuleTest } from '../model.ts';
import type { Race } from '../trials/given-rows.ts';
import type { DeleteObservation } from '../trials/row-tests.ts';

interface Findings {
  readonly evidence: Evidence[];
  readonly open: string[];
  readonly wrong: string[];
}

/** Orphans rejected by the foreign key itself; delete rule read from the catalog and observed. */
export function relationClaim(outcome: Outcome, relation: Relation): Claim {
  const { id, says, onDelete } = relation;
  const tests = outcome.observed.relations.get(id) ?? [];
  if (tests.length === 0)
    return claim(id, 'relation', says, 'missed', 'After the change the witness finds no foreign key for it.');
  const found: Findings = { evidence: [], open: [], wrong: [] };
  for (const test of tests) {
    keyFindings(outcome, relation, test, found);
    orphanFindings(test, found);
    deleteFindings(test, onDelete, found);
  }
  const { evidence, open, wrong } = found;
  if (wrong.length > 0) return claim(id, 'relation', says, 'missed', `${wrong.join('; ')}.`, evidence);
  if (open.length > 0) return claim(id, 'relation', says, 'not-proven', `${open.join('; ')}.`, evidence);
  return claim(
    id,
    'relation',
    says,
    'proven',
    'Orphans are rejected and the delete rule was observed.',
    evidence,
  );
}

function keyFindings(
  { planned }: Outcome,
  relation: Relation,
  { table, constraint }: RelationTest,
  { open, wrong }: Findings,
): void {
  const key = findTable(planned.after, table)?.constraints.find((one) => one.name === constraint);
  if (!key?.references) return void wrong.push(`the witness finds no foreign key ${constraint}`);
  if (key.references.onDelete !== relation.onDelete)
    wrong.push(`${constraint} says ON DELETE ${key.references.onDelete}, asked for was ${relation.onDelete}`);
  if (!key.validated || !key.enforced)
    open.push(`${constraint} was never checked against the rows that are there`);
}

function orphanFindings(
  { table, constraint, orphan }: RelationTest,
  { evidence, open, wrong }: Findings,
): void {
  if (!orphan) open.push(`no row of ${table.name} was free to test an orphan with`);
  else if (orphan.ok) wrong.push(`${table.name} accepted a row whose parent does not exist`);
  else if (orphan.constraint !== constraint)
    open.push(
      `the orphan was rejected by ${orphan.constraint ?? orphan.message ?? 'something else'}, not by ${constraint}`,
    );
  else evidence.push(measured(`An orphan is rejected by ${constraint}.`, orphan.shown));
}

const expected = {
  cascade: ['cascade'],
  'set null': ['set null'],
  restrict: ['refused'],
  'no action': ['refused'],
  // The default may be null.
  'set default': ['moved', 'set null'],
} as const satisfies Record<Relation['onDelete'], readonly string[]>;

function deleteFindings(
  { table, constraint, deleted }: RelationTest,
  onDelete: Relation['onDelete'],
  { evidence, open, wrong }: Findings,
): void {
  if (!deleted) return void open.push(`no parent of ${table.name} has children to observe`);
  const { attempt, children } = deleted;
  if (!attempt.ok && attempt.constraint !== constraint)
    return void open.push(
      `the delete was stopped by ${attempt.constraint ?? attempt.message ?? 'something else'}`,
    );
  const seen = whatHappened(deleted);
  if ((expected[onDelete] as readonly string[]).includes(seen))
    evidence.push(
      measured(`Deleting a parent with ${plural(children, 'child', 'children')}: ${seen}.`, attempt.shown),
    );
  else wrong.push(`deleting a parent gives "${seen}", asked for was "${onDelete}"`);
}

function whatHappened({ attempt, children, left, nulled, gone }: DeleteObservation): string {
  if (!attempt.ok) return 'refused';
  if (left > 0) return 'left';
  if (nulled >= children) return 'set null';
  return gone >= children ? 'cascade' : 'moved';
}

/** Every accept row inserts; every reject row fails with the rule's own constraint; a rule that rejected nothing proves nothing. */
export function ruleClaim(outcome: Outcome, rule: Rule): Claim {
  const tests = outcome.observed.rules.get(rule.id) ?? [];
  const constraint = outcome.planned.design.constraints.get(rule.id);
  const verdict = (value: Claim['verdict'], because: string): Claim =>
    claim(rule.id, 'rule', rule.says, value, because, evidence);
  const meeting = outcome.observed.races.get(rule.id);
  const evidence = [
    ...tests.flatMap((test) =>
      test.attempt && test.attempt.untried === undefined
        ? [measured(`${test.row}: ${resultOf(test)}`, test.attempt.shown)]
        : [],
    ),
    ...raceEvidence(meeting),
  ];
  if (tests.length === 0) return verdict('not-proven', 'The task gives no row to accept or to reject.');
  const tried = tests.filter((test) => test.attempt && test.attempt.untried === undefined);
  const wrong = tried.filter((test) => (test.expected === 'accepted') !== test.attempt!.ok);
  if (wrong.length > 0)
    return verdict('missed', `${wrong.map((test) => `${test.row} was ${resultOf(test)}`).join('; ')}.`);
  const rejected = tried.filter((test) => test.expected === 'rejected');
  const elsewhere = rejected.find(
    (test) => constraint === undefined || test.attempt!.constraint !== constraint,
  );
  if (elsewhere)
    return verdict(
      'missed',
      `${elsewhere.row} was ${resultOf(elsewhere)}, not by ${constraint ?? 'a constraint of this rule, since there is none'}.`,
    );
  const untried = tests.find((test) => !tried.includes(test));
  if (untried)
    return verdict(
      'not-proven',
      `${untried.row} could not be tried: ${untried.attempt?.untried ?? 'the table has no row that could lend the other columns'}.`,
    );
  if (rejected.length === 0)
    return verdict(
      'not-proven',
      'The task gives no row that must be rejected, so nothing shows that the rule rejects any.',
    );
  const accepted = tried.length - rejected.length;
  const [broken, unseen] = raceDoubts(rule, meeting);
  if (broken !== undefined) return verdict('missed', broken);
  if (unseen !== undefined) return verdict('not-proven', unseen);
  return verdict(
    'proven',
    `${plural(accepted, 'row')} accepted, ${plural(rejected.length, 'row')} rejected by ${constraint!}, as the task says${meeting && meeting.levels.length > 0 ? ', also when two sessions write at once' : ''}${unasked(outcome, rule)}.`,
  );
}

/** What a trigger on one table does not see. */
function unasked({ planned }: Outcome, rule: Rule): string {
  const never = planned.design.nevers.find((each) => each.rule === rule.id);
  if (!never) return '';
  const others = never.reads.length > 0 ? ` and a later change of ${never.reads.join(', ')}` : '';
  return `; it is asked when a row is written: a deleted row${others} is not held against it`;
}

function raceEvidence(meeting: Race | undefined): readonly Evidence[] {
  if (!meeting) return [];
  return [
    ...meeting.levels.map((level) =>
      measured(
        `Two sessions at once at ${level.isolation}: ${level.committed} of 2 committed${level.waited ? ', the second waited' : ''}${level.said === undefined ? '' : `, the other was told ${level.said}`}.`,
      ),
    ),
    ...(meeting.control === undefined
      ? []
      : [measured(`The same without its lock: ${meeting.control} of 2 committed.`)]),
  ];
}

/** What two sessions at once say against a rule, and why they say nothing for it. */
function raceDoubts(rule: Rule, meeting: Race | undefined): readonly [string?, string?] {
  const through = meeting?.levels.find((level) => level.committed > 1);
  if (through) return [`Two sessions at once broke it at ${through.isolation}: both committed.`];
  if (rule.never === undefined) return [];
  if (!meeting || meeting.untried !== undefined)
    return [
      undefined,
      `It holds for one session; two at once were not tried: ${meeting?.untried ?? 'there is no table'}.`,
    ];
  if (meeting.levels.every((level) => level.committed === 0))
    return [undefined, 'Of two sessions at once neither committed, which shows nothing.'];
  return meeting.control === 2
    ? []
    : [undefined, 'Without its lock two sessions did not break it either, so the race shows nothing.'];
}

function resultOf({ attempt }: RuleTest): string {
  return attempt!.ok ? 'accepted' : `rejected by ${attempt!.constraint ?? attempt!.message ?? '?'}`;
}
