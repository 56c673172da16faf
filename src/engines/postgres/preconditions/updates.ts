/** A plain UPDATE: what it calculates, and every promise over what it writes. */
import type { Node } from 'libpg-query';
import { foreignKeysTo, uniqueKeys } from '../../../catalog/find.ts';
import type { Precondition } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { findOutside } from '../online/text.ts';
import { quote } from '../quote.ts';
import { columnsOf } from './columns.ts';
import { notNull, promised, unique } from './promises.ts';
import { asked, nothing, printed, rowQuestion } from './say.ts';
import { layer, rowsOf, type State, type TableState } from './state.ts';
import { short, splitOutside } from './text.ts';

/** The beginning of a statement, for sentences. */
export const head = (sql: string): string => short(sql).slice(0, 60);

interface Update {
  readonly targetList?: Node[];
  readonly whereClause?: Node;
  readonly relation?: { readonly alias?: { readonly aliasname?: string } };
}

/** A plain UPDATE: its values are calculated for the rows of today, and every promise over them is asked. */
export function updated(
  state: State,
  table: TableState,
  node: Update,
  sql: string,
): readonly Precondition[] | undefined {
  const { today } = table;
  const alias = node.relation?.alias?.aliasname;
  if (!today || alias !== undefined) return undefined;
  const tokens = lex(sql);
  const set = findOutside(tokens, ['set'], 1);
  const end = findOutside(tokens, ['where', 'returning'], set + 1);
  if (set < 0) return undefined;
  const items = splitOutside(sql.slice(tokens[set]!.to, end < 0 ? undefined : tokens[end]!.from).trim());
  const names = (node.targetList ?? []).map((one) =>
    'ResTarget' in one && !one.ResTarget.indirection ? one.ResTarget.name : undefined,
  );
  if (names.length !== items.length || names.some((name) => name === undefined || !table.columns.has(name)))
    return undefined;
  const where = whereOf(sql);
  const values = items.map((item) => item.slice(lex(item).find(({ text }) => text === '=')?.to ?? 0).trim());
  if (values.some((value) => /^default$/i.test(value) || value === '')) return undefined;
  const read = columnsOf([node.targetList, node.whereClause]).filter((name) => table.columns.has(name));
  const columns = names as readonly string[];
  const says = `\`${head(sql)}\` can be calculated for every row of ${printed(table)}`;
  const missing = state.needs(sql);
  const rows = missing === undefined ? rowsOf(table, read) : { unknown: `${missing} is made by this change` };
  if ('unknown' in rows) {
    for (const column of columns) forget(table, column, sql);
    return [nothing(table, 'rows', says, rows.unknown)];
  }
  const typed = columns.map((column, at) => {
    const type = table.columns.get(column)!.type;
    return type === undefined ? values[at]! : `(${values[at]!})::${type}`;
  });
  const asks: Precondition[] = [
    asked('conversion', says, today, {
      sql: `SELECT ${typed.map((each) => `count(${each})`).join(', ')} FROM ${rows.sql}${where === undefined ? '' : ` WHERE ${where}`}`,
      mode: 'no error',
      shown: [],
    }),
    ...columns.flatMap((column, at) => tooLong(table, column, values[at]!, where)),
  ];
  const firing = today.triggers.filter(
    ({ definition, enabled }) => /\bUPDATE\b/.test(definition.split(' ON ')[0]!) && enabled !== 'disabled',
  );
  if (firing.length > 0)
    asks.push(
      nothing(
        table,
        'rows',
        `triggers of ${printed(table)} let \`${head(sql)}\` pass`,
        `${firing.map(({ name }) => name).join(', ')} would run, and is not asked`,
      ),
    );
  layer(
    table,
    Object.fromEntries(
      columns.map((column, at) => [
        column,
        where === undefined
          ? typed[at]!
          : `CASE WHEN ${where} THEN ${typed[at]!} ELSE ${quote.identifier(column)} END`,
      ]),
    ),
  );
  for (const column of columns) {
    const { unknown: _unknown, ...known } = table.columns.get(column)!;
    table.columns.set(column, { ...known, altered: true });
  }
  return [...asks, ...promisesOver(state, table, columns)];
}

/** An assignment refuses what a cast would cut. */
function tooLong(
  table: TableState,
  column: string,
  value: string,
  where: string | undefined,
): readonly Precondition[] {
  const [, length] =
    /^(?:character varying|character|varchar|char)\s*\((\d+)\)$/i.exec(
      table.columns.get(column)?.type ?? '',
    ) ?? [];
  if (length === undefined) return [];
  const condition = `char_length(rtrim((${value})::text, ' ')) > ${length}`;
  return [
    rowQuestion(
      table,
      'narrowing',
      `every new value of ${printed(table)}.${column} fits into ${length} characters`,
      [],
      where === undefined ? condition : `(${where}) AND ${condition}`,
    ),
  ];
}

/** What the table promises of columns that were written. */
function promisesOver(state: State, table: TableState, columns: readonly string[]): readonly Precondition[] {
  const today = table.today!;
  const required = columns
    .filter((name) => table.columns.get(name)?.notNull)
    .map((name) => notNull(table, name));
  const uniques = uniqueKeys(today)
    .filter((key) => key.some((name) => columns.includes(name)))
    .map((key) =>
      unique(
        table,
        key.map((name) => ({ sql: quote.identifier(name), column: name })),
        { together: false },
      ),
    );
  const checks = today.constraints
    .filter(
      (one) =>
        ['check', 'foreign', 'exclude'].includes(one.kind) &&
        one.enforced &&
        !state.dropped.has(`${table.name.schema}.${table.name.name}.${one.name}`) &&
        (one.columns.some((name) => columns.includes(name)) ||
          (one.kind !== 'foreign' && columns.some((name) => one.definition.includes(name)))),
    )
    .flatMap((one) => promised(state, table, one.definition.replace(/\s+NOT\s+VALID\s*$/i, '')));
  const odd = today.indexes.filter(
    (index) =>
      index.unique &&
      (index.predicate !== undefined || index.keys.some((key) => !table.columns.has(key))) &&
      columns.some((name) => index.definition.includes(name)),
  );
  const pointed = foreignKeysTo(state.context.catalog, today).filter(({ references }) =>
    references.columns.some((name) => columns.includes(name)),
  );
  return [
    ...required,
    ...uniques,
    ...checks,
    ...odd.map((index) =>
      nothing(
        table,
        'unique',
        `${index.name} holds for the new values`,
        'it is not asked for values that an UPDATE writes',
      ),
    ),
    ...pointed.map(({ constraint, from }) =>
      nothing(
        table,
        'foreign-key',
        `${constraint.name} of ${from.name} holds for the new keys`,
        'it is not asked for keys that an UPDATE writes',
      ),
    ),
  ];
}

function forget(table: TableState, column: string, sql: string): void {
  const known = table.columns.get(column);
  if (known)
    table.columns.set(column, {
      ...known,
      altered: true,
      unknown: `\`${head(sql)}\` writes ${column} before`,
    });
}

/** The condition of a statement in parentheses; undefined when it has none. */
export function whereOf(sql: string): string | undefined {
  const tokens = lex(sql);
  const where = findOutside(tokens, ['where']);
  if (where < 0) return undefined;
  const end = findOutside(tokens, ['returning'], where + 1);
  return `(${sql.slice(tokens[where]!.to, end < 0 ? undefined : tokens[end]!.from).trim()})`;
}
