/** A row that may leave its table, for tests that put a changed one in its place. */
import { SqlError } from '../../base/error.ts';
import { foreignKeysTo, periodOf, type ForeignKey } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Catalog, Constraint, Table } from '../../catalog/model.ts';
import type { Quote, Session } from '../../engine/model.ts';

export interface FreeRowContext {
  readonly session: Session;
  readonly quote: Quote;
  readonly catalog: Catalog;
}

/** Tables of tables that refer to a row; farther ones mean a circle. */
const deepest = 5;

/**
 * Moves one row into the session's `dbd_template`, inside the caller's transaction: one that nobody refers to, else one after those that refer
 * to it, best a leaf of its own table's trees. False when the table is empty or a row refers to itself through others.
 */
export async function takeTemplate(context: FreeRowContext, table: Table): Promise<boolean> {
  const { session, quote, catalog } = context;
  const name = quote.name(table);
  const links = foreignKeysTo(catalog, table);
  const free = (those: readonly ForeignKey[]): string =>
    [
      'true',
      ...those.map(
        (link) =>
          `NOT EXISTS (SELECT FROM ${quote.name(link.from)} AS child WHERE ${joined(quote, link, 'child', 'taken')})`,
      ),
    ].join(' AND ');
  for (const others of [links, links.filter(({ from }) => sameName(from, table)), []]) {
    const made = await session.query(
      `CREATE TEMPORARY TABLE dbd_template ON COMMIT DROP AS SELECT taken.*, taken.ctid AS dbd_place FROM ${name} AS taken WHERE ${free(others)} LIMIT 1`,
    );
    if (made.count > 0) {
      const place = (row: string): string => `${row}.ctid = (SELECT dbd_place FROM pg_temp.dbd_template)`;
      if (others.length < links.length && !(await removeReferrers(context, table, place))) return false;
      await session.query(`DELETE FROM ${name} AS taken WHERE ${place('taken')}`);
      return true;
    }
    await session.query('DROP TABLE pg_temp.dbd_template');
  }
  return false;
}

/** Deletes what refers to the rows of a table that meet the condition, farthest first, but for one key; false where it cannot. */
export async function removeReferrers(
  context: FreeRowContext,
  table: Table,
  meets: (row: string) => string,
  except?: Constraint,
  depth = 0,
): Promise<boolean> {
  const { session, quote, catalog } = context;
  const parent = `parent${depth}`;
  for (const link of foreignKeysTo(catalog, table)) {
    if (link.constraint === except) continue;
    const child = quote.name(link.from);
    const refers = (row: string): string =>
      `EXISTS (SELECT FROM ${quote.name(table)} AS ${parent} WHERE ${meets(parent)} AND ${joined(quote, link, row, parent)})`;
    const any = await session.query(`SELECT FROM ${child} AS child WHERE ${refers('child')} LIMIT 1`);
    if (any.count === 0) continue;
    if (depth === deepest || !(await removeReferrers(context, link.from, refers, undefined, depth + 1)))
      return false;
    try {
      await session.query(`DELETE FROM ${child} AS child WHERE ${refers('child')}`);
    } catch (error) {
      if (error instanceof SqlError) return false;
      throw error;
    }
  }
  return true;
}

function joined(quote: Quote, { constraint, references }: ForeignKey, child: string, parent: string): string {
  return constraint.columns
    .map(
      (name, i) =>
        `${child}.${quote.identifier(name)} ${name === periodOf(constraint) ? '&&' : '='} ${parent}.${quote.identifier(references.columns[i]!)}`,
    )
    .join(' AND ');
}
