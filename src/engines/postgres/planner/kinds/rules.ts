import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { full, id } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Piece } from '../model.ts';
import { commentSql, ours, type Fact } from './facts.ts';
import { simple } from './simple.ts';
import { firing } from './triggers.ts';

interface RuleFacts {
  readonly relation: string;
  readonly view: boolean;
  readonly definition: string;
  readonly enabled: string;
}

const query = (): string => `
SELECT n.nspname::text AS schema, r.rulename::text AS name, NULL AS owner, ${commentSql('pg_rewrite', 'r.oid')} AS comment, NULL AS rights,
  json_build_object('relation', c.relname, 'view', c.relkind = 'v', 'definition', regexp_replace(pg_catalog.pg_get_ruledef(r.oid), ';\\s*$', ''), 'enabled', r.ev_enabled) AS facts
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND ${OWN_SCHEMA} AND ${ours('pg_rewrite', 'r.oid')}
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", r.rulename COLLATE "C"`;

const onOf = ({ schema, facts }: Fact<RuleFacts>) => ({ schema, name: facts.relation });

/** Rules beside those that make views. */
export const rules: Kind<Fact<RuleFacts>> = simple<RuleFacts>({
  kind: 'rule',
  query,
  key: (fact) => keys.rule(onOf(fact), fact.name),
  needs: (fact) => [fact.facts.view ? keys.view(onOf(fact)) : keys.table(onOf(fact))],
  called: (fact) => ({ what: `RULE ${id(fact.name)} ON ${full(onOf(fact))}` }),
  create: (fact) => [
    { sql: fact.facts.definition, because: 'new rule' },
    ...(fact.facts.enabled === 'O' ? [] : [statePiece(fact)]),
  ],
  change: (before, after) => [
    ...(before.facts.definition === after.facts.definition
      ? []
      : [
          {
            sql: after.facts.definition.replace(/^CREATE RULE/, 'CREATE OR REPLACE RULE'),
            because: 'it changes',
            frees: ['*'],
          },
        ]),
    ...(before.facts.enabled === after.facts.enabled ? [] : [statePiece(after)]),
  ],
});

function statePiece(fact: Fact<RuleFacts>): Piece {
  return {
    sql: `ALTER TABLE ${full(onOf(fact))} ${firing[fact.facts.enabled] ?? 'ENABLE'} RULE ${id(fact.name)}`,
    because: 'whether it fires',
  };
}
