/** The task's own checklist, always in the report, each line with what stands behind it. */
import { plural } from '../../base/text.ts';
import type { Claim } from '../../report/model.ts';
import type { ChecklistEntry, ChecklistLine, Contribution } from '../deliverables/model.ts';
import type { Outcome } from '../model.ts';
import { isSentence } from '../asking/sentences.ts';
import { untuned } from '../measuring/tuned-parts.ts';
import { claim } from './claims.ts';

/** The checklist of every database task, each line with what stands behind it. */
export function checklist(
  outcome: Outcome,
  claims: readonly Claim[],
  contributions: readonly Contribution[],
): readonly Claim[] {
  return linesOf(outcome, claims).map((line) => {
    const made = contributions.flatMap(({ checklist: lines }) => lines?.[line.id as ChecklistLine] ?? []);
    return made.length === 0 ? line : joined(line, made);
  });
}

/** A line with what deliverables add: the worst verdict counts; a line that only says that nothing was made is replaced. */
function joined(line: Claim, made: readonly ChecklistEntry[]): Claim {
  const open =
    line.id === 'seeds' || line.id === 'backup' || (line.id === 'security' && line.because === noPrivacy);
  const parts = [...(open ? [] : [line]), ...made];
  const worst = (['missed', 'not-proven', 'proven', 'waived'] as const).find((verdict) =>
    parts.some((part) => part.verdict === verdict),
  );
  return {
    ...line,
    verdict: worst ?? 'not-proven',
    because: parts.map(({ because }) => because.replace(/\.$/, '')).join('; ') + '.',
    evidence: parts.flatMap((part) => part.evidence ?? []),
  };
}

/** A sandbox shows that the procedure works, never that somebody's backup can be restored. */
function yourBackup({ engine }: Outcome): Claim {
  return claim(
    'your-backup',
    'checklist',
    'Your backup restored',
    'not-proven',
    'No backup of yours was seen here; only restoring one and looking at its rows proves it.',
    [
      {
        basis: 'assumed',
        text: 'A small database: back it up and restore it beside',
        shown: 'dbd backup --database "$DATABASE_URL" --fingerprints -o backup && dbd restore backup',
      },
      { basis: 'assumed', text: 'Production', shown: engine.backups.proveYours },
    ],
  );
}

/** What an index is worth is carried no farther than this from the rows that it was measured on. */
const furthest = 10;

const noPrivacy = 'The task names no privacy claim.';

function linesOf(outcome: Outcome, claims: readonly Claim[]): readonly Claim[] {
  const of = (...kinds: readonly Claim['kind'][]): readonly Claim[] =>
    claims.filter((candidate) => kinds.includes(candidate.kind));
  const all = (list: readonly Claim[]): Claim['verdict'] =>
    list.some((item) => item.verdict === 'missed')
      ? 'missed'
      : list.some((item) => item.verdict === 'not-proven')
        ? 'not-proven'
        : 'proven';
  const line = (id: string, says: string, verdict: Claim['verdict'], because: string): Claim =>
    claim(id, 'checklist', says, verdict, because);
  const grouped = (id: string, says: string, list: readonly Claim[], none: string): Claim =>
    list.length === 0
      ? line(id, says, 'not-proven', none)
      : line(
          id,
          says,
          all(list),
          list.map((item) => `${item.id} ${item.verdict.replace('-', ' ')}`).join(', '),
        );
  const trip = claims.find((candidate) => candidate.id === 'round-trip');
  const { kept, rejected } = outcome.tuned;
  const { access } = outcome.task.requirements;
  const asked = access.filter(({ sql, transaction }) => sql !== undefined || transaction !== undefined);
  const missing = untuned(outcome.engine, access, outcome.tuned).filter(
    (name) => !outcome.tuned.limits.some((limit) => limit.startsWith(`${name} could not`)),
  );
  const unwritten = outcome.task.requirements.access.filter(isSentence).map(({ id }) => id);
  const small = outcome.access
    .filter(
      ({ claim: id, atRows, declaredRows }) =>
        asked.some((one) => one.id === id) && declaredRows > atRows * furthest,
    )
    .map(({ claim: id }) => id);
  const gaps = [
    ...(unwritten.length > 0 ? [`${unwritten.join(', ')} has no query yet`] : []),
    ...(missing.length > 0 ? [`${missing.join(', ')} could not be planned`] : []),
    ...(small.length > 0
      ? [
          `${small.join(', ')} met less than a tenth of the declared rows, where an index may decide otherwise`,
        ]
      : []),
    ...outcome.tuned.limits,
  ];
  return [
    of('entity', 'relation').length > 0
      ? grouped('schema', 'Schema designed and implemented', of('entity', 'relation'), '')
      : line(
          'schema',
          'Schema designed and implemented',
          trip?.verdict ?? 'not-proven',
          'The task gives SQL; the witness read the end state after it ran.',
        ),
    line('migrations', 'Migrations tested', trip?.verdict ?? 'not-proven', trip?.because ?? ''),
    asked.length === 0
      ? line('indexes', 'Indexes for the access patterns', 'not-proven', 'The task names no access pattern.')
      : line(
          'indexes',
          'Indexes for the access patterns',
          gaps.length > 0 ? 'not-proven' : 'proven',
          `${plural(kept.length, 'index', 'indexes')} kept, ${rejected.length} rejected, each built and measured on the twin${gaps.length > 0 ? `; but ${gaps.join('; ')}` : '.'}`,
        ),
    grouped('validation', 'Validation constraints', of('rule'), 'The task names no rule.'),
    line('seeds', 'Seed data', 'not-proven', 'No seeds were written.'),
    grouped('benchmark', 'Query performance benchmarked', of('access'), 'The task names no access pattern.'),
    line('backup', 'Backup and restore', 'not-proven', 'No drill was run.'),
    yourBackup(outcome),
    grouped('security', 'Security measures', of('privacy'), noPrivacy),
  ];
}
