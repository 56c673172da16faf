import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { full, id, text } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind } from '../model.ts';
import { commentSql, ours, ownerSql, qualifiedSql, rightsSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

const superuser = true as const;

const functionSql = (oid: string): string =>
  `(SELECT ${qualifiedSql('fn.nspname', 'f.proname')} FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = ${oid}::oid)`;
const signatureSql = (oid: string): string => `nullif(${oid}::oid, 0)::regprocedure::text`;

interface LanguageFacts {
  readonly trusted: boolean;
  readonly handler: string | null;
  readonly inline: string | null;
  readonly validator: string | null;
}

/** Procedural languages that no extension made; those of the server have lower oids. */
export const languages: Kind<Fact<LanguageFacts>> = simple<LanguageFacts>({
  kind: 'language',
  query: () => `
SELECT '' AS schema, l.lanname::text AS name, ${ownerSql('l.lanowner')} AS owner, ${commentSql('pg_language', 'l.oid')} AS comment, ${rightsSql('l.lanacl', 'l', 'l.lanowner')} AS rights,
  json_build_object('trusted', l.lanpltrusted, 'handler', ${functionSql('l.lanplcallfoid')}, 'inline', ${functionSql('l.laninline')}, 'validator', ${functionSql('l.lanvalidator')}) AS facts
FROM pg_catalog.pg_language l WHERE l.lanispl AND ${ours('pg_language', 'l.oid')} ORDER BY l.lanname COLLATE "C"`,
  key: (fact) => keys.named('language', fact),
  called: ({ name }) => ({ what: `LANGUAGE ${id(name)}`, superuser, everybody: 'USAGE' }),
  create: ({ name, facts }) => [
    {
      sql: [
        `CREATE${facts.trusted ? ' TRUSTED' : ''} LANGUAGE ${id(name)} HANDLER ${facts.handler ?? ''}`,
        ...(facts.inline === null ? [] : [`INLINE ${facts.inline}`]),
        ...(facts.validator === null ? [] : [`VALIDATOR ${facts.validator}`]),
      ].join(' '),
      because: 'new language',
      superuser,
    },
  ],
});

interface MethodFacts {
  readonly type: string;
  readonly handler: string;
}

/** Access methods. */
export const accessMethods: Kind<Fact<MethodFacts>> = simple<MethodFacts>({
  kind: 'access method',
  query: () => `
SELECT '' AS schema, m.amname::text AS name, NULL AS owner, ${commentSql('pg_am', 'm.oid')} AS comment, NULL AS rights,
  json_build_object('type', CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, 'handler', ${functionSql('m.amhandler')}) AS facts
FROM pg_catalog.pg_am m WHERE ${ours('pg_am', 'm.oid')} ORDER BY m.amname COLLATE "C"`,
  key: (fact) => keys.named('access method', fact),
  called: ({ name }) => ({ what: `ACCESS METHOD ${id(name)}`, superuser }),
  create: ({ name, facts }) => [
    {
      sql: `CREATE ACCESS METHOD ${id(name)} TYPE ${facts.type} HANDLER ${facts.handler}`,
      because: 'new access method',
      superuser,
    },
  ],
});

interface ConversionFacts {
  readonly from: string;
  readonly to: string;
  readonly function: string;
  readonly default: boolean;
}

/** Conversions between encodings. */
export const encodingConversions: Kind<Fact<ConversionFacts>> = simple<ConversionFacts>({
  kind: 'conversion',
  query: () => `
SELECT n.nspname::text AS schema, c.conname::text AS name, ${ownerSql('c.conowner')} AS owner, ${commentSql('pg_conversion', 'c.oid')} AS comment, NULL AS rights,
  json_build_object('from', pg_catalog.pg_encoding_to_char(c.conforencoding), 'to', pg_catalog.pg_encoding_to_char(c.contoencoding), 'function', ${functionSql('c.conproc')}, 'default', c.condefault) AS facts
FROM pg_catalog.pg_conversion c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE ${OWN_SCHEMA} AND ${ours('pg_conversion', 'c.oid')} ORDER BY n.nspname COLLATE "C", c.conname COLLATE "C"`,
  key: (fact) => keys.named('conversion', fact),
  called: (fact) => ({ what: `CONVERSION ${full(fact)}`, schema: fact.schema }),
  create: (fact) => [
    {
      sql: `CREATE${fact.facts.default ? ' DEFAULT' : ''} CONVERSION ${full(fact)} FOR ${text(fact.facts.from)} TO ${text(fact.facts.to)} FROM ${fact.facts.function}`,
      because: 'new conversion',
    },
  ],
});

interface TransformFacts {
  readonly type: string;
  readonly fromSql: string | null;
  readonly toSql: string | null;
}

/** Transforms of types for languages. */
export const transforms: Kind<Fact<TransformFacts>> = simple<TransformFacts>({
  kind: 'transform',
  query: () => `
SELECT '' AS schema, l.lanname::text AS name, NULL AS owner, ${commentSql('pg_transform', 't.oid')} AS comment, NULL AS rights,
  json_build_object('type', pg_catalog.format_type(t.trftype, NULL), 'fromSql', ${signatureSql('t.trffromsql')}, 'toSql', ${signatureSql('t.trftosql')}) AS facts
FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang WHERE ${ours('pg_transform', 't.oid')} ORDER BY 2, t.oid`,
  key: (fact) => keys.typed('transform', fact, ` for ${fact.facts.type}`),
  called: ({ name, facts }) => ({ what: `TRANSFORM FOR ${facts.type} LANGUAGE ${id(name)}`, superuser }),
  create: ({ name, facts }) => [
    {
      sql: `CREATE TRANSFORM FOR ${facts.type} LANGUAGE ${id(name)} (${[
        ...(facts.fromSql === null ? [] : [`FROM SQL WITH FUNCTION ${facts.fromSql}`]),
        ...(facts.toSql === null ? [] : [`TO SQL WITH FUNCTION ${facts.toSql}`]),
      ].join(', ')})`,
      because: 'new transform',
      superuser,
    },
  ],
});
