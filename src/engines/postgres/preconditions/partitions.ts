/** Rows of a table that is to become a partition, and of a default partition beside it. */
import type { AlterTableCmd, PartitionBoundSpec } from 'libpg-query';
import { sameName } from '../../../catalog/identity.ts';
import type { Table } from '../../../catalog/model.ts';
import type { Precondition } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { nothing, printed, rowQuestion } from './say.ts';
import type { State, TableState } from './state.ts';
import { inParentheses, splitOutside } from './text.ts';

/** Questions of ATTACH PARTITION. */
export function attached(
  state: State,
  parent: TableState,
  cmd: AlterTableCmd,
  text: string,
): readonly Precondition[] {
  const def = cmd.def && 'PartitionCmd' in cmd.def ? cmd.def.PartitionCmd : undefined;
  const child = state.find(nameOf(def?.name));
  if (!child) return [nothing(parent, 'structure', `${def?.name?.relname} is there`, 'it is not found')];
  const own =
    child.today || child.filled !== undefined ? [inBound(state, parent, child, def?.bound, text)] : [];
  return [...own, ...besideDefault(state, parent, def?.bound, text)];
}

/** Question of a new partition: rows of the default partition that belong to it. */
export function besideDefault(
  state: State,
  parent: TableState,
  bound: PartitionBoundSpec | undefined,
  text: string,
): readonly Precondition[] {
  const { today } = parent;
  if (!today || bound?.is_default) return [];
  const found = state.context.catalog.tables.find(
    ({ partitionOf }) =>
      partitionOf && sameName(partitionOf, today) && /^DEFAULT$/i.test(partitionOf.bound.trim()),
  );
  const table = found && state.find(found);
  if (!table) return [];
  const says = `no row of the default partition ${printed(table)} belongs to the new one`;
  const condition = boundCondition(parent, bound, text);
  return [
    condition === undefined
      ? nothing(table, 'bound', says, 'the bound could not be turned into a condition')
      : rowQuestion(table, 'bound', says, keyColumns(today, table), condition),
  ];
}

function inBound(
  state: State,
  parent: TableState,
  child: TableState,
  bound: PartitionBoundSpec | undefined,
  text: string,
): Precondition {
  const says = `every row of ${printed(child)} lies within ${text.slice(text.search(/\b(?:FOR\s+VALUES|DEFAULT)\b/i))}`;
  if (bound?.is_default) {
    const others = state.context.catalog.tables.some(
      ({ partitionOf }) => partitionOf && parent.today && sameName(partitionOf, parent.today),
    );
    if (others)
      return nothing(
        child,
        'bound',
        says,
        'rows of a new default partition are not compared with the bounds of the others',
      );
  }
  const condition = bound?.is_default ? 'false' : boundCondition(parent, bound, text);
  return condition === undefined || !parent.today
    ? nothing(child, 'bound', says, 'the bound could not be turned into a condition')
    : rowQuestion(child, 'bound', says, keyColumns(parent.today, child), `(${condition}) IS NOT TRUE`);
}

/** Expressions of a partition key: `RANGE (created_at, lower(region))`. */
function keyOf(table: Table): { readonly by: string; readonly keys: readonly string[] } | undefined {
  const [, by] = /^(RANGE|LIST|HASH)\b/i.exec(table.partitionKey ?? '') ?? [];
  return by === undefined
    ? undefined
    : { by: by.toUpperCase(), keys: splitOutside(inParentheses(table.partitionKey!)) };
}

function keyColumns(parent: Table, child: TableState): readonly string[] {
  return (keyOf(parent)?.keys ?? []).flatMap((key) => {
    const name = key.startsWith('"') ? key.slice(1, -1).replaceAll('""', '"') : key;
    return child.columns.has(name) ? [name] : [];
  });
}

/** The bound as a condition over the rows of a partition; undefined when it is not understood. */
function boundCondition(
  parent: TableState,
  bound: PartitionBoundSpec | undefined,
  text: string,
): string | undefined {
  const key = parent.today && keyOf(parent.today);
  if (!key || !bound || key.keys.some((one) => / COLLATE |_ops$/i.test(one))) return undefined;
  const values = text.slice(text.search(/\bFOR\s+VALUES\b/i));
  if (key.by === 'LIST') {
    const items = splitOutside(inParentheses(values));
    const [own] = key.keys;
    const plain = items.filter((item) => !/^null$/i.test(item));
    const parts = [
      ...(plain.length > 0 ? [`${own} IN (${plain.join(', ')})`] : []),
      ...(plain.length < items.length ? [`${own} IS NULL`] : []),
    ];
    return parts.join(' OR ');
  }
  if (key.by === 'HASH') {
    const full = quote.literal(quote.full(parent.today!));
    return `satisfies_hash_partition(${full}::regclass, ${bound.modulus ?? 0}, ${bound.remainder ?? 0}, ${key.keys.join(', ')})`;
  }
  const to = lex(values).find((token) => token.kind === 'word' && token.text.toLowerCase() === 'to');
  if (!to) return undefined;
  const [low, high] = [
    splitOutside(inParentheses(values.slice(0, to.from))),
    splitOutside(inParentheses(values.slice(to.to))),
  ];
  if (low.length !== key.keys.length || high.length !== key.keys.length) return undefined;
  const [from, until] = [side(key.keys, low, true), side(key.keys, high, false)];
  return [...key.keys.map((one) => `${one} IS NOT NULL`), ...from, ...until].join(' AND ');
}

/** `(a, b) >= (1, 'x')`, up to the first MINVALUE or MAXVALUE, which decides by itself. */
function side(keys: readonly string[], values: readonly string[], low: boolean): readonly string[] {
  const end = values.findIndex((value) => /^(?:minvalue|maxvalue)$/i.test(value));
  const open = end < 0 ? undefined : /^minvalue$/i.test(values[end]!);
  const count = end < 0 ? values.length : end;
  if (count === 0) return open === low ? [] : ['false'];
  const left = `(${keys.slice(0, count).join(', ')})`;
  const right = `(${values.slice(0, count).join(', ')})`;
  if (low) return [`${left} ${open === undefined || open ? '>=' : '>'} ${right}`];
  return [`${left} ${open === undefined || open ? '<' : '<='} ${right}`];
}
