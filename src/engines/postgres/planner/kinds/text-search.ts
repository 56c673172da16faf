import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { split } from '../../structure/text.ts';
import { full } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Piece } from '../model.ts';
import { commentSql, ours, ownerSql, qualifiedSql, type Fact } from './facts.ts';
import { simple } from './simple.ts';

const superuser = true as const;

const from = (catalog: string, alias: string, schema: string, name: string): string =>
  `FROM pg_catalog.${catalog} ${alias} JOIN pg_catalog.pg_namespace n ON n.oid = ${alias}.${schema}
WHERE ${OWN_SCHEMA} AND ${ours(catalog, `${alias}.oid`)} ORDER BY n.nspname COLLATE "C", ${alias}.${name} COLLATE "C"`;

const head = (catalog: string, alias: string, name: string, owner: string | undefined): string =>
  `SELECT n.nspname::text AS schema, ${alias}.${name}::text AS name, ${owner === undefined ? 'NULL' : ownerSql(`${alias}.${owner}`)} AS owner, ${commentSql(catalog, `${alias}.oid`)} AS comment, NULL AS rights,`;

const named = (catalog: string, schema: string, name: string, oid: string): string =>
  `(SELECT ${qualifiedSql('sn.nspname', `s.${name}`)} FROM pg_catalog.${catalog} s JOIN pg_catalog.pg_namespace sn ON sn.oid = s.${schema} WHERE s.oid = ${oid})`;

/** Parsers and templates are made of functions of the server's own machine, by a superuser. */
const ofFunctions = (
  kind: 'text search parser' | 'text search template',
  query: string,
): Kind<Fact<Readonly<Record<string, string | null>>>> =>
  simple<Readonly<Record<string, string | null>>>({
    kind,
    query: () => query,
    key: (fact) => keys.named(kind, fact),
    called: (fact) => ({ what: `${kind.toUpperCase()} ${full(fact)}`, superuser }),
    create: (fact) => [
      {
        sql: `CREATE ${kind.toUpperCase()} ${full(fact)} (${Object.entries(fact.facts)
          .flatMap(([name, routine]) => (routine === null ? [] : [`${name.toUpperCase()} = ${routine}`]))
          .join(', ')})`,
        because: `new ${kind}`,
        superuser,
      },
    ],
  });

const routine = (oid: string): string => named('pg_proc', 'pronamespace', 'proname', `${oid}::oid`);

/** Text search parsers. */
export const searchParsers = ofFunctions(
  'text search parser',
  `${head('pg_ts_parser', 'p', 'prsname', undefined)}
  json_build_object('start', ${routine('p.prsstart')}, 'gettoken', ${routine('p.prstoken')}, 'end', ${routine('p.prsend')},
    'lextypes', ${routine('p.prslextype')}, 'headline', ${routine('p.prsheadline')}) AS facts ${from('pg_ts_parser', 'p', 'prsnamespace', 'prsname')}`,
);

/** Text search templates. */
export const searchTemplates = ofFunctions(
  'text search template',
  `${head('pg_ts_template', 't', 'tmplname', undefined)}
  json_build_object('init', ${routine('t.tmplinit')}, 'lexize', ${routine('t.tmpllexize')}) AS facts ${from('pg_ts_template', 't', 'tmplnamespace', 'tmplname')}`,
);

interface DictionaryFacts {
  readonly template: string;
  readonly options: string | null;
}

/** Text search dictionaries. */
export const searchDictionaries: Kind<Fact<DictionaryFacts>> = simple<DictionaryFacts>({
  kind: 'text search dictionary',
  query: () => `${head('pg_ts_dict', 'd', 'dictname', 'dictowner')}
  json_build_object('template', ${named('pg_ts_template', 'tmplnamespace', 'tmplname', 'd.dicttemplate')}, 'options', d.dictinitoption) AS facts ${from('pg_ts_dict', 'd', 'dictnamespace', 'dictname')}`,
  key: (fact) => keys.named('text search dictionary', fact),
  called: (fact) => ({ what: `TEXT SEARCH DICTIONARY ${full(fact)}`, schema: fact.schema }),
  create: (fact) => [
    {
      sql: `CREATE TEXT SEARCH DICTIONARY ${full(fact)} (TEMPLATE = ${fact.facts.template}${fact.facts.options === null ? '' : `, ${fact.facts.options}`})`,
      because: 'new text search dictionary',
    },
  ],
  change(before, after) {
    if (before.facts.template !== after.facts.template) return 'replace';
    const was = optionsIn(before.facts.options);
    const is = optionsIn(after.facts.options);
    const parts = [
      ...[...is]
        .filter(([name, value]) => was.get(name) !== value)
        .map(([name, value]) => `${name} = ${value}`),
      ...[...was.keys()].filter((name) => !is.has(name)),
    ];
    // Options in another order are no change that the server would make.
    return parts.length === 0
      ? 'replace'
      : [
          {
            sql: `ALTER TEXT SEARCH DICTIONARY ${full(after)} (${parts.join(', ')})`,
            because: 'its options change',
          },
        ];
  },
});

function optionsIn(printed: string | null): ReadonlyMap<string, string> {
  return new Map(
    (printed === null ? [] : split(printed, ',')).map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const;
    }),
  );
}

interface ConfigurationFacts {
  readonly parser: string;
  readonly mappings: readonly { readonly token: string; readonly dictionaries: readonly string[] }[];
}

/** Text search configurations with what becomes of each kind of word. */
export const searchConfigurations: Kind<Fact<ConfigurationFacts>> = simple<ConfigurationFacts>({
  kind: 'text search configuration',
  query: () => `${head('pg_ts_config', 'c', 'cfgname', 'cfgowner')}
  json_build_object('parser', ${named('pg_ts_parser', 'prsnamespace', 'prsname', 'c.cfgparser')},
    'mappings', (SELECT coalesce(json_agg(json_build_object('token', t.alias, 'dictionaries', t.dictionaries) ORDER BY t.tokid), '[]'::json) FROM (
      SELECT k.tokid, k.alias, json_agg(${named('pg_ts_dict', 'dictnamespace', 'dictname', 'm.mapdict')} ORDER BY m.mapseqno) AS dictionaries
      FROM pg_catalog.pg_ts_config_map m JOIN pg_catalog.ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype WHERE m.mapcfg = c.oid GROUP BY 1, 2) t)) AS facts
  ${from('pg_ts_config', 'c', 'cfgnamespace', 'cfgname')}`,
  key: (fact) => keys.named('text search configuration', fact),
  called: (fact) => ({ what: `TEXT SEARCH CONFIGURATION ${full(fact)}`, schema: fact.schema }),
  create: (fact) => [
    {
      sql: `CREATE TEXT SEARCH CONFIGURATION ${full(fact)} (PARSER = ${fact.facts.parser})`,
      because: 'new text search configuration',
    },
    ...mappingPieces(fact, []),
  ],
  change: (before, after) =>
    before.facts.parser === after.facts.parser ? mappingPieces(after, before.facts.mappings) : 'replace',
});

function mappingPieces(
  fact: Fact<ConfigurationFacts>,
  before: ConfigurationFacts['mappings'],
): readonly Piece[] {
  const alter = `ALTER TEXT SEARCH CONFIGURATION ${full(fact)} `;
  const because = 'what becomes of a kind of word';
  const find = (all: ConfigurationFacts['mappings'], token: string) =>
    all.find((mapping) => mapping.token === token);
  const groups = new Map<string, string[]>();
  for (const { token, dictionaries } of fact.facts.mappings) {
    const was = find(before, token);
    const list = dictionaries.join(', ');
    if (was?.dictionaries.join(', ') === list) continue;
    const key = `${was ? 'ALTER' : 'ADD'} ${list}`;
    groups.set(key, [...(groups.get(key) ?? []), token]);
  }
  const gone = before.filter(({ token }) => !find(fact.facts.mappings, token)).map(({ token }) => token);
  return [
    ...(gone.length === 0
      ? []
      : [{ sql: `${alter}DROP MAPPING FOR ${gone.join(', ')}`, because, frees: ['*'] }]),
    ...[...groups].map(([key, tokens]) => ({
      sql: `${alter}${key.slice(0, key.indexOf(' '))} MAPPING FOR ${tokens.join(', ')} WITH ${key.slice(key.indexOf(' ') + 1)}`,
      because,
      frees: ['*'],
    })),
  ];
}
