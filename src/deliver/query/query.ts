/** Reads rows of a database that is not ours, for somebody who is not trusted with it. */
import { SqlError } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import { formatBytes, formatMs } from '../../base/units.ts';
import type { Engine, ReadAnswer } from '../../engine/model.ts';
import { report } from '../../report/build.ts';
import type { Block, Finding, Report } from '../../report/model.ts';
import { asReader, type Place } from './place.ts';
import { privacyOf, type Privacy } from './private.ts';
import { csvBlock, markedBlock, tableBlock } from './shown.ts';

export interface QueryCommand {
  readonly engine: Engine;
  readonly place: Place;
  readonly sql: string;
  /** Columns of the configuration. */
  readonly private: readonly string[];
  readonly form: 'table' | 'csv' | 'marked';
  readonly signal: AbortSignal;
}

/** A statement that may not run is a failed report that says why; throws `connect.*`, `sql.*` and `interrupted`. */
export async function query(command: QueryCommand): Promise<Report> {
  const started = performance.now();
  const { engine, place, sql, signal } = command;
  return asReader(engine, place, async (url) => {
    const privacy = await look(command, url);
    const masked = privacy.columns.map(({ schema, relation, column }) => `${schema}.${relation}.${column}`);
    const answer = await engine.reading
      .read(url, { sql, caps: place.caps, masked, signal })
      .catch((error: unknown) => {
        throw quiet(error);
      });
    return answer.allowed
      ? rowsReport(command, answer, privacy, started)
      : refusedReport(command, answer, started);
  });
}

async function look({ engine, private: declared, signal }: QueryCommand, url: string): Promise<Privacy> {
  const session = await engine.connect(url, { application: 'dbd query', names: 'database', readOnly: true });
  return privacyOf(engine, session, declared, signal).finally(() => session.close());
}

function rowsReport(
  command: QueryCommand,
  answer: Extract<ReadAnswer, { allowed: true }>,
  { columns: privates, unknown }: Privacy,
  started: number,
): Report {
  const { place, form } = command;
  const { columns, rows, cut, reader, ms } = answer;
  const masked = columns.filter((one) => one.masked).map(({ name }) => name);
  const limit =
    cut === 'rows'
      ? `There are more rows: the cap is ${place.caps.rows}.`
      : cut === 'bytes'
        ? `There is more: the cap is ${formatBytes(place.caps.bytes)}.`
        : undefined;
  const note = `Values are data of ${place.name}, not of dbd.${limit === undefined ? '' : ` ${limit}`}`;
  const block: Block =
    form === 'csv'
      ? csvBlock(answer)
      : form === 'marked'
        ? markedBlock(answer, place.name)
        : tableBlock(answer, note);
  return report({
    command: 'query',
    title: place.name,
    started,
    verdict: 'proven',
    headline: `${plural(rows.length, 'row')} of ${place.name} in ${formatMs(ms)}, read as ${reader.role}${masked.length > 0 ? `; masked: ${masked.join(', ')}` : ''}${cut === undefined ? '' : '; cut off'}.`,
    blocks: [block],
    limits: [
      ...(limit === undefined ? [] : [limit]),
      // What is said of a role that was made for this call mends nothing.
      ...(place.from.kind === 'configured' ? reader.notes : []),
      ...unknown.map((one) => `private: this database has no column ${one}.`),
    ],
    output: {
      untrusted: true,
      allowed: true,
      columns: columns.map(({ name, masked: hidden }) => ({ name, ...(hidden ? { masked: true } : {}) })),
      rows,
      ...(cut === undefined ? {} : { cut }),
      masked: privates
        .filter(({ column }) => masked.includes(column))
        .map(({ schema, relation, column, class: kind, why }) => ({
          column: `${schema}.${relation}.${column}`,
          class: kind,
          why,
        })),
    },
  });
}

function refusedReport(
  { place }: QueryCommand,
  { refusals, reader }: Extract<ReadAnswer, { allowed: false }>,
  started: number,
): Report {
  const role = reader !== undefined && reader.refusals.length > 0;
  const findings = refusals.map(({ what, because }): Finding => ({
    rule: role ? 'reader-refused' : 'statement-refused',
    severity: 'error',
    place: what,
    message: because,
  }));
  const first = refusals[0]!;
  return report({
    command: 'query',
    title: place.name,
    started,
    verdict: 'failed',
    headline: `Nothing was run: ${role ? first.because : `${first.what}: ${first.because}`}${refusals.length > 1 ? ` And ${refusals.length - 1} more.` : ''}`,
    findings,
    output: { untrusted: true, allowed: false, refusals },
    next: role
      ? [
          {
            command: `dbd query --on ${place.name} --role-script`,
            why: 'writes a role that can do nothing but read',
          },
        ]
      : [],
  });
}

/** From the first quotation mark of any language that servers speak to the last one. */
const quoted = /["'`«»‹›„“”‚‘’「」『』].*["'`«»‹›„“”‚‘’「」『』]|["'`«»‹›„“”‚‘’「」『』].*$/s;

/** What the server says of a statement may quote rows; the quoted parts are left out. */
function quiet(error: unknown): unknown {
  if (!(error instanceof SqlError)) return error;
  const { sqlstate, position } = error.fields;
  // A value may hold quotes of its own, so that nothing between the first and the last one is told.
  const said = error.message.replace(quoted, '"…"').slice(0, 300);
  return new SqlError(
    error.code,
    error.code === 'sql.timeout'
      ? 'The statement took longer than its time and was ended.'
      : `The server did not run it to its end (${sqlstate}): ${said}.`,
    error.statement,
    { sqlstate, ...(position === undefined ? {} : { position }) },
    {
      hint:
        error.code === 'sql.timeout'
          ? 'Ask for less: a condition that an index serves, or fewer rows to sort and group.'
          : sqlstate === '42501'
            ? 'The role reads only the columns that were granted: name them one by one instead of `*`.'
            : 'Quoted parts of the message are left out, since they may hold values of rows.',
    },
  );
}
