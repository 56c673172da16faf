/** Habits of a statement that cost time or hide mistakes. */
import { blankCatalog } from '../../../../catalog/blank.ts';
import type { Node } from 'libpg-query';
import type { Catalog, Name } from '../../../../catalog/model.ts';
import type { Trait } from '../../../../engine/model.ts';
import { parse } from '../../grammar/parse.ts';
import { nameOf, text, walk } from '../../grammar/tree.ts';
import { levelsOf } from '../levels.ts';
import type { Place } from '../place.ts';
import { sightOf } from '../sight.ts';
import { columnTraits } from './of-columns.ts';
import { coreTraits } from './of-cores.ts';

/** All habits of one statement; throws `SqlError` when it does not parse. */
export function traits(sql: string, catalog: Catalog = blankCatalog): readonly Trait[] {
  const statement = parse(sql).stmts?.[0]?.stmt;
  if (!statement) return [];
  const levels = levelsOf(sql);
  const found = [
    ...writeTraits(statement),
    ...levels.flatMap((level) =>
      level.cores.flatMap((core) => {
        const place: Place = { sql, level, core, sight: sightOf(core, level, catalog), catalog };
        return [...coreTraits(place), ...columnTraits(place)];
      }),
    ),
    ...everywhere(statement),
    ...depth(levels.map((level) => depthOf(level))),
  ];
  const seen = new Set<string>();
  return found.filter((trait) => {
    const key = `${trait.kind} ${trait.says}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

interface Leveled {
  readonly parent?: Leveled;
}

function depthOf({ parent }: Leveled): number {
  return parent ? depthOf(parent) + 1 : 0;
}

/** Subqueries in subqueries from which on nobody follows. */
const deep = 3;

function depth(depths: readonly number[]): readonly Trait[] {
  const most = Math.max(0, ...depths);
  return most >= deep ? [{ kind: 'nested', says: `Subqueries stand ${most} deep.`, rests: 'text' }] : [];
}

function writeTraits(statement: Node): readonly Trait[] {
  if ('InsertStmt' in statement) {
    const { relation, cols = [], selectStmt } = statement.InsertStmt;
    return cols.length === 0 && selectStmt
      ? [at('insert without columns', 'The values go into columns by their position.', nameOf(relation))]
      : [];
  }
  if ('UpdateStmt' in statement && !statement.UpdateStmt.whereClause && !statement.UpdateStmt.fromClause)
    return [at('update of all rows', 'Every row is changed.', nameOf(statement.UpdateStmt.relation))];
  if ('DeleteStmt' in statement && !statement.DeleteStmt.whereClause && !statement.DeleteStmt.usingClause)
    return [at('delete of all rows', 'Every row is removed.', nameOf(statement.DeleteStmt.relation))];
  return [];
}

function at(kind: Trait['kind'], says: string, { schema, name }: Name): Trait {
  return { kind, says, rests: 'text', table: { schema: schema || 'public', name } };
}

/** What is as bad wherever it stands. */
function everywhere(statement: Node): readonly Trait[] {
  const found: Trait[] = [];
  walk([statement], (kind, node) => {
    if (kind === 'A_Expr') {
      const operator = text((node['name'] as Node[] | undefined)?.at(-1));
      const sides = [node['lexpr'], node['rexpr']] as (Node | undefined)[];
      const isNull = sides.some((side) => side && 'A_Const' in side && side.A_Const.isnull);
      if (node['kind'] === 'AEXPR_OP' && (operator === '=' || operator === '<>') && isNull)
        found.push({ kind: 'compared with null', says: `${operator} NULL is never true.`, rests: 'text' });
      const pattern = sides[1] && constantText(sides[1]);
      if ((node['kind'] === 'AEXPR_LIKE' || node['kind'] === 'AEXPR_ILIKE') && pattern !== undefined) {
        if (/^[%_]/.test(pattern))
          found.push({
            kind: 'leading wildcard',
            says: `The pattern '${pattern}' begins with a wildcard.`,
            rests: 'text',
          });
        if (!/[%_\\]/.test(pattern) && node['kind'] === 'AEXPR_LIKE')
          found.push({
            kind: 'like without wildcard',
            says: `The pattern '${pattern}' has no wildcard.`,
            rests: 'text',
          });
      }
    }
    if (kind === 'JoinExpr' && node['isNatural'])
      found.push({
        kind: 'natural join',
        says: 'NATURAL JOIN compares whatever columns have one name.',
        rests: 'text',
      });
  });
  return found;
}

function constantText(node: Node): string | undefined {
  if ('TypeCast' in node && node.TypeCast.arg) return constantText(node.TypeCast.arg);
  return 'A_Const' in node && node.A_Const.sval ? (node.A_Const.sval.sval ?? '') : undefined;
}
