import { isList, isNode, UnreadTree, type TreeNode, type TreeValue } from './tree/model.ts';
import { everyNode, name, nodesIn, number } from './tree/fields.ts';
import { nodes, required, type Meaning } from './tree/nodes.ts';

/** What a tree would call or read, by object id. */
export interface Use {
  /** `part`: called by the server, not by the text; `inlined`: not called while planning, unless its body takes its place. */
  readonly kind: 'function' | 'part' | 'operator' | 'type' | 'relation' | 'inlined';
  readonly oid: number;
  readonly where: Where;
}

/** Where something stands, for the person who reads the refusal. */
export interface Where {
  /** `in the view `, `in a policy of `, `in the function `; nothing for the statement itself. */
  readonly what?: string;
  /** The relation that it belongs to. */
  readonly relation?: number;
  /** Its name, where it is no relation. */
  readonly name?: string;
  /** The tree is as the catalog has it: policies are not part of it. */
  readonly stored?: true;
  /** An owner of the database wrote it, not the statement: a view, a policy, and what these call. */
  readonly definition?: true;
}

/** A refusal with the place it belongs to, before the place has a name. */
export interface Found {
  readonly what: string;
  readonly because: string;
  readonly where: Where;
}

/** `rewritten`: views and policies are expanded; `stored`: the body of a function as the catalog has it. */
export type Form = 'rewritten' | 'stored';

const expressions: ReadonlySet<Meaning> = new Set(['function', 'part', 'operator', 'type', 'relation']);
const kindsOfTable = { relation: 0, subquery: 1, cte: 6, group: 9 } as const;
const unknownTables: readonly number[] = [7, 8];

/** What a tree uses; throws {@link UnreadTree} for a node, a field or a kind of table that is not known. */
export function usesOf(tree: TreeValue, where: Where, form: Form = 'rewritten'): readonly Use[] {
  const found: Use[] = [];
  walk(tree, where, form, found);
  return found;
}

/** What planning may call already: expressions without a column are computed then, and bodies of SQL functions take the place of their calls. */
export function foldedUses(tree: TreeValue, where: Where): readonly Use[] {
  const found: Use[] = [];
  const visit = (value: TreeValue): void => {
    if (isList(value)) return value.forEach(visit);
    if (!isNode(value)) return;
    if (![...everyNode(value)].some(({ kind }) => kind === 'VAR' || kind === 'COERCETODOMAINVALUE'))
      return walk(value, where, 'stored', found);
    const all = usesOf({ kind: value.kind, fields: own(value) }, where, 'stored');
    found.push(
      ...all.flatMap((use) =>
        use.kind === 'function'
          ? [{ ...use, kind: 'inlined' as const }]
          : use.kind === 'operator'
            ? [use]
            : [],
      ),
    );
    value.fields.forEach(visit);
  };
  visit(tree);
  return found;
}

/** The fields of a node that hold no other nodes. */
function own({ kind, fields }: TreeNode): TreeNode['fields'] {
  return new Map([...fields].filter(([field]) => nodes.get(kind)?.get(field) !== 'tree'));
}

function walk(value: TreeValue, where: Where, form: Form, found: Use[]): void {
  if (isList(value)) {
    for (const item of value) walk(item, where, form, found);
    return;
  }
  if (!isNode(value)) return;
  const meanings = nodes.get(value.kind);
  if (!meanings) throw new UnreadTree(`${value.kind} is not known`);
  for (const field of required.get(value.kind) ?? [])
    if (!value.fields.has(field)) throw new UnreadTree(`${value.kind} has no ${field}`);
  const inside = value.kind === 'RANGETBLENTRY' ? table(value, where, form) : where;
  if (value.kind === 'QUERY') query(value, form);
  for (const [field, content] of value.fields) {
    const meaning = meanings.get(field);
    if (!meaning) throw new UnreadTree(`${value.kind}.${field} is not known`);
    if (meaning === 'tree') {
      const policy = field === 'securityQuals' && content !== undefined;
      walk(content, policy ? policyOf(value) : inside, form, found);
    } else if (meaning === 'none') {
      if (!isEmpty(content)) throw new UnreadTree(`${value.kind}.${field} does not belong to reading`);
    } else if (hasNodes(content)) {
      throw new UnreadTree(`${value.kind}.${field} holds more than was expected`);
    } else if (meaning !== 'data' && expressions.has(meaning) && !isExpanded(value, field)) {
      for (const oid of oids(value, field, content)) found.push({ kind: meaning, oid, where: inside });
    }
  }
}

const isEmpty = (value: TreeValue): boolean =>
  value === undefined || value === '0' || value === 'false' || (isList(value) && value.length === 0);

const hasNodes = (value: TreeValue): boolean => isNode(value) || (isList(value) && value.some(hasNodes));

function oids(node: TreeNode, field: string, value: TreeValue): readonly number[] {
  if (value === undefined) return [];
  if (typeof value === 'object' && 'of' in value) {
    if (value.of !== 'o') throw new UnreadTree(`${node.kind}.${field} holds no object ids`);
    return value.numbers.filter((oid) => oid !== 0);
  }
  const oid = number(node, field);
  if (oid === 0 && required.get(node.kind)?.includes(field) && field !== 'sortop')
    throw new UnreadTree(`${node.kind} has no ${field}`);
  return oid === 0 ? [] : [oid];
}

/** A view has been replaced by its query; what is left of it are the rights on it, and up to PostgreSQL 15 entries that nothing reads. */
function isExpanded(node: TreeNode, field: string): boolean {
  if (node.kind !== 'RANGETBLENTRY' || field !== 'relid') return false;
  return number(node, 'rtekind') === kindsOfTable.subquery || isUnexpandedView(node);
}

function policyOf(entry: TreeNode): Where {
  return { what: 'in a policy of ', relation: number(entry, 'relid'), definition: true };
}

function table(entry: TreeNode, where: Where, form: Form): Where {
  const kind = number(entry, 'rtekind');
  if (kind > kindsOfTable.group || unknownTables.includes(kind))
    throw new UnreadTree(`a table of the kind ${kind} is not known`);
  if (form === 'stored' && name(entry, 'relkind') === 'v' && kind === kindsOfTable.relation)
    throw new UnreadTree('it reads a view, which is not followed there');
  if (kind !== kindsOfTable.subquery) return where;
  const view = viewOf(entry);
  return view === undefined ? where : { what: 'in the view ', relation: view, definition: true };
}

/** The view whose query stands there; the statement's own subqueries have none. */
export function viewOf(entry: TreeNode): number | undefined {
  const relid = entry.fields.get('relid');
  if (typeof relid === 'string' && relid !== '0') return Number(relid);
  const subquery = entry.fields.get('subquery');
  if (!isNode(subquery)) return undefined;
  const old = nodesIn(subquery.fields.get('rtable')).find(
    (one) => number(one, 'rtekind') === kindsOfTable.relation && name(one, 'relkind') === 'v',
  );
  return old && number(old, 'relid');
}

function query(node: TreeNode, form: Form): void {
  if (number(node, 'commandType') !== 1) throw new UnreadTree('it does more than read');
  const tables = nodesIn(node.fields.get('rtable'));
  for (const index of read(node.fields.get('jointree'))) {
    const entry = tables[index - 1];
    if (!entry) throw new UnreadTree('it reads a table that it does not list');
    if (form === 'rewritten' && isUnexpandedView(entry)) throw new UnreadTree('a view in it is not expanded');
  }
}

/** Places in the list of tables that are really read. */
function read(value: TreeValue): readonly number[] {
  if (isList(value)) return value.flatMap(read);
  if (!isNode(value)) return [];
  if (value.kind === 'RANGETBLREF') return [number(value, 'rtindex')];
  return ['fromlist', 'larg', 'rarg'].flatMap((field) => read(value.fields.get(field)));
}

function isUnexpandedView(entry: TreeNode): boolean {
  return number(entry, 'rtekind') === kindsOfTable.relation && name(entry, 'relkind') === 'v';
}
