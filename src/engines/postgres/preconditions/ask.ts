/** One question to a server that others depend on. */
import { DbdError, SqlError } from '../../../base/error.ts';
import type { Answer, AskOptions, Found, FoundRows, Question, Session } from '../../../engine/model.ts';
import { printPart } from '../../../catalog/identity.ts';

/** Longest wait for a lock, milliseconds: a question never joins a queue. */
const lockMs = 500;
/** Times that a question is put again after replay of the log on a standby has cancelled it. */
const repeats = 2;

/** Puts one question; see the contract of `Preconditions`. Throws `connect.lost`. */
export async function ask(session: Session, question: Question, options: AskOptions): Promise<Answer> {
  const started = performance.now();
  const at = new Date().toISOString();
  const took = (): { readonly ms: number; readonly at: string } => ({
    ms: Math.round(performance.now() - started),
    at,
  });
  for (let attempt = 0; ; attempt++) {
    try {
      return {
        ...(await inTransaction(session, options.timeoutMs, () => answer(session, question, options))),
        ...took(),
      };
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const { sqlstate } = error.fields;
      // Replay needed what the query saw: 40001 on a standby, 40P01 for a buffer pin.
      if ((sqlstate === '40001' || sqlstate === '40P01') && attempt < repeats) continue;
      const settled = settle(question, error);
      if (settled.kind === 'failed') return { ...settled, ...took() };
      const sample = question.sampled;
      if (sqlstate === '57014' && sample) {
        const part = await sampled(session, question, sample, options);
        if (part) return { ...part, ...took() };
      }
      return { ...settled, ...took() };
    }
  }
}

type Bare = FoundRows | { readonly kind: 'passed' };

async function answer(
  session: Session,
  { sql, mode, shown }: Question,
  { show, count }: AskOptions,
): Promise<Bare> {
  if (mode === 'no error') {
    await session.query(sql);
    return { kind: 'passed' };
  }
  const { rows } = await session.query(`SELECT * FROM (${sql}\n) AS dbd_asked LIMIT ${show}`);
  if (rows.length === 0) return { kind: 'passed' };
  const lines = rows.map((row) =>
    Object.entries(row)
      .map(
        ([name, value]) =>
          `${printPart(name)} ${shown.includes(name) || value === null ? String(value) : '***'}`,
      )
      .join(', '),
  );
  const counted = await counts(session, sql, count);
  return {
    kind: 'failed',
    rows: lines,
    ...(counted === undefined
      ? { more: true }
      : { count: Math.min(counted, count), ...(counted > count ? { more: true } : {}) }),
  };
}

/** Rows of the answer, up to one more than the limit; undefined when it takes too long. */
async function counts(session: Session, sql: string, limit: number): Promise<number | undefined> {
  await session.run('SAVEPOINT dbd_count');
  try {
    const { rows } = await session.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (SELECT FROM (${sql}\n) AS dbd_asked LIMIT ${limit + 1}) AS dbd_counted`,
    );
    return rows[0]?.n;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await session.run('ROLLBACK TO SAVEPOINT dbd_count');
    return undefined;
  }
}

async function sampled(
  session: Session,
  question: Question,
  sample: NonNullable<Question['sampled']>,
  options: AskOptions,
): Promise<Found | undefined> {
  try {
    const found = await inTransaction(session, options.timeoutMs, () =>
      answer(session, { ...question, sql: sample.sql }, options),
    );
    return found.kind === 'failed' ? { ...found, more: true } : { kind: 'sampled', percent: sample.percent };
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

async function inTransaction<T>(session: Session, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  await session.run(
    `BEGIN READ ONLY; SET LOCAL statement_timeout = ${Math.ceil(timeoutMs)}; SET LOCAL lock_timeout = ${lockMs}; SET LOCAL row_security = off`,
  );
  try {
    return await work();
  } finally {
    await session.run('COMMIT').catch((error: unknown) => {
      if (!(error instanceof DbdError)) throw error;
    });
  }
}

/** Classes of errors that the rows cause: data exceptions, integrity, program limits of a value. */
const ofRows = /^(?:22|23|54)/;

function settle({ mode }: Question, error: SqlError): Found {
  const { sqlstate, table } = error.fields;
  const said = withoutValues(error.message);
  if (mode === 'no error' && ofRows.test(sqlstate))
    return { kind: 'failed', rows: [], error: said, more: true };
  const about = (because: string, instead?: string): Found => ({
    kind: 'unanswered',
    because,
    ...(instead === undefined ? {} : { instead }),
  });
  switch (sqlstate) {
    case '57014':
      return about('it took longer than its limit', 'Give it more time with --timeout, or ask a replica.');
    case '55P03':
      return about('somebody holds a lock on the table', 'Ask again when it is released.');
    case '40001':
    case '40P01':
      return about(
        'replay on the standby cancelled it each time',
        'Raise max_standby_streaming_delay, or ask the primary.',
      );
    case '42501':
      return about(
        said,
        /row-level security/.test(said)
          ? 'Ask with a role that owns the table or has BYPASSRLS: others do not see all rows.'
          : `GRANT SELECT ON ${table ?? 'the table'} TO the asking role.`,
      );
    default:
      return about(`the server refused it: ${said} (${sqlstate})`);
  }
}

/** The server quotes values; who asks about rows has no business with them. */
function withoutValues(message: string): string {
  return message
    .replaceAll(/"[^"]*"(?=$)|(?<=: )"[\s\S]*"$/g, '"***"')
    .replaceAll(/\((?:[^()]*)\)=\([^)]*\)/g, '(***)');
}
