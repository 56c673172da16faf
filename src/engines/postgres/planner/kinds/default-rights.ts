import { printPart } from '../../../../catalog/identity.ts';
import { id } from '../../structure/making.ts';
import { keys } from '../keys.ts';
import type { Kind, Piece, Side, Sides } from '../model.ts';
import { rightsChange, roleOn, type Called } from './around.ts';
import { kind, type DefaultRights } from './initial-rights.ts';
import { ownerSql, rightsSql, rowsOf, type Right } from './facts.ts';

const words: Readonly<Record<string, string>> = {
  r: 'TABLES',
  S: 'SEQUENCES',
  f: 'FUNCTIONS',
  T: 'TYPES',
  n: 'SCHEMAS',
  L: 'LARGE OBJECTS',
};

/** Rights that everybody has on new objects while nobody says otherwise. */
const usual: Readonly<Record<string, string>> = { f: 'EXECUTE', T: 'USAGE' };

const everybody = (letter: string): readonly Right[] =>
  usual[letter] === undefined
    ? []
    : [{ to: null, privilege: usual[letter], grantable: false, by: null, lost: false }];

/** The letter of sequences is a small one where the server tells what is usual. */
const QUERY = `
SELECT ${ownerSql('d.defaclrole')} AS role, n.nspname::text AS schema, d.defaclobjtype::text AS letter,
  CASE WHEN d.defaclnamespace = 0 THEN ${['r', 'S', 'f', 'T', 'n', 'L']
    .map((letter) => [letter, letter === 'S' ? 's' : letter] as const)
    .reduceRight(
      (rest, [letter, usualLetter]) =>
        `CASE WHEN d.defaclobjtype = '${letter}' THEN ${rightsSql('d.defaclacl', usualLetter, 'd.defaclrole')} ELSE ${rest} END`,
      'NULL',
    )}
  ELSE (SELECT coalesce(json_agg(json_build_object('to', CASE WHEN a.grantee <> 0 THEN ${ownerSql('a.grantee')} END, 'privilege', a.privilege_type,
      'grantable', a.is_grantable, 'by', NULL, 'lost', false) ORDER BY a.grantee, a.privilege_type), '[]'::json)
    FROM pg_catalog.aclexplode(d.defaclacl) a WHERE a.grantee <> d.defaclrole) END AS rights
FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
ORDER BY 1, 2, 3`;

/** Default privileges of each role, by schema and kind of object. */
export const defaultRights: Kind<DefaultRights> = {
  kind,
  query: () => QUERY,
  list: (side) =>
    rowsOf<DefaultRights>(side, kind).map((row) => {
      const role = roleOn(side, row.role);
      const name = `${kind} ${role === row.role ? printPart(row.role) : 'CURRENT_USER'}${row.schema === null ? '' : ` in ${printPart(row.schema)}`} on ${(words[row.letter] ?? row.letter).toLowerCase()}`;
      return {
        key: name,
        path: name,
        object: row,
        needs: [
          ...(row.schema === null ? [] : [keys.schema(row.schema)]),
          ...(role === row.role ? [keys.role(row.role)] : []),
        ],
      };
    }),
  make: ({ object }, sides) => change(object, standing(object), object.rights, sides, sides.to),
  drop: ({ object }, sides) => change(object, object.rights, standing(object), sides, sides.from),
  alter: (before, after, sides) =>
    change(after.object, before.object.rights, after.object.rights, sides, sides.to),
};

/** What stands while nobody said otherwise. */
function standing({ schema, letter }: DefaultRights): readonly Right[] {
  return schema === null ? everybody(letter) : [];
}

function change(
  { role, schema, letter }: DefaultRights,
  before: readonly Right[],
  after: readonly Right[],
  sides: Sides,
  side: Side,
): readonly Piece[] {
  const who = roleOn(side, role);
  const called: Called = {
    what: '',
    grant: words[letter] ?? letter,
    prefix: `ALTER DEFAULT PRIVILEGES ${who === role ? `FOR ROLE ${id(role)} ` : ''}${schema === null ? '' : `IN SCHEMA ${id(schema)} `}`,
  };
  const owner = who === role ? role : sides.to.owner;
  const ownerBefore = who === role ? role : sides.from.owner;
  const needs = madeOf(sides.to, letter);
  return rightsChange({ owner: ownerBefore, rights: before }, { owner, rights: after }, called, sides).map(
    (piece) => ({ ...piece, needs: [...(piece.needs ?? []), ...needs] }),
  );
}

/** Keys of the objects that default privileges of a letter would reach. */
function madeOf({ catalog }: Side, letter: string): readonly string[] {
  switch (letter) {
    case 'r':
      return [...catalog.tables.map(keys.table), ...catalog.views.map(keys.view)];
    case 'S':
      return catalog.sequences.map(keys.sequence);
    case 'f':
      return catalog.routines.map((routine) => keys.routine(routine, routine.arguments));
    case 'T':
      return catalog.types.map(keys.type);
    case 'n':
      return catalog.schemas.map(({ name }) => keys.schema(name));
    default:
      return [];
  }
}
