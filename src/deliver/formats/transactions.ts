/** The statements of a migration with the transactions in which its tool runs them. */
import { fail } from '../../base/error.ts';
import type { Engine, Statement } from '../../engine/model.ts';
import type { Migration, Part } from '../../formats/model.ts';
import { markedOf } from './origin.ts';
import { statementsOf } from '../lint/statements.ts';

export interface Placed {
  readonly sql: string;
  /** Statements with equal numbers share a transaction; undefined for one outside of any. */
  readonly transaction: number | undefined;
  readonly limits: { readonly lock?: number; readonly statement?: number };
}

interface Way {
  readonly transaction: boolean;
  readonly aloneOutside?: Migration['aloneOutside'];
  /** Texts of knex carry escaped question marks. */
  readonly knex: boolean;
}

const limit = /^SET LOCAL (lock|statement)_timeout = '(\d+)ms'$/;

/** Places every statement of one way. Throws `sql.syntax` and `change.refused`, both naming the file. */
export function placed(engine: Engine, parts: readonly Part[], file: string, way: Way): readonly Placed[] {
  const split = parts.map((part) => ({ part, statements: statementsIn(engine, part, file, way.knex) }));
  const all = split.flatMap(({ statements }) => statements);
  const outside = (statement: Statement): boolean => engine.grammar.outsideTransaction(statement);
  const alone =
    (way.aloneOutside === 'one statement' && all.length === 1) ||
    (way.aloneOutside === 'all statements' && all.length > 0 && all.every(outside));
  const found: Placed[] = [];
  let transaction = 1;
  let own = false;
  let limits: Placed['limits'] = {};
  for (const { part, statements } of split) {
    const whole = part.whole === true && statements.length > 1;
    if (whole && !way.transaction) transaction += 1;
    for (const statement of statements) {
      const word = boundaryOf(engine, statement);
      if (word === 'rollback')
        fail('change.refused', `${file} rolls its own transaction back, so nothing of it would stay.`);
      if (word !== undefined) {
        own = word === 'begin';
        transaction += 1;
        limits = {};
        continue;
      }
      const within = own || whole || (way.transaction && !alone);
      const bare = statement.sql.trim();
      const set = within ? limit.exec(markedOf(bare).sql) : null;
      if (set) {
        limits = { ...limits, [set[1]!]: Number(set[2]) };
        continue;
      }
      // What the server refuses in a transaction cannot have been meant to be in one.
      const inside = within && !outside(statement);
      if (!inside) transaction += 1;
      found.push({ sql: bare, transaction: inside ? transaction : undefined, limits: inside ? limits : {} });
      if (!inside) transaction += 1;
    }
    if (whole && !way.transaction) {
      transaction += 1;
      limits = {};
    }
  }
  if (own) fail('change.refused', `${file} begins a transaction that it does not commit.`);
  return found;
}

function statementsIn(engine: Engine, part: Part, file: string, knex: boolean): readonly Statement[] {
  const text = (knex ? part.sql.replaceAll(String.raw`\?`, '?') : part.sql).replaceAll('\r\n', '\n');
  const shown = part.file ?? file;
  if (text.includes('\\') && statementsOf(engine.grammar, text).commands > 0)
    fail('change.refused', `${shown} holds commands of psql, which only psql understands.`, {
      hint: 'Take them out of the file, or write what they do as SQL.',
    });
  try {
    return engine.grammar.split(text);
  } catch (error) {
    if (error instanceof Error) error.message = `${shown}: ${error.message}`;
    throw error;
  }
}

function boundaryOf(engine: Engine, statement: Statement): 'begin' | 'commit' | 'rollback' | undefined {
  if (statement.kind !== 'TransactionStmt') return undefined;
  const words = engine.grammar
    .scan(statement.sql)
    .filter(({ kind }) => kind === 'word')
    .map(({ text }) => text.toLowerCase());
  if (words[0] === 'begin' || words[0] === 'start') return 'begin';
  if (words[0] === 'commit' || words[0] === 'end') return words[1] === 'prepared' ? 'rollback' : 'commit';
  if (words[0] === 'savepoint' || words[0] === 'release' || words.includes('to')) return undefined;
  return 'rollback';
}
