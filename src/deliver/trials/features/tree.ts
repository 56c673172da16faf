/** Tries circles, and compares the kept paths of a tree with paths from scratch after moves and inserts at once. */
import { DbdError } from '../../../base/error.ts';
import { formatCount } from '../../../base/units.ts';
import type { DesignedFeature } from '../../../design/model.ts';
import type { Session } from '../../../engine/model.ts';
import { makeInserts, type Inserts } from '../../../twin/fill/insert.ts';
import type { FieldTest } from '../entity-tests.ts';
import {
  answer,
  attempt,
  broken,
  kept,
  open,
  rolledBack,
  tableIn,
  valueOf,
  withSessions,
  type FeatureTrial,
} from './trial.ts';

type Tree = Extract<DesignedFeature, { readonly kind: 'tree' }>;

/** Sessions at once, statements of each, and rows they fight for. */
const sessionsAtOnce = 4;
const statementsEach = 20;
const hotRows = 24;
/** Fewest statements that must succeed for a verdict. */
const fewest = 20;

/** A row below itself, two moves that close a circle together, and a storm of moves and inserts. */
export async function tryTree(trial: FeatureTrial, tree: Tree): Promise<readonly FieldTest[]> {
  const { session, engine } = trial;
  const { quote } = engine;
  const table = tableIn(trial, tree.table);
  if (!table) return [open('its tree could not be tried: there is no such table')];
  const name = quote.name(table);
  const key = tree.key.map((column) => quote.identifier(column));
  const parent = tree.parent.map((column) => quote.identifier(column));
  const rows = Number(await valueOf(session, `SELECT count(*) FROM ${name}`));
  if (rows < 3) return [open('its tree could not be tried: the table has fewer than three rows')];
  const place = (offset: number): string =>
    `(SELECT ${key.join(', ')} FROM ${name} ORDER BY ${key.join(', ')} LIMIT 1 OFFSET ${offset})`;
  const of = (alias: string): string => `(${key.map((column) => `${alias}.${column}`).join(', ')})`;
  const move = (child: number, above: number): string =>
    `UPDATE ${name} AS moved SET (${parent.join(', ')}) = ${place(above)} WHERE ${of('moved')} = ${place(child)}`;
  const tests: FieldTest[] = [];
  await rolledBack(session, async () => {
    await session.query(
      `UPDATE ${name} AS moved SET ${parent.map((column) => `${column} = NULL`).join(', ')} WHERE ${of('moved')} IN (${place(0)}, ${place(1)})`,
    );
    await session.query(move(1, 0));
    const said = await attempt(session, () => session.query(move(0, 1)));
    if (said === 'ok') tests.push(broken('a row may be moved below itself'));
    else if (said === tree.rule) tests.push(kept(`a row below itself is rejected by ${said}`));
    else tests.push(open(`a row below itself was rejected by ${said}`));
  });
  const fresh = await newRows(trial, tree);
  const done = { moves: 0, inserts: 0, refused: 0 };
  const other: string[] = [];
  const write = async (writer: Session, index: number): Promise<void> => {
    const width = Math.min(rows, hotRows);
    for (let turn = 0; turn < statementsEach; turn++) {
      const insert = fresh !== undefined && turn % 4 === 3;
      const said = insert
        ? await answer(
            writer.query(fresh.sql, fresh.values[(index * statementsEach + turn) % fresh.values.length]!),
          )
        : await answer(
            writer.query(move((index * 7 + turn * 11) % width, (index * 13 + turn * 5 + 1) % width)),
          );
      if (said === tree.rule) done.refused += 1;
      else if (said !== 'ok') other.push(said);
      else if (insert) done.inserts += 1;
      else done.moves += 1;
    }
  };
  await withSessions(trial, sessionsAtOnce, (sessions) => Promise.all(sessions.map(write)));
  const circles = Number(
    await valueOf(
      session,
      `WITH RECURSIVE below AS (
  SELECT ${key.join(', ')} FROM ${name} WHERE ${parent.map((column) => `${column} IS NULL`).join(' OR ')}
  UNION
  SELECT ${key.map((column) => `child.${column}`).join(', ')} FROM below JOIN ${name} AS child ON ${parent.map((column, i) => `child.${column} = below.${key[i]!}`).join(' AND ')}
)
SELECT (SELECT count(*) FROM ${name}) - (SELECT count(*) FROM below)`,
    ),
  );
  const told = `${sessionsAtOnce} sessions at once: ${done.moves} moves, ${done.inserts} inserts, ${done.refused} circles rejected${other.length > 0 ? `, ${other.length} others rejected (${[...new Set(other)].join('; ')})` : ''}`;
  if (done.moves + done.inserts < fewest)
    tests.push(open(`too few writes at once succeeded to show that the tree holds (${told})`));
  else if (circles > 0) tests.push(broken(`${told}; ${circles} rows hang in a circle`));
  else tests.push(kept(`${told}; no row hangs in a circle`));
  if (tree.closure && circles === 0) tests.push(await compare(trial, tree.closure));
  return tests;
}

/** Rows to insert beside the moves; undefined when none could be made. */
async function newRows(
  { engine, session, catalog, hints, seed }: FeatureTrial,
  tree: Tree,
): Promise<Inserts | undefined> {
  try {
    return await makeInserts({
      engine,
      session,
      catalog,
      hints,
      seed,
      volumes: [],
      table: tree.table,
      rows: sessionsAtOnce * statementsEach,
    });
  } catch (error) {
    if (error instanceof DbdError) return undefined;
    throw error;
  }
}

async function compare(
  { session, engine }: FeatureTrial,
  closure: NonNullable<Tree['closure']>,
): Promise<FieldTest> {
  const { quote } = engine;
  const name = quote.name(closure.table);
  const list = closure.columns.map((column) => quote.identifier(column)).join(', ');
  await session.query(`CREATE TEMPORARY TABLE dbd_paths AS SELECT ${list} FROM ${name}`);
  return rolledBack(session, async () => {
    await session.query(`DELETE FROM ${name}`);
    await session.query(closure.refill);
    const total = Number(await valueOf(session, `SELECT count(*) FROM ${name}`));
    const differ = Number(
      await valueOf(
        session,
        `SELECT count(*) FROM ((SELECT ${list} FROM ${name} EXCEPT ALL TABLE pg_temp.dbd_paths) UNION ALL (TABLE pg_temp.dbd_paths EXCEPT ALL SELECT ${list} FROM ${name})) AS each`,
      ),
    );
    const said = `${formatCount(total)} paths of ${closure.table.name} compared with paths from scratch, ${differ} differ`;
    return differ > 0 ? broken(said) : kept(said, closure.refill);
  });
}
