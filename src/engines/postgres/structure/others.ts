import type { Catalog, Other } from '../../../catalog/model.ts';
import { lex } from '../grammar/lex.ts';
import { text, type Making } from './making.ts';
import type { Rank } from './rank.ts';
import { bare, withoutArguments } from './text.ts';

/** Path of a rarely used object, as a difference of catalogs calls it. */
export const otherPath = ({ kind, name }: Other): string => `${kind} ${name}`;

/** Kinds that are not made, and why. */
export const notMade: Readonly<Record<string, string>> = {
  'event trigger': 'it would run a function of the snapshot with the rights of whoever changes the structure',
  publication: 'a twin sends its changes to nobody',
  'operator class': 'only a superuser makes one, and text of a snapshot never runs as a superuser',
};

/** Names of the kinds of words that the server's own text parser finds, by number. */
const tokens =
  'asciiword word numword email url host sfloat version hword_numpart hword_part hword_asciipart blank tag protocol numhword asciihword hword url_path file float int uint entity'.split(
    ' ',
  );

/** What types, tables and routines may be built from: collations, text search. */
export function foundationsDdl(catalog: Catalog): readonly Making[] {
  return others(catalog, {
    collation: collationDdl,
    'text search dictionary': (other) => [
      made(other, `CREATE TEXT SEARCH DICTIONARY ${other.name} (${other.definition})`),
    ],
    'text search configuration': searchDdl,
  });
}

/** What is built from types and routines: operators and casts. */
export function operatorsDdl(catalog: Catalog): readonly Making[] {
  return others(catalog, {
    operator: (other) => [
      made(other, `CREATE OPERATOR ${withoutArguments(other.name)} (${other.definition})`),
    ],
    cast: (other) => [made(other, `CREATE CAST ${other.definition}`)],
  });
}

/** Rules, and statistics over several columns in their order. */
export function rulesDdl(catalog: Catalog, rank: Rank): readonly Making[] {
  const statistics = (catalog.others ?? [])
    .filter(({ kind }) => kind === 'statistics')
    .map((other) => ({ other, ...nameIn(other.name) }));
  return [
    ...others(catalog, { rule: ruleDdl }),
    ...rank('statistics')(statistics).flatMap(({ other }) => [
      ...statisticsDdl(other),
      ...comment(other, `STATISTICS ${other.name}`),
    ]),
  ];
}

function others(
  catalog: Catalog,
  writers: Readonly<Record<string, (other: Other) => readonly Making[]>>,
): readonly Making[] {
  return (catalog.others ?? []).flatMap((other) => {
    const write = writers[other.kind];
    if (!write) return [];
    const what: Readonly<Record<string, string>> = {
      cast: `CAST (${other.name.replace(' as ', ' AS ')})`,
      rule: `RULE ${splitName(other.name).last} ON ${splitName(other.name).rest}`,
    };
    return [
      ...write(other),
      ...comment(other, what[other.kind] ?? `${other.kind.toUpperCase()} ${other.name}`),
    ];
  });
}

function made(other: Other, sql: string): Making {
  return { path: otherPath(other), sql };
}

function comment(other: Other, what: string): readonly Making[] {
  return other.comment === undefined
    ? []
    : [
        {
          path: `${otherPath(other)} comment`,
          of: otherPath(other),
          sql: `COMMENT ON ${what} IS ${text(other.comment)}`,
        },
      ];
}

/** A collation of the C library that this machine lacks is made to sort by code point: its columns must exist. */
function collationDdl(other: Other): readonly Making[] {
  const facts = JSON.parse(other.definition) as Readonly<Record<string, unknown>>;
  const provider = { c: 'libc', i: 'icu', b: 'builtin' }[String(facts.collprovider)] ?? 'libc';
  const word = (value: unknown): string | undefined => (typeof value === 'string' ? text(value) : undefined);
  const locale = word(facts.colllocale) ?? word(facts.colliculocale) ?? word(facts.collcollate);
  const parts =
    provider === 'libc'
      ? [`LC_COLLATE = ${word(facts.collcollate) ?? "''"}`, `LC_CTYPE = ${word(facts.collctype) ?? "''"}`]
      : [`LOCALE = ${locale ?? "''"}`];
  const rules = word(facts.collicurules);
  const sql = [
    `PROVIDER = ${provider}`,
    ...parts,
    ...(facts.collisdeterministic === false ? ['DETERMINISTIC = false'] : []),
    ...(rules === undefined ? [] : [`RULES = ${rules}`]),
  ].join(', ');
  return [
    {
      path: otherPath(other),
      sql: `CREATE COLLATION ${other.name} (${sql})`,
      instead: {
        sql: `CREATE COLLATION ${other.name} (PROVIDER = libc, LOCALE = 'C')`,
        why: 'its locale is not known here: it sorts by code point, so that plans and orders over its columns are not exact',
      },
    },
  ];
}

function searchDdl(other: Other): readonly Making[] {
  const dictionaries = new Map<string, string[]>();
  for (const part of other.definition.split(', ')) {
    const [, token, dictionary] = /^(\d+) \d+ ([\s\S]+)$/.exec(part) ?? [];
    const name = tokens[Number(token) - 1];
    if (name === undefined || dictionary === undefined) continue;
    dictionaries.set(name, [...(dictionaries.get(name) ?? []), dictionary]);
  }
  return [
    made(other, `CREATE TEXT SEARCH CONFIGURATION ${other.name} (PARSER = pg_catalog."default")`),
    ...[...dictionaries].map(([name, used]) => ({
      path: `${otherPath(other)} definition`,
      of: otherPath(other),
      sql: `ALTER TEXT SEARCH CONFIGURATION ${other.name} ADD MAPPING FOR ${name} WITH ${used.join(', ')}`,
    })),
  ];
}

const ruleStates: Readonly<Record<string, string>> = {
  D: 'DISABLE',
  R: 'ENABLE REPLICA',
  A: 'ENABLE ALWAYS',
};

function ruleDdl(other: Other): readonly Making[] {
  const state = ruleStates[/ \/\* ([DRA]) \*\/$/.exec(other.definition)?.[1] ?? ''];
  const { rest, last } = splitName(other.name);
  return [
    { ...made(other, other.definition), begins: /^CREATE RULE / },
    ...(state === undefined ? [] : [made(other, `ALTER TABLE ${rest} ${state} RULE ${last}`)]),
  ];
}

function statisticsDdl(other: Other): readonly Making[] {
  const target = / \/\* statistics (\d+) \*\/$/.exec(other.definition)?.[1];
  return [
    { ...made(other, other.definition), begins: /^CREATE STATISTICS / },
    ...(target === undefined ? [] : [made(other, `ALTER STATISTICS ${other.name} SET STATISTICS ${target}`)]),
  ];
}

/** `schema.table rule` → the table, and the rule. */
function splitName(name: string): { readonly rest: string; readonly last: string } {
  const last = lex(name).at(-1);
  return { rest: name.slice(0, last?.from ?? 0).trim(), last: last?.text ?? name };
}

/** The bare parts of a printed, qualified name. */
function nameIn(printed: string): { readonly schema: string; readonly name: string } {
  const [schema = '', name = ''] = lex(printed)
    .filter(({ text: part }) => part !== '.')
    .map(({ text: part }) => bare(part));
  return { schema, name };
}
