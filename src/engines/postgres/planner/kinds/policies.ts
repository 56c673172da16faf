import { isDeepStrictEqual } from 'node:util';
import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { full, id } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Side } from '../model.ts';
import { roleOn, roleSql } from './around.ts';
import { commentSql, ownerSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface PolicyFacts {
  readonly table: string;
  readonly permissive: boolean;
  readonly command: string;
  /** Null is everybody. */
  readonly roles: readonly (string | null)[];
  readonly using: string | null;
  readonly check: string | null;
}

const query = (): string => `
SELECT n.nspname::text AS schema, p.polname::text AS name, NULL AS owner, ${commentSql('pg_policy', 'p.oid')} AS comment, NULL AS rights,
  json_build_object('table', c.relname, 'permissive', p.polpermissive,
    'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
    'roles', (SELECT json_agg(CASE WHEN r.oid <> 0 THEN ${ownerSql('r.oid')} END ORDER BY CASE WHEN r.oid <> 0 THEN ${ownerSql('r.oid')} COLLATE "C" END) FROM unnest(p.polroles) r(oid)),
    'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) AS facts
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE ${OWN_SCHEMA} ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", p.polname COLLATE "C"`;

const tableOf = ({ schema, facts }: Fact<PolicyFacts>) => ({ schema, name: facts.table });

const rolesOn = (side: Side, { facts }: Fact<PolicyFacts>): readonly (string | null)[] =>
  facts.roles.map((role) => roleOn(side, role)).toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));

const roleKeys = (side: Side, fact: Fact<PolicyFacts>): readonly string[] =>
  fact.facts.roles.flatMap((role) => (role === null || roleOn(side, role) !== role ? [] : [keys.role(role)]));

/** Row security policies. */
export const policies: Kind<Fact<PolicyFacts>> = simple<PolicyFacts>({
  kind: 'policy',
  query,
  key: (fact) => keys.policy(tableOf(fact), fact.name),
  needs: (fact) => [keys.table(tableOf(fact))],
  called: (fact) => ({ what: `POLICY ${id(fact.name)} ON ${full(tableOf(fact))}` }),
  create: (fact, { to }) => [
    {
      sql: [
        `CREATE POLICY ${id(fact.name)} ON ${full(tableOf(fact))}`,
        ...(fact.facts.permissive ? [] : ['AS RESTRICTIVE']),
        `FOR ${fact.facts.command} TO ${rolesOn(to, fact).map(roleSql).join(', ')}`,
        ...conditions(fact.facts),
      ].join(' '),
      because: 'new policy',
      needs: roleKeys(to, fact),
    },
  ],
  change(before, after, { from, to }) {
    const was = before.facts;
    const is = after.facts;
    const gone = (was.using !== null && is.using === null) || (was.check !== null && is.check === null);
    if (was.permissive !== is.permissive || was.command !== is.command || gone) return 'replace';
    const roles = rolesOn(to, after);
    const parts = [
      ...(isDeepStrictEqual(rolesOn(from, before), roles) ? [] : [`TO ${roles.map(roleSql).join(', ')}`]),
      ...conditions({
        using: was.using === is.using ? null : is.using,
        check: was.check === is.check ? null : is.check,
      }),
    ];
    return parts.length === 0
      ? []
      : [
          {
            sql: `ALTER POLICY ${id(after.name)} ON ${full(tableOf(after))} ${parts.join(' ')}`,
            because: 'it changes',
            needs: roleKeys(to, after),
            frees: ['*', ...roleKeys(from, before)],
          },
        ];
  },
  more: {
    renames: {
      kind: 'policy',
      free: true,
      name: ({ path }) => path.slice('policy '.length),
      place: ({ object }) => `${object.schema}.${object.facts.table}`,
      likeness: ({ object: before }, { object: after }) =>
        isDeepStrictEqual(before.facts, after.facts) ? 1 : 0,
      statements: ({ object }, to) => [
        `ALTER POLICY ${id(object.name)} ON ${full(tableOf(object))} RENAME TO ${id(to.name)}`,
      ],
    },
  },
});

function conditions({ using, check }: Pick<PolicyFacts, 'using' | 'check'>): readonly string[] {
  return [
    ...(using === null ? [] : [`USING (${using})`]),
    ...(check === null ? [] : [`WITH CHECK (${check})`]),
  ];
}
