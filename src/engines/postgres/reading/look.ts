import type { Session } from '../../../engine/model.ts';

/** What the catalogs say of a function. */
export interface FunctionFacts {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly args: string;
  /** Made with the server itself, by its first role. */
  readonly builtin: boolean;
  /** Object id of the language: 12 internal, 13 C, 14 SQL. */
  readonly language: number;
  readonly definer: boolean;
  readonly configured: boolean;
  readonly body: string | null;
  readonly defaults: string | null;
  readonly volatility: 'i' | 's' | 'v';
  readonly support: number;
  readonly library: string | null;
  readonly extension: string | null;
  readonly trusted: boolean;
  readonly aggregate: AggregateFacts | null;
}

/** What an aggregate made by a user calls. */
export interface AggregateFacts {
  readonly parts: readonly number[];
  readonly types: readonly number[];
  readonly operators: readonly number[];
}

/** What the catalogs say of an operator. */
export interface OperatorFacts {
  readonly oid: number;
  readonly label: string;
  readonly code: number;
  /** Functions of the operators that the planner may take instead: commutator and negator. */
  readonly others: readonly number[];
  /** Estimates of selectivity. */
  readonly estimates: readonly number[];
}

/** What the catalogs say of a type made by a user. */
export interface TypeFacts {
  readonly oid: number;
  readonly label: string;
  /** Input, output, subscripts, comparison, canonical form, casts to JSON. */
  readonly parts: readonly number[];
  /** Element, base, range, columns. */
  readonly types: readonly number[];
  /** CHECKs of a domain. */
  readonly checks: readonly string[];
}

/** Functions by object id. */
export async function lookFunctions(session: Session, oids: readonly number[]) {
  const { rows } = await session.query<FunctionFacts & Record<string, unknown>>(
    `SELECT p.oid, n.nspname AS schema, p.proname AS name, oidvectortypes(p.proargtypes) AS args, p.oid < 16384 AND p.proowner = 10 AS builtin,
        p.prolang AS language, p.prosecdef AS definer, p.proconfig IS NOT NULL AS configured, p.prosqlbody::text AS body, p.proargdefaults::text AS defaults,
        p.provolatile AS volatility, p.prosupport::oid AS support, p.probin AS library, e.extname AS extension, r.rolsuper AS trusted,
        (SELECT json_build_object(
            'parts', ARRAY[a.aggtransfn::oid, a.aggfinalfn::oid, a.aggcombinefn::oid, a.aggserialfn::oid, a.aggdeserialfn::oid, a.aggmtransfn::oid, a.aggminvtransfn::oid, a.aggmfinalfn::oid]::int8[],
            'types', ARRAY[a.aggtranstype, a.aggmtranstype]::int8[], 'operators', ARRAY[a.aggsortop]::int8[])
          FROM pg_aggregate a WHERE a.aggfnoid = p.oid AND p.oid >= 16384) AS aggregate
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = p.proowner
        LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
        LEFT JOIN pg_extension e ON e.oid = d.refobjid
      WHERE p.oid = ANY ($1::oid[])`,
    [list(oids)],
  );
  return rows as readonly FunctionFacts[];
}

/** Operators by object id. */
export async function lookOperators(session: Session, oids: readonly number[]) {
  const { rows } = await session.query<Record<string, unknown>>(
    `SELECT o.oid, n.nspname || '.' || o.oprname || '(' || coalesce(format_type(nullif(o.oprleft, 0), NULL) || ', ', '') || format_type(o.oprright, NULL) || ')' AS label,
        o.oprcode::oid AS code, ARRAY(SELECT x.oprcode::oid FROM pg_operator x WHERE x.oid IN (o.oprcom, o.oprnegate) AND x.oprcode <> 0) AS others,
        ARRAY[o.oprrest::oid, o.oprjoin::oid] AS estimates
      FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid = ANY ($1::oid[])`,
    [list(oids)],
  );
  return rows as unknown as readonly OperatorFacts[];
}

/** Types made by users, by object id; all that reading, writing, comparing or making JSON of a value may call. */
export async function lookTypes(session: Session, oids: readonly number[]) {
  const { rows } = await session.query<Record<string, unknown>>(
    `SELECT t.oid, format_type(t.oid, NULL) AS label,
        ARRAY(SELECT f FROM (
            SELECT unnest(ARRAY[t.typinput::oid, t.typoutput::oid, t.typreceive::oid, t.typsend::oid, t.typmodin::oid, t.typmodout::oid, t.typsubscript::oid])
            UNION SELECT c.castfunc FROM pg_cast c WHERE c.castsource = t.oid AND c.casttarget IN (114, 3802)
            UNION SELECT unnest(ARRAY[r.rngcanonical::oid, r.rngsubdiff::oid]) FROM pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
            UNION SELECT p.amproc::oid FROM pg_range r JOIN pg_opclass c ON c.oid = r.rngsubopc JOIN pg_amproc p ON p.amprocfamily = c.opcfamily
              AND c.opcintype IN (p.amproclefttype, p.amprocrighttype) WHERE r.rngtypid = t.oid AND c.oid >= 16384
            UNION SELECT p.amproc::oid FROM pg_opclass c JOIN pg_amproc p ON p.amprocfamily = c.opcfamily AND c.opcintype IN (p.amproclefttype, p.amprocrighttype)
              WHERE c.opcintype = t.oid AND c.opcmethod IN (403, 405)
            UNION SELECT x.oprcode::oid FROM pg_opclass c JOIN pg_amop o ON o.amopfamily = c.opcfamily AND c.opcintype IN (o.amoplefttype, o.amoprighttype)
              JOIN pg_operator x ON x.oid = o.amopopr WHERE c.opcintype = t.oid AND c.opcmethod IN (403, 405)
          ) AS parts (f) WHERE f <> 0) AS parts,
        ARRAY(SELECT o FROM (
            SELECT unnest(ARRAY[t.typbasetype, t.typelem])
            UNION SELECT unnest(ARRAY[r.rngsubtype, r.rngtypid, r.rngmultitypid]) FROM pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
            UNION SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = t.typrelid AND t.typrelid <> 0 AND a.attnum > 0 AND NOT a.attisdropped
          ) AS types (o) WHERE o <> 0) AS types,
        ARRAY(SELECT c.conbin::text FROM pg_constraint c WHERE c.contypid = t.oid AND c.conbin IS NOT NULL) AS checks
      FROM pg_type t WHERE t.oid = ANY ($1::oid[])`,
    [list(oids)],
  );
  return rows as unknown as readonly TypeFacts[];
}

/** As the driver sends a list of object ids. */
export const list = (oids: readonly number[]): string => `{${oids.join(',')}}`;
