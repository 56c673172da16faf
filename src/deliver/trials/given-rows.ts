/** Rules that look at other rows: tried beside the rows that the task gives, and by two sessions at once. */
import { SqlError } from '../../base/error.ts';
import type { Table } from '../../catalog/model.ts';
import type { Design } from '../../design/model.ts';
import type { Isolation } from '../../engine/contention/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Row, Rule } from '../../task/model.ts';
import { empty, insertOf, literalOf, templatesOf, type Templates } from './fresh-rows.ts';
import { meet } from './meeting.ts';
import {
  attempt,
  checkDeferred,
  rolledBack,
  untriable,
  type Attempt,
  type RowTestContext,
  type Values,
} from './row-tests.ts';

/** One isolation level at which two sessions met. */
export interface RaceLevel {
  readonly isolation: Isolation;
  /** Transactions that committed, of two of which the rule allows one. */
  readonly committed: number;
  readonly waited: boolean;
  /** What the other one was told. */
  readonly said?: string;
}

export interface Race {
  readonly levels: readonly RaceLevel[];
  /** Transactions that committed when writers did not wait for each other; 2 shows that the race can break the rule. */
  readonly control?: number;
  /** Why two sessions could not be tried. */
  readonly untried?: string;
}

export interface GivenTest {
  readonly expected: 'accepted' | 'rejected';
  readonly row: string;
  readonly attempt: Attempt;
}

/** Whether a rule is tried in a table that holds nothing but what the task gives. */
export function looksAtOthers(rule: Rule): boolean {
  return rule.given.length > 0 || rule.never !== undefined || rule.exclude !== undefined;
}

/** Tries each row of a rule after its given rows, and the change of an accepted row into a rejected one; everything is taken back. */
export async function tryGiven(
  context: RowTestContext,
  design: Design,
  rule: Rule,
  table: Table,
  valuesOf: (row: Row) => Values,
): Promise<readonly GivenTest[]> {
  const tests: GivenTest[] = [];
  const one = async (
    expected: GivenTest['expected'],
    row: string,
    work: (templates: Templates) => Promise<Attempt>,
  ): Promise<void> => {
    const attempt_ = await rolledBack(context.session, () =>
      beside(context, { design, rule, table, valuesOf }, row, work),
    );
    tests.push({ expected, row, attempt: attempt_ });
  };
  const insert = (templates: Templates, row: Row): string =>
    insertOf(context.quote, table, templates, rule.given.length, valuesOf(row));
  for (const [expected, rows] of [
    ['accepted', rule.accept],
    ['rejected', rule.reject],
  ] as const)
    for (const row of rows)
      await one(expected, JSON.stringify(row), (templates) =>
        attempt(insert(templates, row), async () => {
          await context.session.query(insert(templates, row));
          await checkDeferred(context.session);
        }),
      );
  const [good] = rule.accept;
  if (good !== undefined)
    for (const bad of rule.reject)
      await one(
        'rejected',
        `${JSON.stringify(good)} changed to ${JSON.stringify(bad)}`,
        async (templates) => {
          const { quote, session } = context;
          const { rows } = await session.query<{ place: string }>(
            `${insert(templates, good)} RETURNING ctid::text AS place`,
          );
          const [was, becomes] = [valuesOf(good), valuesOf(bad)];
          const sets = [...new Set([...Object.keys(was), ...Object.keys(becomes)])].map((column) => {
            const value =
              column in becomes
                ? literalOf(quote, becomes[column])
                : quote.literal(templates.rows[rule.given.length]![templates.columns.indexOf(column)]);
            return `${quote.identifier(column)} = ${value}`;
          });
          return attempt(`UPDATE ${quote.name(table)} SET ${sets.join(', ')}`, async () => {
            await session.query(
              `UPDATE ${quote.name(table)} SET ${sets.join(', ')} WHERE ctid = ${quote.literal(rows[0]!.place)}::tid`,
            );
            await checkDeferred(session);
          });
        },
      );
  return tests;
}

interface RuleOnTable {
  readonly design: Design;
  readonly rule: Rule;
  readonly table: Table;
  readonly valuesOf: (row: Row) => Values;
}

/** Empties the table, puts the given rows into it and goes on; anything that stands in the way leaves the row untried. */
async function beside(
  { session, quote }: RowTestContext,
  { design, rule, table, valuesOf }: RuleOnTable,
  shown: string,
  work: (templates: Templates) => Promise<Attempt>,
): Promise<Attempt> {
  const templates = await templatesOf(session, quote, table, design, rule.given.length + 1);
  const unsettable = [...rule.given, ...rule.accept, ...rule.reject]
    .flatMap((row) => Object.keys(valuesOf(row)))
    .find((column) => !templates.columns.includes(column));
  if (unsettable !== undefined) return untriable(shown, `no row of ${table.name} can set ${unsettable}`);
  if (templates.rows.length <= rule.given.length)
    return untriable(shown, `${table.name} has too few rows to lend the other columns`);
  try {
    await empty(session, quote, table);
    for (const [at, row] of rule.given.entries())
      await session.query(insertOf(quote, table, templates, at, valuesOf(row)));
    return await work(templates);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return untriable(shown, `a row that must be there was refused: ${error.message}`);
  }
}

export interface RaceOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Copies are made of it; nobody may be connected. */
  readonly small: SandboxDatabase;
  readonly design: Design;
  readonly rule: Rule;
  readonly table: Table;
  readonly valuesOf: (row: Row) => Values;
}

const levels: readonly Isolation[] = ['read committed', 'repeatable read', 'serializable'];

/** Lets two sessions loose on every rule that looks at other rows; by rule id. */
export async function racesOf(
  options: Omit<RaceOptions, 'rule' | 'table' | 'valuesOf'>,
  rules: readonly Rule[],
  tableOf: (of: string) => Table | undefined,
  valuesOf: (of: string, row: Row) => Values,
): Promise<ReadonlyMap<string, Race>> {
  const races = new Map<string, Race>();
  for (const rule of rules.filter((each) => each.never !== undefined || each.exclude !== undefined)) {
    const table = tableOf(rule.of);
    if (table)
      races.set(rule.id, await race({ ...options, rule, table, valuesOf: (row) => valuesOf(rule.of, row) }));
  }
  return races;
}

/** The last given row and the first rejected one are written by two sessions at once: at most one of them may stay. */
async function race(options: RaceOptions): Promise<Race> {
  const { engine, sandbox, small, design, rule, table, valuesOf } = options;
  const { quote } = engine;
  const [bad] = rule.reject;
  if (rule.given.length === 0 || bad === undefined)
    return { levels: [], untried: 'the task gives no row with `given` that a rejected row meets' };
  const copy = await sandbox.createDatabase({ from: small });
  let session: Session | undefined;
  try {
    session = await engine.connect(copy.ownerUrl, { application: 'dbd race', statementTimeoutMs: 15_000 });
    const templates = await templatesOf(session, quote, table, design, rule.given.length + 1);
    if (templates.rows.length <= rule.given.length)
      return { levels: [], untried: `${table.name} has too few rows to lend the other columns` };
    const inserts = [...rule.given, bad].map((row, at) =>
      insertOf(quote, table, templates, at, valuesOf(row)),
    );
    const [first, second] = inserts.slice(-2) as [string, string];
    const reset = async (): Promise<void> => {
      await empty(session!, quote, table);
      for (const sql of inserts.slice(0, -2)) await session!.query(sql);
    };
    await reset();
    await session.query(second);
    await reset();
    const met: RaceLevel[] = [];
    for (const isolation of levels) {
      await reset();
      const {
        first: one,
        second: two,
        waited,
      } = await meet(engine, copy.ownerUrl, isolation, [first, second]);
      const refused = [one, two].find((each) => !each.committed);
      met.push({
        isolation,
        committed: Number(one.committed) + Number(two.committed),
        waited,
        ...(refused ? { said: refused.constraint ?? refused.sqlstate ?? refused.message ?? '' } : {}),
      });
    }
    const never = design.nevers.find((each) => each.rule === rule.id);
    if (!never) return { levels: met };
    await reset();
    await session.query(never.unlocked);
    const open = await meet(engine, copy.ownerUrl, 'read committed', [first, second]);
    return { levels: met, control: Number(open.first.committed) + Number(open.second.committed) };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { levels: [], untried: `a row was refused before the sessions met: ${error.message}` };
  } finally {
    await session?.close();
    await sandbox.dropDatabase(copy);
  }
}
