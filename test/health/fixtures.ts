/** Fixtures of rules that SQL can make: all of one kind stand in one database, each in a schema of its rule's name. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import { healthFacts } from '../../src/deliver/health/facts.ts';
import { noStandards } from '../../src/rules/check.ts';
import { healthSubject } from '../../src/rules/health/asking/subject.ts';
import { healthLimits } from '../../src/rules/health/limits.ts';
import type { HealthFacts, HealthLimits, HealthOffence, HealthRule } from '../../src/rules/health/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';

const folders = [import.meta.dirname, join(import.meta.dirname, '../rules/schema')];

/** A fixture as it is written: SQL, and what it tells in its comments. */
export interface Fixture {
  readonly rule: string;
  readonly sql: string;
  /** `-- finds: orders index orders_total_idx`, without the schema. */
  readonly finds: readonly string[];
  /** `-- limits: { "smallBytes": 1000 }`. */
  readonly limits: Partial<HealthLimits>;
  /** `-- later: 40` days have passed since. */
  readonly days: number;
  /** `-- as: admin`. */
  readonly admin: boolean;
  /** `-- unmended`: the fix takes a moment or another session to show. */
  readonly unmended: boolean;
}

export function fixtureOf(rule: string, kind: 'bad' | 'good'): Fixture | undefined {
  const path = folders.map((folder) => join(folder, rule, `${kind}.sql`)).find(existsSync);
  if (path === undefined) return undefined;
  const sql = readFileSync(path, 'utf8');
  const line = (name: string): string | undefined => new RegExp(`^-- ${name}: (.*)$`, 'm').exec(sql)?.[1];
  return {
    rule,
    sql,
    finds: [...sql.matchAll(/^-- finds: (.*)$/gm)]
      .map((found) => found[1]!.replaceAll('public.', ''))
      .toSorted(),
    limits: JSON.parse(line('limits') ?? '{}') as Partial<HealthLimits>,
    days: Number(line('later') ?? 0),
    admin: line('as') === 'admin',
    unmended: /^-- unmended/m.test(sql),
  };
}

/** Runs statements one by one, so that those which need no transaction around them have none. */
export async function runAll(session: Session, sql: string): Promise<void> {
  for (const statement of postgres.grammar.split(sql))
    await session.query(statement.sql).catch((error: unknown) => {
      // An index that could not be built is what one of the rules looks for.
      if (!statement.sql.includes('-- fails') && !/UNIQUE INDEX CONCURRENTLY/.test(statement.sql))
        throw error;
    });
}

export async function setUp(database: SandboxDatabase, fixtures: readonly Fixture[]): Promise<void> {
  const owner = await postgres.connect(database.ownerUrl);
  const admin = await postgres.connect(database.adminUrl);
  try {
    // The role of a web gateway, which rules about visitors look for.
    await admin.query(
      `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'web_anon') THEN CREATE ROLE web_anon; END IF; END $$`,
    );
    for (const { rule, sql, admin: asAdmin } of fixtures) {
      await owner.query(`CREATE SCHEMA "${rule}"`);
      const session = asAdmin ? admin : owner;
      await session.query(`SET search_path = "${rule}", public`);
      await runAll(session, sql.replaceAll('public.', `"${rule}".`));
    }
  } finally {
    await owner.close();
    await admin.close();
  }
}

export function factsOf(url: string, windowMs?: number): Promise<HealthFacts> {
  return healthFacts({
    engine: postgres,
    from: { kind: 'database', url },
    replicas: [],
    ...(windowMs === undefined ? {} : { windowMs }),
    emit: () => undefined,
    signal: new AbortController().signal,
  });
}

/** What a rule finds in its own schema. */
export function findsOf(rule: HealthRule, facts: HealthFacts, fixture: Fixture): readonly HealthOffence[] {
  const at = new Date(Date.parse(facts.server!.at) + fixture.days * 86_400_000).toISOString();
  const subject = healthSubject(postgres, { ...facts, server: { ...facts.server!, at } }, noStandards, {
    ...healthLimits,
    ...fixture.limits,
  });
  return rule.find(subject).filter(({ object }) => object.includes(`"${rule.id}".`));
}

export const placesOf = (rule: HealthRule, offences: readonly HealthOffence[]): readonly string[] =>
  offences.map(({ object }) => object.replaceAll(`"${rule.id}".`, '')).toSorted();
