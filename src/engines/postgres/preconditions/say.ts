import { guessPersonal } from '../../../catalog/personal.ts';
import { readGovernance } from '../../../catalog/governance.ts';
import { printName, printPart } from '../../../catalog/identity.ts';
import type { Precondition, PreconditionKind, Question } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { rowsOf, shownColumns, type TableState } from './state.ts';

/** Percent of a table's pages that are read where all of them take too long. */
const percent = 1;

/** A table's name as people write it. */
export function printed({ name }: TableState): string {
  return name.schema === 'public' ? printPart(name.name) : printName(name);
}

/** Columns whose values are nobody's secret. */
export function openColumns({ today }: TableState, columns: readonly string[]): readonly string[] {
  if (!today) return [];
  const classOf = (name: string): string | undefined =>
    readGovernance(today.columns.find((column) => column.name === name)?.comment).facts.class;
  return columns.filter((name) => {
    const declared = classOf(name);
    if (declared !== undefined) return declared === 'public' || declared === 'internal';
    return (
      guessPersonal(today.name, name) === undefined &&
      plainlyKeyed(today.columns.find((one) => one.name === name)?.type)
    );
  });
}

/** Texts may hold anything; numbers, times, booleans and identifiers say little by themselves. */
function plainlyKeyed(type = ''): boolean {
  return /^(?:smallint|integer|bigint|numeric|real|double precision|boolean|uuid|date|time|timestamp|interval|oid)/.test(
    type,
  );
}

/** A question about single rows: those that meet the condition offend. */
export function rowQuestion(
  state: TableState,
  kind: PreconditionKind,
  says: string,
  about: readonly string[],
  condition: string,
  more: { readonly alone?: boolean; readonly show?: readonly string[] } = {},
): Precondition {
  const rows = rowsOf(state, about, more.alone);
  const table = state.today ?? state.name;
  if ('unknown' in rows) return nothing(state, kind, says, rows.unknown);
  const shown = shownColumns(state, more.show ?? about);
  const list = shown
    .map((column) => `${quote.identifier(state.name.name)}.${quote.identifier(column)}`)
    .join(', ');
  const sql = `SELECT ${list} FROM ${rows.sql} WHERE ${condition}`;
  const stored = state.today!;
  const sampled =
    stored.kind === 'table' && rows.sql === quote.full(stored)
      ? {
          sampled: {
            sql: `SELECT ${list} FROM ${rows.sql} TABLESAMPLE SYSTEM (${percent}) WHERE ${condition}`,
            percent,
          },
        }
      : {};
  return asked(kind, says, table, { sql, mode: 'no row', shown: openColumns(state, shown), ...sampled });
}

/** A precondition that a question decides. */
export function asked(
  kind: PreconditionKind,
  says: string,
  table: Precondition['table'],
  question: Question,
): Precondition {
  return {
    kind,
    says,
    ...(table ? { table: { schema: table.schema, name: table.name } } : {}),
    answer: { by: 'question', question },
  };
}

/** A precondition that the structure decides. */
export function given(
  state: TableState,
  kind: PreconditionKind,
  says: string,
  holds: boolean,
  because: string,
): Precondition {
  return { kind, says, table: state.name, answer: { by: 'structure', holds, because } };
}

/** A precondition that nothing decides today. */
export function nothing(
  state: TableState | undefined,
  kind: PreconditionKind,
  says: string,
  because: string,
): Precondition {
  return { kind, says, ...(state ? { table: state.name } : {}), answer: { by: 'nothing', because } };
}
