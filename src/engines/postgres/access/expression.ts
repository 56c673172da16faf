/** Expressions as SQL that an index may hold: over columns of one table, immutable, understood wholly. */
import type { A_Const, A_Expr, FuncCall, Node, TypeCast, TypeName } from 'libpg-query';
import { quote } from '../quote.ts';
import { text, words } from '../grammar/tree.ts';
import { step, type Draft } from './draft.ts';
import type { Use } from './use.ts';
import { callType, castable, operatorType } from './immutable.ts';
import { newScope, resolve, type Bound, type Scope } from './scope.ts';
import { longName, type TypeFacts } from './types.ts';

/** A part of a statement that an index, or its condition, may hold. */
export interface Expression {
  readonly sql: string;
  /** `call` and `atom` need no brackets in an operator, `call` and `column` none in an index. */
  readonly form: 'column' | 'constant' | 'parameter' | 'atom' | 'call' | 'operator';
  readonly use?: Use;
  readonly columns: readonly string[];
  /** Undefined for constants and parameters whose type follows from the other side. */
  readonly type?: TypeFacts;
  readonly collation?: string;
  /** Number of a parameter. */
  readonly number?: number;
  /** Name of a column, without quotes. */
  readonly column?: string;
}

/** The expression of a node; undefined when it is not immutable, reads several tables, or is not understood. */
export function expressionOf(node: Node | undefined, scope: Scope, draft: Draft): Expression | undefined {
  if (!node || !step(draft)) return undefined;
  if ('ColumnRef' in node) {
    const found = resolve(node.ColumnRef, scope);
    return found?.open && found.bound ? boundExpression(found.bound, draft) : undefined;
  }
  if ('ParamRef' in node) {
    const number = node.ParamRef.number ?? 0;
    return { sql: `$${number}`, form: 'parameter', columns: [], number };
  }
  if ('A_Const' in node) return constant(node.A_Const);
  if ('TypeCast' in node) return cast(node.TypeCast, scope, draft);
  if ('FuncCall' in node) return call(node.FuncCall, scope, draft);
  if ('A_Expr' in node) return operator(node.A_Expr, scope, draft);
  if ('CoalesceExpr' in node) return called('coalesce', node.CoalesceExpr.args, scope, draft);
  if ('MinMaxExpr' in node)
    return called(
      node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest',
      node.MinMaxExpr.args,
      scope,
      draft,
    );
  if ('CollateClause' in node) {
    const inner = expressionOf(node.CollateClause.arg, scope, draft);
    const name = words(node.CollateClause.collname).at(-1);
    return inner && name !== undefined && inner.collation === name ? inner : undefined;
  }
  if ('A_ArrayExpr' in node) return array(node.A_ArrayExpr.elements ?? [], scope, draft);
  return undefined;
}

/** The expression that a name of an inner level stands for. */
export function boundExpression(bound: Bound, draft: Draft): Expression | undefined {
  if (bound.kind === 'expression') return expressionOf(bound.node, bound.scope, draft);
  if (bound.kind === 'each') return undefined;
  const { use, column } = bound;
  const facts = use.relation.columns.get(column);
  if (!facts) return undefined;
  if (facts.virtual)
    return expressionOf(
      facts.virtual,
      newScope({ sources: [{ called: use.alias, use, open: true }] }),
      draft,
    );
  return {
    sql: quote.identifier(column),
    form: 'column',
    use,
    columns: [column],
    column,
    type: facts.type,
    ...(facts.collation === undefined ? {} : { collation: facts.collation }),
  };
}

/** A constant as SQL. */
export function constant(value: A_Const): Expression {
  const sql = value.isnull
    ? 'NULL'
    : value.sval
      ? quote.literal(value.sval.sval ?? '')
      : value.ival
        ? String(value.ival.ival ?? 0)
        : value.fval
          ? (value.fval.fval ?? '0')
          : value.boolval
            ? String(value.boolval.boolval ?? false)
            : `B${quote.literal((value.bsval?.bsval ?? 'b').slice(1))}`;
  const type = value.ival ? 'integer' : value.fval ? 'numeric' : value.boolval ? 'boolean' : undefined;
  return {
    sql,
    form: 'constant',
    columns: [],
    ...(type === undefined ? {} : { type: { name: type, array: false, kind: 'base' } }),
  };
}

function cast({ arg, typeName }: TypeCast, scope: Scope, draft: Draft): Expression | undefined {
  const inner = expressionOf(arg, scope, draft);
  const written = typeName && typeText(typeName);
  if (!inner || !typeName || written === undefined) return undefined;
  const type = draft.relations.typeOf(written);
  const bare = inner.form === 'constant' || inner.form === 'parameter' || inner.columns.length === 0;
  if (!bare && !castable(inner.type, type)) return undefined;
  // The server reads texts of any length as text before it works with them, and writes that down itself.
  const silent =
    written === 'text' &&
    (inner.type?.name === 'text' || inner.type?.name === 'character varying' || inner.form === 'constant');
  if (silent && !inner.type?.array) return { ...inner, type };
  return {
    ...inner,
    sql: `${inBrackets(inner)}::${written}`,
    form: inner.form === 'constant' || inner.form === 'parameter' ? inner.form : 'atom',
    type,
  };
}

/** A type as SQL writes it. */
export function typeText(typeName: TypeName): string | undefined {
  const names = words(typeName.names);
  const bare =
    names.length === 2 && names[0] === 'pg_catalog'
      ? longName(names[1]!)
      : names.map((name) => quote.identifier(longName(name) === name ? name : name)).join('.');
  const mods = (typeName.typmods ?? []).map((mod) =>
    'A_Const' in mod && mod.A_Const.ival ? String(mod.A_Const.ival.ival ?? 0) : undefined,
  );
  if (mods.includes(undefined) || (bare === 'interval' && mods.length > 0)) return undefined;
  const printed = mods.length > 0 && bare !== 'character' ? `${bare}(${mods.join(',')})` : bare;
  return printed.startsWith('time') && mods.length > 0
    ? undefined
    : `${printed}${'[]'.repeat(typeName.arrayBounds?.length ?? 0)}`;
}

function call(node: FuncCall, scope: Scope, draft: Draft): Expression | undefined {
  if (node.agg_distinct || node.agg_star || node.over || node.agg_filter || node.func_variadic)
    return undefined;
  const names = words(node.funcname);
  const name = names.at(-1) ?? '';
  if (name === 'timezone' && node.args?.length === 2) {
    const [zone, time] = node.args;
    const known = called(name, node.args, scope, draft);
    const [a, b] = [expressionOf(time, scope, draft), expressionOf(zone, scope, draft)];
    return known && a && b
      ? { ...known, sql: `${inBrackets(a)} AT TIME ZONE ${inBrackets(b)}`, form: 'operator' }
      : undefined;
  }
  return called(
    name,
    node.args,
    scope,
    draft,
    names.length > 1 && names[0] !== 'pg_catalog' ? names[0] : undefined,
  );
}

function called(
  name: string,
  args: readonly Node[] | undefined,
  scope: Scope,
  draft: Draft,
  schema?: string,
): Expression | undefined {
  const given = all(args ?? [], scope, draft);
  if (!given) return undefined;
  const routine = schema === undefined || schema === 'public' ? draft.relations.routine(name) : undefined;
  const type =
    (schema === undefined
      ? callType(
          name,
          given.parts.map((part) => part.type),
        )
      : undefined) ??
    (routine && draft.relations.typeOf(routine.returns));
  if (!type) return undefined;
  const list = given.parts.map(({ sql }) => sql).join(', ');
  const [first, second] = given.parts;
  const sql =
    name === 'extract' && first && second
      ? `extract(${first.sql.replaceAll("'", '')} from ${second.sql})`
      : `${schema === undefined ? '' : `${quote.identifier(schema)}.`}${/^[a-z_0-9]+$/.test(name) ? name : quote.identifier(name)}(${list})`;
  return { sql, form: 'call', columns: given.columns, ...(given.use ? { use: given.use } : {}), type };
}

function operator(node: A_Expr, scope: Scope, draft: Draft): Expression | undefined {
  if (node.kind === 'AEXPR_NULLIF')
    return called(
      'nullif',
      [node.lexpr, node.rexpr].flatMap((one) => one ?? []),
      scope,
      draft,
    );
  if (node.kind !== 'AEXPR_OP' || !node.lexpr || !node.rexpr) return undefined;
  const name = text(node.name?.at(-1)) ?? '';
  const given = all([node.lexpr, node.rexpr], scope, draft);
  if (!given) return undefined;
  const [left, right] = [given.parts[0]!, given.parts[1]!];
  const type = operatorType(name, left.type, right.type);
  if (!type) return undefined;
  return {
    sql: `${inBrackets(left)} ${name} ${inBrackets(right)}`,
    form: 'operator',
    columns: given.columns,
    ...(given.use ? { use: given.use } : {}),
    type,
  };
}

function array(nodes: readonly Node[], scope: Scope, draft: Draft): Expression | undefined {
  const given = all(nodes, scope, draft);
  if (!given || given.use) return undefined;
  const element = given.parts.find((part) => part.type)?.type;
  return {
    sql: `ARRAY[${given.parts.map(({ sql }) => sql).join(', ')}]`,
    form: given.parts.every(({ form }) => form === 'constant') ? 'constant' : 'atom',
    columns: [],
    ...(element ? { type: { ...element, array: true } } : {}),
  };
}

/** Several expressions over one table at most. */
function all(
  nodes: readonly Node[],
  scope: Scope,
  draft: Draft,
):
  | { readonly parts: readonly Expression[]; readonly columns: readonly string[]; readonly use?: Use }
  | undefined {
  const parts: Expression[] = [];
  let use: Use | undefined;
  for (const node of nodes) {
    const part = expressionOf(node, scope, draft);
    if (!part || (part.use && use && part.use !== use)) return undefined;
    use ??= part.use;
    parts.push(part);
  }
  return { parts, columns: [...new Set(parts.flatMap(({ columns }) => columns))], ...(use ? { use } : {}) };
}

/** SQL of an expression where it stands beside an operator. */
export function inBrackets({ sql, form }: Expression): string {
  return form === 'operator' ? `(${sql})` : sql;
}
