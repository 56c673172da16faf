/** Simple queries: texts of any number of statements. */
import type { Statement } from '../../../engine/model.ts';
import { message, oneStatement, sync, text, texts, type Frame } from './frames.ts';
import type { Observed } from './observed.ts';
import { quiet, wayOf } from './reading.ts';

/** Carries out one simple query, to its ReadyForQuery. */
export async function simpleQuery(observed: Observed, frame: Frame): Promise<void> {
  const { server } = observed;
  const { reader } = observed.options;
  const reading = reader.read(texts(frame.body, 1).values[0]!, server.plain);
  const { statements } = reading;
  await observed.begin(reading.sql);
  if (reading.refusal !== undefined) {
    await server.send(message('Q', text(observed.refuse(reading))));
    return observed.untilReady();
  }
  const way = wayOf(reading, {
    outside: reader.outside(statements),
    status: server.status,
    blocks: server.blocks,
  });
  if (way.kind === 'stepwise') return stepwise(observed, reading.sql, way.statements);
  if (statements?.length === 0) {
    await server.send(frame.bytes);
    return observed.untilReady();
  }
  const kind = statements?.length === 1 ? statements[0]!.kind : undefined;
  const { watched, sampled } = way;
  await asItCame(observed, frame, { sql: reading.sql.trim(), kind, watched, sampled }, statements);
}

/** Carries out a function call of the old kind, to its ReadyForQuery. */
export async function functionCall(observed: Observed, frame: Frame): Promise<void> {
  const sql = '(function call)';
  await observed.begin(sql);
  await asItCame(
    observed,
    frame,
    { sql, kind: undefined, watched: true, sampled: observed.server.status === 'I' },
    undefined,
  );
}

async function asItCame(
  observed: Observed,
  frame: Frame,
  about: Parameters<Observed['observe']>[0],
  statements: readonly Statement[] | undefined,
): Promise<void> {
  await observed.observe(about, statements, async () => {
    await observed.server.send(frame.bytes);
    return observed.completion('Z', false);
  });
  await observed.settled();
}

/** Takes the text apart: the same answers, but its transaction stays open until each statement was looked at. */
async function stepwise(observed: Observed, sql: string, statements: readonly Statement[]): Promise<void> {
  const { server } = observed;
  const several = statements.length > 1;
  let between = several && server.status === 'I';
  for (const statement of statements) {
    // A pipeline is an implicit block from its second statement on, a simple query from its first.
    if (between && !(await enterBlock(observed))) break;
    // Positions count characters, not UTF-16 units.
    server.shift = Array.from(sql.slice(0, statement.offset)).length;
    server.swallow = '123nt';
    const watched = !quiet(statement.kind);
    const sampled = statement.kind === 'DoStmt' && /\bcommit\b/i.test(statement.sql);
    const about = { sql: statement.sql, kind: statement.kind, watched, sampled };
    const entry = await observed.observe(about, [statement], async () => {
      await server.send(oneStatement(Buffer.from(statement.sql)));
      return observed.completion('CIE', true);
    });
    if (entry.error || server.gone) break;
    between = several && statement.kind === 'TransactionStmt';
  }
  server.shift = 0;
  await server.send(sync);
  await observed.untilReady();
  server.swallow = '';
}

/** False when the server would not, so that the rest must not be sent. */
async function enterBlock(observed: Observed): Promise<boolean> {
  const { server } = observed;
  server.swallow = '123ntTDC';
  await server.send(oneStatement(Buffer.from('SHOW transaction_isolation')));
  return (await server.event('CE'))?.type === 'C';
}
