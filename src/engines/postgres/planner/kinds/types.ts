import { isDeepStrictEqual } from 'node:util';
import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { full, id, text } from '../../structure/making.ts';
import { keys, names } from '../keys.ts';
import type { Altered, Kind, Piece, Sides } from '../model.ts';
import { commentSql, ours, ownerSql, qualifiedSql, rightsSql, rowsOf, type Fact } from './facts.ts';
import { domainCreate, domainChange, type DomainFacts } from './domains.ts';
import { enumChange } from './enum-labels.ts';
import { simple } from './simple.ts';

/** An enum, domain, composite type, range, or a type of the server's own code. */
export interface TypeFacts {
  readonly kind: 'e' | 'd' | 'c' | 'r' | 'b' | 'p';
  /** Whether a type of the server's own code is only a name so far. */
  readonly shell: boolean;
  readonly labels: readonly string[] | null;
  readonly domain: DomainFacts | null;
  readonly attributes: readonly Attribute[] | null;
  readonly range: readonly string[] | null;
  /** Everything about a type of the server's own code. */
  readonly code: Readonly<Record<string, unknown>> | null;
}

/** One attribute of a composite type. */
export interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly collation: string | null;
  readonly comment: string | null;
}

const collation = (oid: string, type: string): string =>
  `CASE WHEN ${oid} <> ${type} AND ${oid} <> 0 THEN (SELECT ${qualifiedSql('cn.nspname', 'co.collname')} FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = ${oid}) END`;

const query = (version: number): string => `
SELECT n.nspname::text AS schema, t.typname::text AS name, ${ownerSql('t.typowner')} AS owner, ${commentSql('pg_type', 't.oid')} AS comment,
  ${rightsSql('t.typacl', 'T', 't.typowner')} AS rights,
  json_build_object('kind', t.typtype, 'shell', NOT t.typisdefined,
    'labels', CASE WHEN t.typtype = 'e' THEN (SELECT coalesce(json_agg(e.enumlabel ORDER BY e.enumsortorder), '[]'::json) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) END,
    'domain', CASE WHEN t.typtype = 'd' THEN json_build_object('base', pg_catalog.format_type(t.typbasetype, t.typtypmod), 'collation', ${collation('t.typcollation', 'b.typcollation')},
      'default', pg_catalog.pg_get_expr(t.typdefaultbin, 0), 'notNull', t.typnotnull,
      'notNullName', ${version >= 170_000 ? "(SELECT o.conname FROM pg_catalog.pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'n')" : 'NULL'},
      'constraints', (SELECT coalesce(json_agg(json_build_object('name', o.conname, 'definition', pg_catalog.pg_get_constraintdef(o.oid), 'validated', o.convalidated,
          'comment', pg_catalog.obj_description(o.oid, 'pg_constraint')) ORDER BY o.conname COLLATE "C"), '[]'::json)
        FROM pg_catalog.pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c')) END,
    'attributes', CASE WHEN t.typtype = 'c' THEN (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
          'collation', ${collation('a.attcollation', 'at.typcollation')}, 'comment', pg_catalog.col_description(a.attrelid, a.attnum)) ORDER BY a.attnum), '[]'::json)
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type at ON at.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END,
    'range', (SELECT json_build_array('SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL),
          'SUBTYPE_OPCLASS = ' || ${qualifiedSql('kn.nspname', 'k.opcname')},
          'COLLATION = ' || (SELECT ${qualifiedSql('cn.nspname', 'co.collname')} FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = r.rngcollation),
          'CANONICAL = ' || (SELECT ${qualifiedSql('fn.nspname', 'f.proname')} FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = r.rngcanonical),
          'SUBTYPE_DIFF = ' || (SELECT ${qualifiedSql('fn.nspname', 'f.proname')} FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = r.rngsubdiff)
          ${version >= 140_000 ? `, 'MULTIRANGE_TYPE_NAME = ' || (SELECT ${qualifiedSql('mn.nspname', 'm.typname')} FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace WHERE m.oid = r.rngmultitypid)` : ''})
        FROM pg_catalog.pg_range r JOIN pg_catalog.pg_opclass k ON k.oid = r.rngsubopc JOIN pg_catalog.pg_namespace kn ON kn.oid = k.opcnamespace WHERE r.rngtypid = t.oid),
    'code', CASE WHEN t.typtype IN ('b', 'p') AND t.typisdefined THEN json_build_object('input', t.typinput::oid::regprocedure::text, 'output', t.typoutput::oid::regprocedure::text,
      'receive', t.typreceive::oid::regprocedure::text, 'send', t.typsend::oid::regprocedure::text, 'typmodin', t.typmodin::oid::regprocedure::text, 'typmodout', t.typmodout::oid::regprocedure::text,
      'analyze', t.typanalyze::oid::regprocedure::text, 'length', t.typlen, 'value', t.typbyval, 'align', t.typalign, 'storage', t.typstorage, 'category', t.typcategory,
      'preferred', t.typispreferred, 'delimiter', t.typdelim, 'default', t.typdefault, 'element', pg_catalog.format_type(nullif(t.typelem, 0), NULL), 'collation', t.typcollation) END) AS facts
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')
    OR (t.typtype IN ('b', 'p') AND NOT EXISTS (SELECT FROM pg_catalog.pg_type y WHERE y.typarray = t.oid)))
  AND ${OWN_SCHEMA} AND ${ours('pg_type', 't.oid')}
ORDER BY n.nspname COLLATE "C", t.typname COLLATE "C"`;

type Type = Fact<TypeFacts>;

const wordOf = ({ facts }: Type): string => (facts.kind === 'd' ? 'DOMAIN' : 'TYPE');

const ofCode =
  'its functions are code of the server’s own machine, which a change does not bring along'.replace('’', "'");

/** Enums, domains, composite types and ranges. Types of the server's own code are refused unless nothing differs. */
export const types: Kind<Type> = simple<TypeFacts>({
  kind: 'type',
  query,
  key: keys.type,
  names: (type) => [names.type(type), ...(type.facts.kind === 'c' ? [names.relation(type)] : [])],
  called: (type) => ({
    what: `${wordOf(type)} ${full(type)}`,
    grant: `TYPE ${full(type)}`,
    letter: 'T',
    schema: type.schema,
    everybody: 'USAGE',
  }),
  create(type, sides) {
    const { facts } = type;
    if (facts.code !== null) return { refused: ofCode };
    return [...createPieces(type, sides), ...attributeComments(type, [])];
  },
  change(before, after, sides) {
    if (before.facts.code !== null || after.facts.code !== null) return { refused: ofCode };
    if (before.facts.kind !== after.facts.kind || before.facts.shell !== after.facts.shell) return 'replace';
    switch (after.facts.kind) {
      case 'e':
        return enumChange(after, before.facts.labels ?? [], after.facts.labels ?? []);
      case 'd':
        return domainChange(after, before.facts.domain!, after.facts.domain!);
      case 'c':
        return attributesChange(before, after, sides);
      default:
        return 'replace';
    }
  },
  drop: (type) => [{ sql: `DROP ${wordOf(type)} ${full(type)}`, because: 'no longer wanted' }],
  more: {
    refuses: ({ object }) => (object.facts.code === null ? undefined : ofCode),
    renames: {
      kind: 'type',
      name: ({ path }) => path.slice('type '.length),
      place: ({ object }) => object.schema,
      likeness: ({ object: before }, { object: after }) => likeness(before.facts, after.facts),
      statements: ({ object }, to) => [
        ...(object.name === to.name
          ? []
          : [`ALTER ${wordOf(object)} ${full(object)} RENAME TO ${id(to.name)}`]),
        ...(object.schema === to.schema
          ? []
          : [`ALTER ${wordOf(object)} ${full({ ...object, name: to.name })} SET SCHEMA ${id(to.schema)}`]),
      ],
    },
  },
});

function likeness(before: TypeFacts, after: TypeFacts): number {
  if (before.kind !== after.kind) return 0;
  if (before.kind !== 'e') return isDeepStrictEqual(before, after) ? 1 : 0;
  const was = new Set(before.labels);
  const shared = (after.labels ?? []).filter((label) => was.has(label)).length;
  return (2 * shared) / (was.size + (after.labels?.length ?? 0) || 1);
}

function createPieces(type: Type, { from }: Sides): readonly Piece[] {
  const { facts } = type;
  const old = rowsOf<Type>(from, 'type').find(
    (other) => other.schema === type.schema && other.name === type.name,
  )?.facts.labels;
  const gone = (old ?? []).filter((label) => facts.labels?.includes(label) === false);
  const made = (sql: string): Piece => ({ sql, because: `new ${wordOf(type).toLowerCase()}` });
  switch (facts.kind) {
    case 'e':
      return [
        {
          ...made(`CREATE TYPE ${full(type)} AS ENUM (${(facts.labels ?? []).map(text).join(', ')})`),
          ...(old
            ? {
                because:
                  gone.length === 0
                    ? 'its labels have another order'
                    : `labels go: a row with ${gone.map(text).join(', ')} makes this fail`,
              }
            : {}),
        },
      ];
    case 'd':
      return domainCreate(type, facts.domain!);
    case 'c':
      return [
        made(`CREATE TYPE ${full(type)} AS (${(facts.attributes ?? []).map(attributeSql).join(', ')})`),
      ];
    case 'r':
      return [
        made(
          `CREATE TYPE ${full(type)} AS RANGE (${(facts.range ?? []).filter((part) => part !== null).join(', ')})`,
        ),
      ];
    default:
      return [{ ...made(`CREATE TYPE ${full(type)}`), superuser: true }];
  }
}

function attributeSql({ name, type, collation: collated }: Attribute): string {
  return `${id(name)} ${type}${collated === null ? '' : ` COLLATE ${collated}`}`;
}

/** What is the same keeps its place; what comes stands at the end. */
function attributesChange(before: Type, after: Type, { from, to }: Sides): Altered {
  const was = before.facts.attributes ?? [];
  const is = after.facts.attributes ?? [];
  const kept = was.filter(({ name }) => is.some((other) => other.name === name));
  const inOrder = kept.every(({ name }, at) => is[at]?.name === name);
  if (!inOrder) return 'replace';
  const used = isUsed(from, keys.type(before));
  const changed = kept.filter((attribute, at) => {
    const other = is[at]!;
    return attribute.type !== other.type || attribute.collation !== other.collation;
  });
  // The server changes no attribute of a type that a column has; rows of tables of that type follow.
  if (changed.length > 0 && used === 'column') return 'replace';
  const cascade = used === 'table' && isUsed(to, keys.type(after)) === 'table' ? ' CASCADE' : '';
  const alter = `ALTER TYPE ${full(after)} `;
  return [
    ...was
      .filter((attribute) => !kept.includes(attribute))
      .map(({ name }) => ({
        sql: `${alter}DROP ATTRIBUTE ${id(name)}${cascade}`,
        because: 'attribute that is no longer wanted',
        loses: `values of the attribute ${name}`,
        frees: ['*'],
      })),
    ...changed.map(({ name }) => {
      const { type, collation: collated } = is.find((other) => other.name === name)!;
      return {
        sql: `${alter}ALTER ATTRIBUTE ${id(name)} TYPE ${type}${collated === null ? '' : ` COLLATE ${collated}`}${cascade}`,
        because: 'the type of an attribute changes',
        frees: ['*'],
      };
    }),
    ...is.slice(kept.length).map((attribute) => ({
      sql: `${alter}ADD ATTRIBUTE ${attributeSql(attribute)}${cascade}`,
      because: 'new attribute',
    })),
    ...attributeComments(after, was),
  ];
}

function isUsed(side: Sides['from'], key: string): 'column' | 'table' | undefined {
  let found: 'column' | 'table' | undefined;
  for (const [other, needs] of side.needs)
    if (needs.has(key)) {
      if (other.startsWith('column ')) return 'column';
      if (other.startsWith('table ')) found = 'table';
    }
  return found;
}

function attributeComments(type: Type, before: readonly Attribute[]): readonly Piece[] {
  return (type.facts.attributes ?? []).flatMap(({ name, comment }) => {
    const was = before.find((other) => other.name === name)?.comment ?? null;
    return was === comment
      ? []
      : [
          {
            sql: `COMMENT ON COLUMN ${full(type)}.${id(name)} IS ${comment === null ? 'NULL' : text(comment)}`,
            because: 'the comment of an attribute changes',
          },
        ];
  });
}
