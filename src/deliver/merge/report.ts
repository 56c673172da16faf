/** The report of a check before a merge. */
import { plural, shellWord } from '../../base/text.ts';
import { column, fact, report, verdictOf } from '../../report/build.ts';
import type { Block, Cell, Claim, Finding, Report } from '../../report/model.ts';
import { startOf } from '../../render/issues.ts';
import type { MergeOutcome, Tried } from './model.ts';

/** Blocks of a rehearsal that a reviewer reads here; the rest is in a rehearsal of one's own. */
const kept: readonly string[] = ['locks', 'steps', 'safe-form', 'way-back', 'output'];

/** Makes the report. */
export function mergeReport(outcome: MergeOutcome, started: number): Report {
  const { tried, history, baseName, headName } = outcome;
  const findings = [
    ...outcome.conflicts.map((path): Finding => ({
      rule: 'merge-conflict',
      severity: 'error',
      place: path,
      span: startOf(path),
      message: `${path} was changed on both sides, and git cannot tell what it should be.`,
      instead: `Merge ${baseName} into the branch, and decide.`,
    })),
    ...history.findings,
    ...tried.flatMap(({ report: made, files }) =>
      (made?.findings ?? []).map((finding): Finding =>
        finding.span || files[0] === undefined ? finding : { ...finding, span: startOf(files[0]) },
      ),
    ),
  ];
  const claims = [...ownClaims(outcome), ...tried.flatMap(claimsOf)];
  const servers = tried.flatMap(({ report: made }) => made?.meta.server ?? []);
  return report({
    command: 'ci',
    title: `${headName} into ${baseName}`,
    started,
    verdict: verdictOf(claims, findings),
    headline: headlineOf(outcome, claims, findings),
    claims,
    findings,
    blocks: [facts(outcome), ...additions(outcome), ...tried.flatMap(blocksOf), ...signatures(outcome)],
    next: nextOf(outcome),
    ...(servers[0] === undefined ? {} : { server: servers[0] }),
    limits: [...outcome.limits, ...tried.flatMap(({ report: made }) => made?.meta.limits ?? [])],
    output: {
      base: outcome.base,
      head: outcome.head,
      tree: outcome.tree,
      conflicts: outcome.conflicts,
      rehearsed: tried.map(({ name, files, report: made, because, change }) => ({
        name,
        files,
        ...(made ? { verdict: made.verdict } : {}),
        ...(because === undefined ? {} : { because }),
        ...(change === undefined ? {} : { change: made?.output['change'] }),
      })),
      signed: outcome.signed.map(({ change, text, because }) => ({
        change,
        ...(text === undefined ? { because } : { signed: true }),
      })),
      claimFiles: Object.fromEntries(
        tried.flatMap((one) =>
          one.files[0] === undefined ? [] : claimsOf(one).map(({ id }) => [id, one.files[0]!]),
        ),
      ),
    },
  });
}

function ownClaims({ conflicts, history, baseName }: MergeOutcome): readonly Claim[] {
  const altered = history.findings.filter(({ severity }) => severity === 'error').length;
  return [
    {
      id: 'merge',
      kind: 'change',
      says: `The branch merges into ${baseName}`,
      verdict: conflicts.length === 0 ? 'proven' : 'missed',
      because:
        conflicts.length === 0
          ? 'git merged the two without a conflict; what follows is about the merge result.'
          : `${plural(conflicts.length, 'path')} ${conflicts.length === 1 ? 'conflicts' : 'conflict'}; nothing was rehearsed.`,
      evidence: [],
    },
    ...(conflicts.length > 0
      ? []
      : [
          {
            id: 'history',
            kind: 'change' as const,
            says: `What ${baseName} has run stays as it is, and what is new comes after it`,
            verdict: altered === 0 ? ('proven' as const) : ('missed' as const),
            because:
              altered === 0
                ? 'No migration of the base is edited, renamed or gone, and none of the new ones takes its place.'
                : `${plural(altered, 'finding')}.`,
            evidence: [],
          },
        ]),
  ];
}

function claimsOf({ name, report: made, because }: Tried): readonly Claim[] {
  if (made)
    return made.claims.map((claim) => ({
      ...claim,
      id: `${name}: ${claim.id}`,
      says: claim.says,
    }));
  return [
    {
      id: `${name}: rehearsed`,
      kind: 'change',
      says: `What ${name} does to locks, queries and rows was seen`,
      verdict: 'not-proven',
      because: `Not rehearsed, because ${because ?? 'nothing is known of it'}.`,
      evidence: [],
    },
  ];
}

function headlineOf(
  { conflicts, tried, history }: MergeOutcome,
  claims: readonly Claim[],
  findings: readonly Finding[],
): string {
  if (conflicts.length > 0) return `It does not merge: ${plural(conflicts.length, 'conflict')}.`;
  if (tried.length === 0 && history.findings.length === 0)
    return 'No migration is added or altered by this branch.';
  const done = tried.filter(({ report: made }) => made).length;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const open = claims.filter(({ verdict }) => verdict === 'not-proven').length;
  const missed = claims.filter(({ verdict }) => verdict === 'missed').length;
  const told = [
    `${done} of ${tried.length} rehearsed on the merge result`,
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(missed > 0 ? [`${plural(missed, 'claim')} missed`] : []),
    ...(open > 0 ? [`${plural(open, 'claim')} not proven`] : []),
  ];
  return `${told.join('; ')}${errors + missed + open === 0 ? '; nothing waited too long, nothing was lost, nothing broke' : ''}.`;
}

function facts({ base, head, tree, conflicts, baseName, headName, tried }: MergeOutcome): Block {
  return {
    id: 'merge',
    title: 'What was looked at',
    kind: 'facts',
    facts: [
      fact('base', `${baseName}, ${base.slice(0, 12)}`, 'measured'),
      fact('head', `${headName}, ${head.slice(0, 12)}`, 'measured'),
      fact(
        'merge result',
        conflicts.length > 0 ? 'conflicts' : `tree ${tree.slice(0, 12)}`,
        'measured',
        conflicts.length > 0 ? 'bad' : 'good',
      ),
      fact('rehearsals', `${tried.filter(({ report: made }) => made).length} of ${tried.length}`, 'measured'),
    ],
  };
}

function additions({ tried }: MergeOutcome): readonly Block[] {
  if (tried.length === 0) return [];
  return [
    {
      id: 'added',
      title: 'What the branch adds',
      kind: 'table',
      columns: [
        column('what', 'code'),
        column('files', 'right'),
        column('statements', 'right'),
        column('verdict'),
      ],
      rows: tried.map(({ name, files, report: made, because }): readonly Cell[] => [
        name,
        files.length,
        typeof made?.output['statements'] === 'number' ? made.output['statements'] : '–',
        made
          ? {
              text: `${made.verdict}: ${made.headline}`,
              tone: made.verdict === 'failed' ? 'bad' : made.verdict === 'proven' ? 'good' : 'plain',
            }
          : { text: `not rehearsed, because ${because ?? 'nothing is known of it'}`, tone: 'bad' },
      ]),
    },
  ];
}

function blocksOf({ name, report: made }: Tried, at: number): readonly Block[] {
  return (made?.blocks ?? [])
    .filter(({ id, kind }) => kept.includes(id) || kind === 'steps')
    .map((block) => ({ ...block, id: `${block.id}-${at + 1}`, title: `${name}: ${block.title}` }));
}

function signatures({ signed }: MergeOutcome): readonly Block[] {
  if (signed.length === 0) return [];
  return [
    {
      id: 'signed',
      title: 'Signed evidence',
      kind: 'table',
      columns: [column('change', 'code'), column('evidence')],
      rows: signed.map(({ change, text, because }): readonly Cell[] => [
        change,
        text === undefined
          ? { text: `not signed: ${because ?? ''}`, tone: 'bad' }
          : { text: 'signed', tone: 'good' },
      ]),
    },
  ];
}

function nextOf({ conflicts, tried, signed, baseName }: MergeOutcome): Report['next'] {
  return [
    ...(conflicts.length > 0
      ? [{ command: `git merge ${shellWord(baseName)}`, why: 'decide what conflicts, then ask again' }]
      : []),
    ...tried
      .filter(({ report: made }) => made && made.verdict !== 'proven')
      .slice(0, 5)
      .map(({ name, change }) => ({
        command: `dbd rehearse ${shellWord(change ?? name)} -o rehearsal`,
        why: 'shows the whole of it, with the form that blocks nobody',
      })),
    ...(signed.some(({ text }) => text !== undefined)
      ? [
          {
            command: 'dbd evidence verify <change> --public-key <file>',
            why: 'as a shared database does before it runs',
          },
        ]
      : []),
  ];
}
