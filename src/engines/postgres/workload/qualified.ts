/** Tables of a statement with the schema that its role's search_path found them in. */
import type { Catalog } from '../../../catalog/model.ts';
import { lex } from '../grammar/lex.ts';
import { parse } from '../grammar/parse.ts';
import { walk } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { charOf } from './runnable.ts';

/** Writes the schema before each table that the text names without one, where the first schema of the path that has it is not the default one. */
export function qualified(sql: string, path: readonly string[], catalog: Catalog): string {
  const tree = parse(sql).stmts?.[0]?.stmt;
  if (!tree || path.every((schema) => schema === 'public')) return sql;
  const inner = new Set<string>();
  walk({ tree }, (kind, node) => {
    if (kind === 'CommonTableExpr') inner.add(String(node['ctename']));
  });
  const relations = [...catalog.tables, ...catalog.views];
  const charAt = charOf(sql);
  const places = new Map<number, string>();
  for (const { relname, schemaname, location } of rangesIn(tree)) {
    if (schemaname !== undefined || inner.has(relname)) continue;
    const schema = path.find((one) => relations.some((each) => each.schema === one && each.name === relname));
    if (schema !== undefined && schema !== 'public')
      places.set(charAt(location ?? 0), `${quote.identifier(schema)}.`);
  }
  let text = '';
  let at = 0;
  for (const [place, schema] of [...places].toSorted(([a], [b]) => a - b)) {
    text += sql.slice(at, place) + schema;
    at = place;
  }
  return text + sql.slice(at);
}

interface Range {
  readonly relname: string;
  readonly schemaname?: string;
  readonly location?: number;
}

/** Tables stand in the tree as nodes of their own, and bare as the target of a statement. */
function rangesIn(node: unknown): readonly Range[] {
  if (Array.isArray(node)) return node.flatMap(rangesIn);
  if (node === null || typeof node !== 'object') return [];
  const own = 'relname' in node && typeof node.relname === 'string' ? [node as Range] : [];
  return [...own, ...Object.values(node).flatMap(rangesIn)];
}

/** Schemas of `search_path`; the one that bears the role's name stands where `"$user"` does. */
export function pathOf(setting: string, role: string | undefined): readonly string[] {
  return lex(setting)
    .filter(({ kind }) => kind === 'word' || kind === 'quoted' || kind === 'string')
    .flatMap(({ kind, text }) => {
      const name =
        kind === 'word' ? text.toLowerCase() : text.slice(1, -1).replaceAll(/""|''/g, (two) => two[0]!);
      return name === '$user' ? (role ?? []) : name;
    });
}
