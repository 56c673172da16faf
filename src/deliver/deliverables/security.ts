import { plural } from '../../base/text.ts';
import { findTable } from '../../catalog/find.ts';
import { planSecurity } from '../../design/security/plan.ts';
import { copiesOfSecrets } from '../../design/security/who.ts';
import type { Secret, SecurityPlan } from '../../design/security/model.ts';
import { grantsSql, rolesDownSql, rolesSql } from '../../design/security/write.ts';
import type { Block, Claim, Finding } from '../../report/model.ts';
import { isMaskKind } from '../../mask/model.ts';
import type { Privacy } from '../../task/model.ts';
import { claim, measured } from '../claims/claims.ts';
import { encryptionBlock, tryEncryption } from '../trials/roles/encryption.ts';
import { sharesTenants, type RoleCheck } from '../trials/roles/role-cast.ts';
import { tryRoles, type RoleTrial } from '../trials/roles/roles.ts';
import { lockWaitOf } from '../wanted.ts';
import type { Contribution, Deliverable, Stage } from './model.ts';

/** Roles with the least they need, tried by becoming them; who reads private columns; what encryption would protect. */
export const security: Deliverable = {
  name: 'security',
  doing: 'become each role and try its rights',
  line: 'security',
  wanted: ({ before, planned, task }) =>
    task.requirements.privacy.length > 0 ||
    Object.keys(task.requirements.roles).length > 0 ||
    planned.after.tables.some((table) => !findTable(before, table)),
  async make(stage) {
    const { engine, task, before, planned } = stage;
    await engine.grammar.ready();
    const plan = planSecurity({
      task,
      engine,
      before,
      design: planned.design,
      after: planned.after,
      change: planned.change.phases.flatMap(({ steps }) => steps.map(({ sql }) => sql)),
      running: stage.workload?.queries ?? [],
    });
    const lockWaitMs = lockWaitOf(task);
    const trial = await tryRoles({ stage, plan, lockWaitMs });
    const writing = {
      task,
      engine,
      plan,
      before,
      after: planned.after,
      lockWaitMs,
      sharedTenants: sharesTenants(stage),
    };
    const encrypted = task.requirements.privacy.filter(({ encrypt }) => encrypt);
    const encryption = encrypted.length > 0 ? await tryEncryption(stage) : undefined;
    return {
      files: [
        {
          path: 'roles.sql',
          text: rolesSql(writing),
          what: 'roles, for an administrator, before the change',
        },
        { path: 'grants.sql', text: grantsSql(writing), what: 'what each role may do, after the change' },
        { path: 'roles-down.sql', text: rolesDownSql(writing), what: 'the way back of roles and rights' },
        ...(plan.secrets.length > 0
          ? [
              {
                path: 'access-review.sql',
                text: reviewSql(stage, [...plan.secrets, ...copiesOfSecrets(planned.design, plan.secrets)]),
                what: 'who reads private columns on a server, read-only',
              },
            ]
          : []),
      ],
      blocks: [
        matrix(trial),
        ...readersBlock(trial),
        ...(encryption ? [encryptionBlock(encrypted, encryption)] : []),
      ],
      claims: task.requirements.privacy.map((one) => privacyOf(stage, plan, trial, one)),
      findings: findingsOf(plan, trial),
      limits: [
        'roles.sql and grants.sql ran in the sandbox only: on your server rights stay as they are until you run them.',
        ...plan.unknown,
      ],
      checklist: { security: checklistOf(plan, trial) },
    } satisfies Contribution;
  },
};

function reviewSql({ engine, task }: Stage, secrets: readonly Secret[]): string {
  return `-- Who can read the private columns of ${task.id}, and how. Read-only; run it on every server that holds them.
-- A row with named = f is a role that the task does not name: superusers and owners are among them by their nature.
${engine.rights.review(secrets)};
`;
}

function matrix({ checks }: RoleTrial): Block {
  return {
    id: 'roles',
    title: 'Roles, tried by becoming them',
    kind: 'table',
    columns: [{ title: 'Role' }, { title: 'Action' }, { title: 'Expected' }, { title: 'Observed' }],
    rows: checks.map(({ role, action, expected, observed, ok, open }) => [
      role,
      action,
      expected,
      { text: observed, tone: ok ? (open ? 'plain' : 'good') : 'bad' },
    ]),
    note: 'Each role signed in to a copy of the twin on which roles.sql and grants.sql ran; every statement was rolled back.',
  };
}

function readersBlock({ readers }: RoleTrial): readonly Block[] {
  if (readers.length === 0) return [];
  return [
    {
      id: 'access-review',
      title: 'Who reads private columns',
      kind: 'table',
      columns: [
        { title: 'Column' },
        { title: 'Class' },
        { title: 'Role' },
        { title: 'How' },
        { title: 'Named by the task' },
      ],
      rows: readers.map(({ column, class: kind, role, way, named }) => [
        column,
        kind,
        role,
        way,
        named ? { text: 'yes', tone: 'good' } : { text: 'no', tone: 'plain' },
      ]),
      note: 'access-review.sql on the twin. Superuser and owner are the sandbox’s own; run the file on your server for its roles.',
    },
  ];
}

/** What the trial of the roles says about one privacy claim. */
function privacyOf(
  { before, observed }: Stage,
  plan: SecurityPlan,
  trial: RoleTrial,
  privacy: Privacy,
): Claim {
  const secrets = plan.secrets.filter((secret) => secret.claim === privacy.id);
  const checks = trial.checks.filter(({ about }) => about.includes(privacy.id));
  const evidence = checks.map((check) =>
    measured(
      `${check.role}: ${check.action}: ${check.observed === check.expected ? check.observed : `${check.observed}, not ${check.expected}`}`,
    ),
  );
  const of = (verdict: Claim['verdict'], because: string): Claim =>
    claim(privacy.id, 'privacy', privacy.says, verdict, because, evidence);
  if (secrets.length === 0) return of('not-proven', `There is no column ${privacy.of}.`);
  const strangers = (observed.readers.get(privacy.id) ?? []).filter(
    (attempt) => attempt.stranger && attempt.reads,
  );
  if (strangers.length > 0)
    return of(
      'missed',
      `Every role can read it${strangers[0]!.through === undefined ? '' : ` through ${strangers[0]!.through}`}.`,
    );
  const wrong = checks.find(({ ok }) => !ok);
  if (wrong) return of('missed', `${wrong.role}: ${wrong.action}: ${wrong.observed}, not ${wrong.expected}.`);
  const uninvited = trial.readers.filter(
    (row) =>
      !row.named &&
      row.way !== 'superuser' &&
      row.way !== 'as owner' &&
      !isMasked(row.way, plan, privacy) &&
      secrets.some(({ table, column }) => row.column === `${table.schema}.${table.name}.${column}`),
  );
  if (uninvited.length > 0)
    return of(
      'missed',
      `${uninvited[0]!.role} can read it ${uninvited[0]!.way}, and the task does not name it.`,
    );
  const unseen = privacy.readers.filter(
    (reader) => !checks.some(({ role, expected }) => role === reader && expected === 'runs'),
  );
  if (unseen.length > 0 || checks.length === 0)
    return of(
      'not-proven',
      unseen.length > 0
        ? `${unseen.join(', ')} may read it and was not seen to: no access pattern reads its table, or it is no role that reads.`
        : 'No role tried to read it.',
    );
  if (privacy.encrypt)
    return of(
      'not-proven',
      'Who reads it was tried; that files and backups are unreadable cannot be tried in a sandbox.',
    );
  if (privacy.mask !== undefined && !isMaskKind(privacy.mask))
    return of(
      'not-proven',
      `Who reads it was tried; there is no mask ${privacy.mask}, so no masked view was made.`,
    );
  if (checks.some(({ open }) => open))
    return of('not-proven', 'The twin has no value that a mask could have hidden.');
  if (secrets.some(({ table }) => findTable(before, table)))
    return of(
      'not-proven',
      'In the sandbox, with roles.sql and grants.sql, only its readers read it; who reads it on your server stays as it is, and access-review.sql shows it.',
    );
  return of(
    'proven',
    'Tried in the sandbox as each role of roles.sql and as a role without rights, also through views; on your server it holds once roles.sql and grants.sql ran.',
  );
}

/** The masked view is the way that was made for those who may not see. */
function isMasked(way: string, plan: SecurityPlan, { id }: Privacy): boolean {
  return plan.masked.some(({ view, claims }) => claims.includes(id) && way === `through the view ${view}`);
}

function findingsOf(plan: SecurityPlan, { checks }: RoleTrial): readonly Finding[] {
  return [
    ...checks
      .filter(({ ok }) => !ok)
      .map((check): Finding => ({
        rule: 'role-right-differs',
        severity: 'error',
        place: check.role,
        message: `${check.role} was to ${check.action}: expected ${check.expected}, observed ${check.observed}.`,
        why: 'A role that may do more than it needs is a way in; one that may do less stops the application.',
      })),
    ...plan.takes.map(({ sql, what, claim: id }): Finding => ({
      rule: 'private-column-readable',
      severity: 'warning',
      place: id,
      message: `${what}; the statement that takes it away is written in grants.sql as a comment.`,
      why: 'Taking a right from a table in use can stop whoever relies on it, so it is not done by itself.',
      fix: sql,
    })),
  ];
}

function checklistOf(
  plan: SecurityPlan,
  { checks }: RoleTrial,
): NonNullable<NonNullable<Contribution['checklist']>['security']> {
  const wrong = checks.filter(({ ok }) => !ok);
  const open = checks.filter((check) => check.open);
  const names = plan.roles.map(({ name, assumed }) => `${name}${assumed ? ' (assumed)' : ''}`).join(', ');
  const said = `${plural(plan.roles.length, 'role')} (${names}) and a stranger made ${plural(checks.length, 'attempt')}`;
  const evidence = checks.map((check: RoleCheck) =>
    measured(`${check.role}: ${check.action}: ${check.observed}`),
  );
  if (wrong.length > 0)
    return {
      verdict: 'missed',
      because: `${said}; ${wrong.length} went differently: ${wrong[0]!.role}, ${wrong[0]!.action}`,
      evidence,
    };
  if (open.length > 0)
    return {
      verdict: 'not-proven',
      because: `${said}; ${plural(open.length, 'attempt')} could not be made`,
      evidence,
    };
  return { verdict: 'proven', because: `${said}, each with the expected end`, evidence };
}
