import { printPart } from '../../../../catalog/identity.ts';
import { id, text } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Side } from '../model.ts';
import { roleOn, roleSql } from './around.ts';
import { commentSql, ours, ownerSql, qualifiedSql, rightsSql, type Fact } from './facts.ts';
import { foreignOptions, foreignOptionsChange, isSecret } from './options.ts';
import { simple } from './simple.ts';

interface WrapperFacts {
  readonly handler: string | null;
  readonly validator: string | null;
  readonly options: readonly string[];
}

const superuser = true as const;

const functionSql = (oid: string): string =>
  `(SELECT ${qualifiedSql('n.nspname', 'p.proname')} FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = ${oid})`;

const withSecret = 'one of its options is a secret, which nobody prints';

/** Foreign data wrappers that no extension made. */
export const wrappers: Kind<Fact<WrapperFacts>> = simple<WrapperFacts>({
  kind: 'foreign data wrapper',
  query: () => `
SELECT '' AS schema, w.fdwname::text AS name, ${ownerSql('w.fdwowner')} AS owner, ${commentSql('pg_foreign_data_wrapper', 'w.oid')} AS comment,
  ${rightsSql('w.fdwacl', 'F', 'w.fdwowner')} AS rights,
  json_build_object('handler', ${functionSql('w.fdwhandler')}, 'validator', ${functionSql('w.fdwvalidator')}, 'options', coalesce(w.fdwoptions, '{}')) AS facts
FROM pg_catalog.pg_foreign_data_wrapper w WHERE ${ours('pg_foreign_data_wrapper', 'w.oid')} ORDER BY w.fdwname COLLATE "C"`,
  key: (fact) => keys.named('foreign data wrapper', fact),
  called: ({ name }) => ({ what: `FOREIGN DATA WRAPPER ${id(name)}`, superuser }),
  create: ({ name, facts }) =>
    facts.options.some(isSecret)
      ? { refused: withSecret }
      : [
          {
            sql: `CREATE FOREIGN DATA WRAPPER ${id(name)}${functions(facts)}${foreignOptions(facts.options)}`,
            because: 'new foreign data wrapper',
            superuser,
          },
        ],
  change: ({ facts: before }, { name, facts: after }) =>
    hasSecretChange(before.options, after.options)
      ? { refused: withSecret }
      : [
          {
            sql: `ALTER FOREIGN DATA WRAPPER ${id(name)}${before.handler === after.handler && before.validator === after.validator ? '' : functions(after)}${foreignOptionsChange(before.options, after.options)}`,
            because: 'it changes',
            superuser,
            frees: ['*'],
          },
        ],
});

function functions({ handler, validator }: WrapperFacts): string {
  return ` ${handler === null ? 'NO HANDLER' : `HANDLER ${handler}`} ${validator === null ? 'NO VALIDATOR' : `VALIDATOR ${validator}`}`;
}

function hasSecretChange(before: readonly string[], after: readonly string[]): boolean {
  return [
    ...before.filter((one) => !after.includes(one)),
    ...after.filter((one) => !before.includes(one)),
  ].some(isSecret);
}

interface ServerFacts {
  readonly wrapper: string;
  readonly type: string | null;
  readonly version: string | null;
  readonly options: readonly string[];
}

/** Foreign servers. */
export const servers: Kind<Fact<ServerFacts>> = simple<ServerFacts>({
  kind: 'server',
  query: () => `
SELECT '' AS schema, s.srvname::text AS name, ${ownerSql('s.srvowner')} AS owner, ${commentSql('pg_foreign_server', 's.oid')} AS comment,
  ${rightsSql('s.srvacl', 'S', 's.srvowner')} AS rights,
  json_build_object('wrapper', w.fdwname, 'type', s.srvtype, 'version', s.srvversion, 'options', coalesce(s.srvoptions, '{}')) AS facts
FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE ${ours('pg_foreign_server', 's.oid')} ORDER BY s.srvname COLLATE "C"`,
  key: (fact) => keys.named('server', fact),
  called: ({ name }) => ({
    what: `SERVER ${id(name)}`,
    grant: `FOREIGN SERVER ${id(name)}`,
  }),
  create: ({ name, facts }) =>
    facts.options.some(isSecret)
      ? { refused: withSecret }
      : [
          {
            sql: [
              `CREATE SERVER ${id(name)}`,
              ...(facts.type === null ? [] : [`TYPE ${text(facts.type)}`]),
              ...(facts.version === null ? [] : [`VERSION ${text(facts.version)}`]),
              `FOREIGN DATA WRAPPER ${id(facts.wrapper)}${foreignOptions(facts.options)}`,
            ].join(' '),
            because: 'new foreign server',
          },
        ],
  change({ facts: before }, { name, facts: after }) {
    if (before.wrapper !== after.wrapper || before.type !== after.type) return 'replace';
    if (before.version !== null && after.version === null) return 'replace';
    if (hasSecretChange(before.options, after.options)) return { refused: withSecret };
    return [
      {
        sql: `ALTER SERVER ${id(name)}${before.version === after.version ? '' : ` VERSION ${text(after.version ?? '')}`}${foreignOptionsChange(before.options, after.options)}`,
        because: 'it changes',
      },
    ];
  },
});

interface MappingFacts {
  /** Null is everybody. */
  readonly user: string | null;
  readonly options: readonly string[];
}

const mappingUser = (side: Side, user: string | null): string => roleSql(roleOn(side, user));

/** User mappings; what is secret in them is told by a sum only. */
export const mappings: Kind<Fact<MappingFacts>> = simple<MappingFacts>({
  kind: 'user mapping',
  query: () => `
SELECT '' AS schema, s.srvname::text AS name, NULL AS owner, NULL AS comment, NULL AS rights,
  json_build_object('user', CASE WHEN u.umuser <> 0 THEN ${ownerSql('u.umuser')} END,
    'options', ARRAY(SELECT CASE WHEN split_part(o, '=', 1) ~* 'pass|secret|token|key|credential' THEN split_part(o, '=', 1) || '=' || pg_catalog.md5(o) ELSE o END FROM unnest(u.umoptions) o)) AS facts
FROM pg_catalog.pg_user_mapping u JOIN pg_catalog.pg_foreign_server s ON s.oid = u.umserver ORDER BY s.srvname COLLATE "C"`,
  key: (fact) => `user mapping ${printPart(fact.name)} for ${fact.facts.user ?? 'public'}`,
  needs: ({ name, facts }) => [
    keys.named('server', { schema: '', name }),
    ...(facts.user === null ? [] : [keys.role(facts.user)]),
  ],
  called: ({ name, facts }) => ({
    what: `USER MAPPING FOR ${facts.user === null ? 'PUBLIC' : id(facts.user)} SERVER ${id(name)}`,
  }),
  create: ({ name, facts }, { to }) =>
    facts.options.some(isSecret)
      ? { refused: withSecret }
      : [
          {
            sql: `CREATE USER MAPPING FOR ${mappingUser(to, facts.user)} SERVER ${id(name)}${foreignOptions(facts.options)}`,
            because: 'new user mapping',
          },
        ],
  change: ({ facts: before }, { name, facts: after }, { to }) =>
    hasSecretChange(before.options, after.options)
      ? { refused: withSecret }
      : [
          {
            sql: `ALTER USER MAPPING FOR ${mappingUser(to, after.user)} SERVER ${id(name)}${foreignOptionsChange(before.options, after.options)}`,
            because: 'it changes',
          },
        ],
});
