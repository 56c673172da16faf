import { OWN_SCHEMA } from '../../inspect/scope.ts';
import { full, id } from '../../structure/making.ts';
import { routineDdl } from '../../structure/routines.ts';
import { keys } from '../keys.ts';
import type { Kind, Piece, Side } from '../model.ts';
import { needsOfBodies, schemasOfBody } from './bodies.ts';
import { commentSql, ours, ownerSql, rightsSql, rowsOf, type Fact } from './facts.ts';
import { simple } from './simple.ts';

interface RoutineFacts {
  readonly kind: 'f' | 'p' | 'a' | 'w';
  readonly identity: string;
  /** Types of its arguments alone: what tells overloads apart. */
  readonly types: string;
  readonly definition: string | null;
  readonly result: string | null;
  readonly arguments: readonly { readonly name: string; readonly mode: string; readonly type: string }[];
  readonly defaults: number;
  readonly language: string;
  readonly trusted: boolean;
  readonly leakproof: boolean;
  readonly support: string | null;
  /** Its body as a text that the server does not look through. */
  readonly body: string | null;
  readonly aggregate: Readonly<Record<string, unknown>> | null;
}

const query = (version: number): string => `
SELECT n.nspname::text AS schema, p.proname::text AS name, ${ownerSql('p.proowner')} AS owner, ${commentSql('pg_proc', 'p.oid')} AS comment,
  ${rightsSql('p.proacl', 'f', 'p.proowner')} AS rights,
  json_build_object('kind', p.prokind, 'identity', pg_catalog.pg_get_function_identity_arguments(p.oid), 'types', pg_catalog.oidvectortypes(p.proargtypes),
    'definition', CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END, 'result', pg_catalog.pg_get_function_result(p.oid),
    'arguments', (SELECT coalesce(json_agg(json_build_object('name', coalesce(p.proargnames[t.at], ''), 'mode', coalesce(p.proargmodes[t.at]::text, 'i'),
        'type', pg_catalog.format_type(t.type, NULL)) ORDER BY t.at), '[]'::json)
      FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY t(type, at)),
    'defaults', p.pronargdefaults, 'language', l.lanname, 'trusted', l.lanpltrusted, 'leakproof', p.proleakproof, 'support', nullif(p.prosupport::oid, 0)::regproc::text,
    'body', CASE WHEN p.prokind <> 'a' AND l.lanname IN ('sql', 'plpgsql')${version >= 140_000 ? ' AND p.prosqlbody IS NULL' : ''} THEN p.prosrc END,
    'aggregate', (SELECT to_jsonb(a) - '{aggfnoid,aggtransfn,aggfinalfn,aggcombinefn,aggserialfn,aggdeserialfn,aggmtransfn,aggminvtransfn,aggmfinalfn,aggsortop,aggtranstype,aggmtranstype}'::text[]
      || jsonb_build_object('parts', concat_ws(' ', a.aggtransfn::regprocedure, a.aggfinalfn::oid::regprocedure, a.aggcombinefn::oid::regprocedure, a.aggserialfn::oid::regprocedure,
        a.aggdeserialfn::oid::regprocedure, a.aggmtransfn::oid::regprocedure, a.aggminvtransfn::oid::regprocedure, a.aggmfinalfn::oid::regprocedure, a.aggsortop::regoperator,
        pg_catalog.format_type(a.aggtranstype, NULL), pg_catalog.format_type(nullif(a.aggmtranstype, 0), NULL)), 'parallel', p.proparallel)
      FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid)) AS facts
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE ${OWN_SCHEMA} AND ${ours('pg_proc', 'p.oid')}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 'pg_catalog.pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
ORDER BY n.nspname COLLATE "C", p.proname COLLATE "C", pg_catalog.pg_get_function_identity_arguments(p.oid) COLLATE "C"`;

const words = { f: 'FUNCTION', p: 'PROCEDURE', a: 'AGGREGATE', w: 'FUNCTION' } as const;

type Routine = Fact<RoutineFacts>;

const machineCode = "it is code of the server's own machine, which a change does not bring along";

const isMachineCode = ({ kind, language }: RoutineFacts): boolean =>
  kind !== 'a' && (language === 'c' || language === 'internal');

const keyOf = (routine: Routine): string => keys.routine(routine, routine.facts.identity);

function whatOf(routine: Routine): string {
  const { kind, identity } = routine.facts;
  return `${words[kind]} ${full(routine)}(${kind === 'a' ? identity || '*' : identity})`;
}

const base = simple<RoutineFacts>({
  kind: 'routine',
  query,
  key: keyOf,
  names: (routine) => [`routine ${full(routine)}(${routine.facts.types})`],
  called: (routine) => ({
    what: whatOf(routine),
    // An aggregate over anything has no star here.
    grant: `${words[routine.facts.kind] === 'PROCEDURE' ? 'PROCEDURE' : 'FUNCTION'} ${full(routine)}(${routine.facts.identity})`,
    letter: 'f',
    schema: routine.schema,
    everybody: 'EXECUTE',
  }),
  create(routine, { to }) {
    const { facts } = routine;
    if (isMachineCode(facts)) return { refused: machineCode };
    const sql = facts.kind === 'a' ? aggregateSql(to, routine) : definition(facts);
    return sql === undefined
      ? { refused: 'its definition could not be read' }
      : [
          {
            // What is new replaces nothing.
            sql: withPath(to, routine, sql).replace(/^CREATE OR REPLACE /, 'CREATE '),
            because: `new ${words[facts.kind].toLowerCase()}`,
            ...(facts.trusted || facts.kind === 'a' ? {} : { superuser: true as const }),
          },
          ...pathAway(to, routine),
          ...marks(routine, undefined),
        ];
  },
  change(before, after, { to }) {
    if (isMachineCode(after.facts)) return { refused: machineCode };
    if (!replaceable(before.facts, after.facts)) return 'replace';
    const sql = after.facts.kind === 'a' ? aggregateSql(to, after) : definition(after.facts);
    if (sql === undefined) return 'replace';
    const other =
      after.facts.kind === 'a' ||
      definition(before.facts) !== sql ||
      before.facts.leakproof !== after.facts.leakproof ||
      before.facts.support !== after.facts.support;
    if (!other) return [];
    return [
      {
        sql: withPath(to, after, sql).replace(/^CREATE (?=AGGREGATE)/, 'CREATE OR REPLACE '),
        because: 'it changes',
        frees: ['*'],
        ...(after.facts.trusted || after.facts.kind === 'a' ? {} : { superuser: true as const }),
      },
      ...pathAway(to, after),
      ...marks(after, undefined),
    ];
  },
  drop: (routine) => [{ sql: `DROP ${whatOf(routine)}`, because: 'no longer wanted' }],
});

const known = new WeakMap<Side, ReadonlyMap<string, readonly string[]>>();

/** Functions, procedures and aggregates. */
export const routines: Kind<Routine> = {
  ...base,
  list(side) {
    const needs = known.get(side) ?? needsOfBodies(side, bodiesOf(side));
    known.set(side, needs);
    return base.list(side).map((thing) => ({ ...thing, needs: needs.get(thing.key) ?? [] }));
  },
  renames: {
    kind: 'routine',
    free: true,
    name: ({ path }) => path.slice('function '.length),
    place: ({ object }) => `${object.schema}(${object.facts.types})`,
    likeness: ({ object: before }, { object: after }) =>
      before.facts.kind !== 'a' &&
      before.facts.definition?.replace(full(before), '') === after.facts.definition?.replace(full(after), '')
        ? 1
        : 0,
    statements: ({ object }, to) => [
      ...(object.name === to.name ? [] : [`ALTER ${whatOf(object)} RENAME TO ${id(to.name)}`]),
      ...(object.schema === to.schema
        ? []
        : [`ALTER ${whatOf({ ...object, name: to.name })} SET SCHEMA ${id(to.schema)}`]),
    ],
  },
};

function bodiesOf(side: Side) {
  return rowsOf<Routine>(side, 'routine').flatMap((routine) =>
    routine.facts.body === null ? [] : [{ key: keyOf(routine), body: `${routine.facts.body}` }],
  );
}

/** Whether CREATE OR REPLACE makes the one from the other. */
function replaceable(before: RoutineFacts, after: RoutineFacts): boolean {
  const same = (what: 'kind' | 'result'): boolean => before[what] === after[what];
  if (!same('kind') || !same('result') || before.arguments.length !== after.arguments.length) return false;
  if (before.kind === 'a')
    return (
      before.aggregate?.aggkind === after.aggregate?.aggkind &&
      before.aggregate?.aggnumdirectargs === after.aggregate?.aggnumdirectargs
    );
  return (
    before.defaults <= after.defaults &&
    before.arguments.every((argument, at) => {
      const other = after.arguments[at]!;
      const input = argument.mode === 'i' || argument.mode === 'v' || argument.mode === 'b';
      return (
        argument.mode === other.mode &&
        argument.type === other.type &&
        (argument.name === other.name || (input && argument.mode !== 'b' && argument.name === ''))
      );
    })
  );
}

/** A line of attributes alone, as the server prints it. */
const attributes =
  /\n((?: (?:TRANSFORM|WINDOW|IMMUTABLE|STABLE|PARALLEL (?:SAFE|RESTRICTED)|STRICT|SECURITY DEFINER|LEAKPROOF|COST [\d.e+]+|ROWS [\d.e+]+|SUPPORT \S+))+)(?=\n)/;

/** What prints a routine, but for what only a superuser may say of it. */
function definition({ definition: printed, leakproof, support }: RoutineFacts): string | undefined {
  if (printed === null) return undefined;
  const sql = printed.replace(/\s+$/, '');
  if (!leakproof && support === null) return sql;
  return sql.replace(attributes, (_all, line: string) => {
    const rest = line.replace(/ LEAKPROOF/, '').replace(/ SUPPORT \S+/, '');
    return rest === '' ? '' : `\n${rest}`;
  });
}

/** Schemas that the server has to look into when it checks the body; a path of the routine's own says enough. */
function pathOf(side: Side, { schema, facts }: Routine): readonly string[] {
  if (facts.body === null || /\n SET search_path TO /.test(facts.definition ?? '')) return [];
  const schemas = schemasOfBody(side, facts.body);
  return schemas.length === 0 ? [] : [...new Set([schema, ...schemas, 'public'])];
}

/** The body is checked as the one who wrote it had it checked: in the schemas of what it names. */
function withPath(side: Side, routine: Routine, sql: string): string {
  const path = pathOf(side, routine);
  return path.length === 0
    ? sql
    : sql.replace(/\n(?=AS \$)/, () => `\n SET search_path TO ${path.map(id).join(', ')}\n`);
}

function pathAway(side: Side, routine: Routine): readonly Piece[] {
  return pathOf(side, routine).length === 0
    ? []
    : [
        {
          sql: `ALTER ${whatOf(routine)} RESET search_path`,
          because: 'its body was checked where its names are; from now on they are those of the caller',
        },
      ];
}

/** What only a superuser may say of a routine. */
function marks(routine: Routine, before: RoutineFacts | undefined): readonly Piece[] {
  const { leakproof, support, kind } = routine.facts;
  if (kind === 'a') return [];
  const alter = `ALTER ${whatOf(routine)} `;
  const because = 'only a superuser may say so';
  return [
    ...(leakproof && !before?.leakproof
      ? [{ sql: `${alter}LEAKPROOF`, because, superuser: true as const }]
      : []),
    ...(support !== null && support !== before?.support
      ? [{ sql: `${alter}SUPPORT ${support}`, because, superuser: true as const }]
      : []),
  ];
}

function aggregateSql({ catalog }: Side, routine: Routine): string | undefined {
  const found = catalog.routines.find(
    (other) =>
      other.schema === routine.schema &&
      other.name === routine.name &&
      other.arguments === routine.facts.identity &&
      other.kind === 'aggregate',
  );
  return found && routineDdl(found)[0]?.sql;
}
