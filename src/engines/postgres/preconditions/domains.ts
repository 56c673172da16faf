import type { AlterDomainStmt } from 'libpg-query';
import type { Precondition } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { nameFrom } from '../grammar/tree.ts';
import { is } from '../online/text.ts';
import { quote } from '../quote.ts';
import { notNull } from './promises.ts';
import { nothing, printed, rowQuestion } from './say.ts';
import type { State, TableState } from './state.ts';
import { inParentheses, short } from './text.ts';

/** Questions of a domain's new promise, put to every column that uses it. */
export function domainAsks(state: State, node: AlterDomainStmt, sql: string): readonly Precondition[] {
  const { name } = nameFrom(node.typeName);
  const users = columnsOfType(state, name);
  const hidden = hiddenUsers(state, name);
  if (hidden !== undefined && ['O', 'C', 'V'].includes(node.subtype ?? ''))
    return [
      ...asksOf(state, node, sql, name, users),
      nothing(
        undefined,
        'check',
        `values of ${name} inside other types meet the domain`,
        `${hidden} holds them, and is not asked`,
      ),
    ];
  return asksOf(state, node, sql, name, users);
}

function asksOf(
  state: State,
  node: AlterDomainStmt,
  sql: string,
  name: string,
  users: ReturnType<typeof columnsOfType>,
): readonly Precondition[] {
  if (node.subtype === 'O') return users.map(({ table, column }) => notNull(table, column));
  const constraint = node.def && 'Constraint' in node.def ? node.def.Constraint : undefined;
  if (node.subtype === 'C' && constraint?.contype === 'CONSTR_NOTNULL')
    return users.map(({ table, column }) => notNull(table, column));
  if (node.subtype === 'C' && constraint?.contype === 'CONSTR_CHECK') {
    if (constraint.skip_validation) {
      if (constraint.conname) state.domains.set(`${name}.${constraint.conname}`, sql);
      return [];
    }
    return users.map(({ table, column }) => checked(table, column, sql));
  }
  if (node.subtype === 'V') {
    const pending = state.domains.get(`${name}.${node.name}`) ?? definitionOf(state, name, node.name ?? '');
    return users.map(({ table, column }) =>
      pending === undefined
        ? nothing(table, 'check', `${printed(table)}.${column} meets ${node.name}`, 'its text was not found')
        : checked(table, column, pending),
    );
  }
  return [];
}

function checked(table: TableState, column: string, text: string): Precondition {
  const at = lex(text).find((token) => is(token, 'check'))?.from ?? 0;
  const condition = inParentheses(text.slice(at));
  const own = `${quote.identifier(table.name.name)}.${quote.identifier(column)}`;
  return rowQuestion(
    table,
    'check',
    `every ${column} of ${printed(table)} meets CHECK (${short(condition)})`,
    [column],
    `NOT (${withColumn(condition, own)})`,
  );
}

/** `VALUE` replaced by a column. */
function withColumn(condition: string, column: string): string {
  let out = '';
  let at = 0;
  for (const token of lex(condition)) {
    if (!is(token, 'value')) continue;
    out += `${condition.slice(at, token.from)}${column}`;
    at = token.to;
  }
  return out + condition.slice(at);
}

function columnsOfType(
  state: State,
  domain: string,
): readonly { readonly table: TableState; readonly column: string }[] {
  return state.context.catalog.tables
    .filter(({ partitionOf }) => !partitionOf)
    .flatMap((one) =>
      one.columns
        .filter(({ type }) =>
          [domain, quote.identifier(domain)].includes(type.replace(/^(?:"(?:[^"]|"")+"|[\w$]+)\./, '')),
        )
        .flatMap(({ name }) => {
          const table = state.find(one);
          return table ? [{ table, column: name }] : [];
        }),
    );
}

/** Text of a domain's constraint in the definition of the type. */
function definitionOf(state: State, domain: string, name: string): string | undefined {
  const type = state.context.catalog.types.find((one) => one.kind === 'domain' && one.name === domain);
  const at = type?.definition.indexOf(`CONSTRAINT ${quote.identifier(name)} `) ?? -1;
  return at < 0 ? undefined : type!.definition.slice(at);
}

/** An array, domain or composite type that holds the domain. */
function hiddenUsers(state: State, domain: string): string | undefined {
  const { tables, types } = state.context.catalog;
  const named = (text: string): boolean =>
    new RegExp(`(?<![\\w$"])"?${domain.replaceAll(/[^\w]/g, '\\$&')}"?(?![\\w$])`).test(text);
  const type = types.find(
    (one) =>
      one.name !== domain && (named(one.base ?? '') || (one.kind === 'composite' && named(one.definition))),
  );
  if (type) return type.name;
  const array = tables
    .flatMap((table) => table.columns.map((column) => ({ table, column })))
    .find(({ column }) => column.type.endsWith('[]') && named(column.type));
  return array && `${array.table.name}.${array.column.name}`;
}
