import type { Session } from '../../../engine/model.ts';
import { calledBy, type Opaque } from './calls.ts';
import { firstUserOid, follow } from './closure.ts';
import { lineageOf, type Masks } from './lineage.ts';
import { list } from './look.ts';
import { everyNode, name, number } from './tree/fields.ts';
import { isList, isNode, UnreadTree, type TreeNode, type TreeValue } from './tree/model.ts';
import { readTree } from './tree/read.ts';
import { maskedCatalogColumns } from './verdicts/catalogs.ts';

interface Column {
  readonly relation: number;
  readonly column: number;
  readonly name: string;
}

/**
 * Where masked columns are: those that were named, the same columns of partitions, children and parents, what is generated from them, and columns of
 * materialised views that come from them, or from a function that may have read them. `gone` are those that were named and do not exist.
 */
export async function masksFor(
  session: Session,
  masked: readonly string[],
  relations: ReadonlySet<number>,
): Promise<{ readonly masks: Masks; readonly gone: readonly string[] }> {
  const tables = new Map<number, Map<number, string>>();
  const put = ({ relation, column, name: told }: Column): boolean => {
    const known = tables.get(relation) ?? new Map<number, string>();
    tables.set(relation, known);
    return !known.has(column) && Boolean(known.set(column, told));
  };
  const { rows } = await session.query<{ relation: number; column: number; name: string }>(
    `SELECT a.attrelid AS relation, a.attnum AS column, n.nspname || '.' || c.relname || '.' || a.attname AS name
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT a.attisdropped AND a.attnum > 0 AND n.nspname || '.' || c.relname || '.' || a.attname = ANY ($1::text[])`,
    [[...masked, ...maskedCatalogColumns]],
  );
  rows.forEach(put);
  const there = new Set(rows.map((row) => row.name));
  // A step of inheritance a round; masks only grow, so that there is a last one.
  for (let grew = tables.size > 0; grew;) {
    const more = [...(await relatives(session, tables)), ...(await generated(session, tables))];
    grew = more.filter(put).length > 0;
  }
  const definitions = await definitionsOf(session, relations);
  const opaque =
    masked.length === 0 ? new Map<string, string>() : await opaqueIn(session, definitions, tables);
  return {
    masks: readThrough(tables, definitions, opaque),
    gone: masked.filter((one) => !there.has(one)),
  };
}

/** Functions of users that the definitions call, and that read masked columns or do not show what they read. */
async function opaqueIn(
  session: Session,
  definitions: ReadonlyMap<number, TreeNode>,
  tables: ReadonlyMap<number, ReadonlyMap<number, string>>,
): Promise<Opaque> {
  const masks: Masks = (relation) => tables.get(relation) ?? new Map<number, string>();
  const opaque = new Map<string, string>();
  const calls = new Set([...definitions.values()].flatMap((tree) => [...everyNode(tree)].flatMap(calledBy)));
  for (const call of calls) {
    const [kind, oid] = call.split(' ') as ['function' | 'operator', string];
    if (Number(oid) < firstUserOid) continue;
    const { found, bodies } = await follow(session, [
      { kind, oid: Number(oid), where: { definition: true } },
    ]);
    const reads = bodies.some(({ tree }) =>
      queriesIn(tree).some((query) => lineageOf(query, masks, true).touched.size > 0),
    );
    if (found.length > 0 || reads) opaque.set(call, found[0]?.what ?? bodies[0]!.label);
  }
  return opaque;
}

/** The statements of a function's body. */
export function queriesIn(value: TreeValue): readonly TreeNode[] {
  if (isList(value)) return value.flatMap(queriesIn);
  return isNode(value) && value.kind === 'QUERY' ? [value] : [];
}

/** The same column of parents and children, to any depth one level a round. */
async function relatives(session: Session, tables: ReadonlyMap<number, ReadonlyMap<number, string>>) {
  const { rows } = await session.query<{ relation: number; column: number; from: number; at: number }>(
    `SELECT DISTINCT o.attrelid AS relation, o.attnum AS column, a.attrelid AS from, a.attnum AS at
      FROM pg_attribute a JOIN pg_inherits i ON a.attrelid IN (i.inhrelid, i.inhparent)
        JOIN pg_attribute o ON o.attrelid IN (i.inhrelid, i.inhparent) AND o.attrelid <> a.attrelid AND o.attname = a.attname AND NOT o.attisdropped
      WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0`,
    [list([...tables.keys()])],
  );
  return rows.flatMap(({ relation, column, from, at }): readonly Column[] => {
    const told = tables.get(from)?.get(at);
    return told === undefined ? [] : [{ relation, column, name: told }];
  });
}

async function generated(session: Session, tables: ReadonlyMap<number, ReadonlyMap<number, string>>) {
  const { rows } = await session.query<{ relation: number; column: number; tree: string }>(
    `SELECT d.adrelid AS relation, d.adnum AS column, d.adbin::text AS tree FROM pg_attrdef d
      JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated <> '' WHERE d.adrelid = ANY ($1::oid[])`,
    [list([...tables.keys()])],
  );
  return rows.flatMap(({ relation, column, tree }): readonly Column[] => {
    const known = tables.get(relation);
    const from = [...everyNode(readTree(tree))].flatMap((node) => {
      if (node.kind !== 'VAR') return [];
      const place = number(node, 'varattno');
      return (place === 0 ? [...(known?.values() ?? [])][0] : known?.get(place)) ?? [];
    });
    return from[0] === undefined ? [] : [{ relation, column, name: from[0] }];
  });
}

/** Queries of the materialised views among the relations, and of the views that these read. */
async function definitionsOf(session: Session, relations: ReadonlySet<number>) {
  const definitions = new Map<number, TreeNode>();
  const asked = new Set<number>();
  let open = [...relations];
  let kinds = ['m'];
  while (open.length > 0) {
    for (const oid of open) asked.add(oid);
    const { rows } = await session.query<{ oid: number; tree: string }>(
      `SELECT r.ev_class AS oid, r.ev_action::text AS tree FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
        WHERE r.ev_type = '1' AND r.rulename = '_RETURN' AND c.oid = ANY ($1::oid[]) AND c.relkind = ANY ($2::"char"[])`,
      [list(open), kinds],
    );
    for (const { oid, tree } of rows) definitions.set(oid, onlyQuery(readTree(tree)));
    open = rows.flatMap(({ oid }) =>
      [...everyNode(definitions.get(oid))].flatMap((node) => {
        const stored = node.kind === 'RANGETBLENTRY' && number(node, 'rtekind') === 0;
        const oid2 = stored && /^[mv]$/.test(name(node, 'relkind')) ? number(node, 'relid') : 0;
        return oid2 === 0 || asked.has(oid2) ? [] : [oid2];
      }),
    );
    kinds = ['m', 'v'];
  }
  return definitions;
}

/** The one query of a list of lists. */
export function onlyQuery(value: TreeValue): TreeNode {
  if (isNode(value) && value.kind === 'QUERY') return value;
  if (isList(value) && value.length === 1) return onlyQuery(value[0]);
  throw new UnreadTree('a definition is no query');
}

function readThrough(
  tables: ReadonlyMap<number, ReadonlyMap<number, string>>,
  definitions: ReadonlyMap<number, TreeNode>,
  opaque: Opaque,
): Masks {
  const known = new Map<number, ReadonlyMap<number, string>>();
  const masks: Masks = (relation) => {
    const own = tables.get(relation) ?? new Map<number, string>();
    const definition = definitions.get(relation);
    if (!definition) return own;
    const before = known.get(relation);
    if (before) return before;
    known.set(relation, own);
    const all = new Map(own);
    lineageOf(definition, masks, true, opaque).outputs.forEach((from, at) => {
      const [first] = from?.names ?? [];
      if (first !== undefined && !all.has(at + 1)) all.set(at + 1, first);
    });
    known.set(relation, all);
    return all;
  };
  return masks;
}
