/** Designs a task on a real database, spoils what was built, and asks what the claims say then. */
import { design } from '../../src/design/design.ts';
import { entityClaim } from '../../src/deliver/claims/entity-claims.ts';
import { privacyClaim } from '../../src/deliver/claims/claims.ts';
import { lifecycleClaim } from '../../src/deliver/claims/lifecycle-claims.ts';
import { partitionClaim } from '../../src/deliver/claims/partition-claims.ts';
import { relationClaim, ruleClaim } from '../../src/deliver/claims/integrity-claims.ts';
import type { Outcome } from '../../src/deliver/model.ts';
import { routineClaim } from '../../src/deliver/claims/routine-claims.ts';
import { observe } from '../../src/deliver/trials/observe.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Claim } from '../../src/report/model.ts';
import { readTask } from '../../src/task/task.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

export interface Spoilt {
  /** Block of the task, without its first key. */
  readonly block: string;
  /** Structure of today, with rows. */
  readonly current: string;
  /** Rows of the new tables, run after the design was applied. */
  readonly rows?: string;
  /** What is done to the finished database before it is looked at. */
  readonly spoil?: string;
  /** Only this claim is looked at; the others would take their time. */
  readonly only?: string;
}

/** Claims of entities, relations, rules, lifecycle and privacy, by id, as a report would give them for this database. */
export async function claimsOf({
  block,
  current,
  rows = '',
  spoil = '',
  only,
}: Spoilt): Promise<ReadonlyMap<string, Claim>> {
  await postgres.grammar.ready();
  const database = await testDatabase({ sql: current });
  const task = readTask({
    text: `# T-1 A control\n\n\`\`\`yaml\ndbd: 1\n${block}\n\`\`\`\n`,
    name: 'T-1.md',
  });
  const session = await postgres.connect(database.ownerUrl);
  const before = await postgres.inspect(session);
  const made = design({ task, catalog: before, engine: postgres });
  for (const { sql } of made.wishes) await session.query(sql);
  await session.run(`${rows}; ANALYZE; ${spoil}`);
  const after = await postgres.inspect(session);
  await session.close();
  const wanted = <T extends { readonly id: string }>(claims: readonly T[]): readonly T[] =>
    claims.filter(({ id }) => only === undefined || id === only);
  const all = task.requirements;
  const asked = {
    ...task,
    requirements: {
      ...all,
      entities: wanted(all.entities),
      relations: wanted(all.relations),
      rules: wanted(all.rules),
      routines: wanted(all.routines),
      lifecycle: wanted(all.lifecycle),
      privacy: wanted(all.privacy),
    },
  };
  const narrowed = {
    ...made,
    purges: new Map([...made.purges].filter(([id]) => only === undefined || id === only)),
  };
  const observed = await observe({
    engine: postgres,
    sandbox: await testSandbox(),
    database,
    small: database,
    catalog: after,
    design: narrowed,
    task: asked,
    emit: () => undefined,
  });
  const outcome = {
    task,
    engine: postgres,
    before,
    observed,
    planned: { design: made, after },
  } as unknown as Outcome;
  const { entities, relations, rules, routines, lifecycle, privacy } = asked.requirements;
  return new Map(
    [
      ...entities.map((entity) => entityClaim(outcome, entity)),
      ...relations.map((relation) => relationClaim(outcome, relation)),
      ...rules.map((rule) => ruleClaim(outcome, rule)),
      ...routines.map((routine) => routineClaim(outcome, routine)),
      ...lifecycle.map((one) => partitionClaim(outcome, one) ?? lifecycleClaim(outcome, one)),
      ...privacy.map((one) => privacyClaim(outcome, one)),
    ].map((claim) => [claim.id, claim]),
  );
}
