import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { full, text } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind } from '../model.ts';
import { commentSql, ours, ownerSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface CollationFacts {
  readonly provider: string;
  readonly deterministic: boolean;
  readonly collate: string | null;
  readonly ctype: string | null;
  readonly locale: string | null;
  readonly rules: string | null;
  readonly encoding: number;
}

/** The place of the locale changed its name twice. */
const query = (): string => `
SELECT n.nspname::text AS schema, c.collname::text AS name, ${ownerSql('c.collowner')} AS owner, ${commentSql('pg_collation', 'c.oid')} AS comment, NULL AS rights,
  json_build_object('provider', CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE c.collprovider::text END,
    'deterministic', c.collisdeterministic, 'collate', j ->> 'collcollate', 'ctype', j ->> 'collctype',
    'locale', coalesce(j ->> 'colllocale', j ->> 'colliculocale'), 'rules', j ->> 'collicurules', 'encoding', c.collencoding) AS facts
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace CROSS JOIN LATERAL to_jsonb(c) j
WHERE ${OWN_SCHEMA} AND ${ours('pg_collation', 'c.oid')} ORDER BY n.nspname COLLATE "C", c.collname COLLATE "C"`;

/** Collations. */
export const collations: Kind<Fact<CollationFacts>> = simple<CollationFacts>({
  kind: 'collation',
  query,
  key: (fact) => keys.named('collation', fact),
  called: (fact) => ({ what: `COLLATION ${full(fact)}`, schema: fact.schema }),
  create: (fact) => {
    const { provider, deterministic, collate, ctype, locale, rules } = fact.facts;
    const parts = [
      `PROVIDER = ${provider}`,
      ...(provider === 'libc' || locale === null
        ? collate === ctype || ctype === null
          ? [`LOCALE = ${text(collate ?? '')}`]
          : [`LC_COLLATE = ${text(collate ?? '')}`, `LC_CTYPE = ${text(ctype)}`]
        : [`LOCALE = ${text(locale)}`]),
      ...(deterministic ? [] : ['DETERMINISTIC = false']),
      ...(rules === null ? [] : [`RULES = ${text(rules)}`]),
    ];
    return [{ sql: `CREATE COLLATION ${full(fact)} (${parts.join(', ')})`, because: 'new collation' }];
  },
});
