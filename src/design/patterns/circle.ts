import type { Relation } from '../../task/model.ts';
import type { Draft, TableDraft } from '../draft.ts';
import { indented } from './summary.ts';
import { raise } from './trigger.ts';

/** A reference to the own table that must not run in a circle, with names resolved and quoted. */
export interface Tree {
  readonly relation: Relation;
  readonly table: TableDraft;
  /** Table, with its schema. */
  readonly name: string;
  readonly key: readonly string[];
  readonly parent: readonly string[];
  /** First of the columns that name the parent, as the catalog has it. */
  readonly column: string;
  /** Name that the error of a circle carries. */
  readonly rule: string;
  readonly claims: readonly string[];
}

/** Condition on the parent of `row`: there is one. */
export function hasParent({ parent }: Tree, row: string): string {
  return parent.map((column) => `${row}.${column} IS NOT NULL`).join(' AND ');
}

/** `left.a = right.b AND …`. */
export function same(
  left: string,
  columns: readonly string[],
  right: string,
  others: readonly string[],
): string {
  return columns.map((column, i) => `${left}.${column} = ${right}.${others[i]!}`).join(' AND ');
}

/** Statements that raise when the row NEW is above itself; moves wait for each other, since two of them can close a circle that neither sees. */
export function circleCheck(draft: Draft, made: Tree): string {
  const { key, parent, name, table } = made;
  const first = key.map((column, i) => `NEW.${parent[i]!} AS ${column}`).join(', ');
  const next = key.map((column, i) => `node.${parent[i]!} AS ${column}`).join(', ');
  const above = `WITH RECURSIVE above AS (
  SELECT ${first}
  UNION
  SELECT ${next}
  FROM above
  JOIN ${name} AS node ON ${same('node', key, 'above', key)}
  WHERE ${hasParent(made, 'node')}
)`;
  const refuse = raise(draft, table.name, {
    rule: made.rule,
    column: made.column,
    message: `'a row cannot be below itself'`,
  });
  return `-- An old snapshot may show parents that have moved since: then the server says so.
IF current_setting('transaction_isolation') = 'repeatable read' THEN
  PERFORM FROM ${name} AS locked
  WHERE (${key.map((column) => `locked.${column}`).join(', ')}) IN (
${indented(above, 4)}
    SELECT ${key.map((column) => `above.${column}`).join(', ')} FROM above
  )
  FOR SHARE;
END IF;
IF EXISTS (
${indented(above, 2)}
  SELECT FROM above WHERE ${same('above', key, 'NEW', key)}
) THEN
${indented(refuse, 2)}
END IF;`;
}

/** Condition that the parent changed. */
export function moved(parent: readonly string[]): string {
  return parent.map((column) => `OLD.${column} IS DISTINCT FROM NEW.${column}`).join(' OR ');
}
