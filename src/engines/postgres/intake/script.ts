import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { SqlError, fail } from '../../../base/error.ts';
import { plural } from '../../../base/text.ts';
import type { ScriptOptions, ScriptResult, Statement } from '../../../engine/model.ts';
import { grammar } from '../grammar.ts';
import { quote } from '../quote.ts';
import { connectError } from '../sql-error.ts';
import { parseUrl } from '../url.ts';
import { leftOut, makes } from './leave-out.ts';
import { firstWord, lineAt, pieces } from './pieces.ts';
import { Late, failed, placed, type Placed } from './placed.ts';
import { wholeRun, type WholeRun } from './whole-run.ts';

/** Milliseconds one statement of a script may take when the caller gives no limit; large COPY blocks fit in. */
const usualTimeoutMs = 60_000;

/** Commands of psql that guard or decorate a dump and mean nothing here. */
const silentCommands = new Set([
  '\\restrict',
  '\\unrestrict',
  '\\echo',
  '\\qecho',
  '\\pset',
  '\\set',
  '\\unset',
  '\\timing',
  '\\encoding',
  '\\x',
  '\\t',
  '\\a',
]);

/** The rest of a dump of a whole database is meant for the database that its first lines made. */
const connectCommands = new Set(['\\connect', '\\c']);

/** Runs a script as psql would, one statement at a time through the extended protocol; see the contract of `Intake`. */
export async function script(url: string, options: ScriptOptions): Promise<ScriptResult> {
  await grammar.ready();
  const run = await Run.open(url, options);
  try {
    for (const piece of pieces(options.text)) {
      if (piece.kind === 'psql') run.command(piece.text, piece.offset);
      else if (piece.kind === 'copy') await run.copy(piece.text, piece.offset, piece.data);
      else
        for (const statement of run.split(piece.text, piece.offset))
          await run.statement(statement, piece.offset + statement.offset);
    }
    return await run.end();
  } finally {
    await run.close();
  }
}

/** One pass over one script. */
class Run {
  readonly #client: pg.Client;
  readonly #options: ScriptOptions;
  readonly #roles: ReadonlySet<string>;
  readonly #left = new Map<string, { count: number; line: number }>();
  readonly #missing: string[] = [];
  readonly #script: Placed;
  #whole: WholeRun | undefined;
  #statements = 0;
  #rows = 0;

  private constructor(client: pg.Client, url: string, options: ScriptOptions, roles: ReadonlySet<string>) {
    this.#client = client;
    this.#options = options;
    this.#roles = roles;
    this.#script = { ...options, url, missing: this.#missing };
  }

  static async open(url: string, options: ScriptOptions): Promise<Run> {
    const { host, port, user, password, database } = parseUrl(url);
    const client = new pg.Client({
      host,
      port,
      user,
      database,
      ...(password === undefined ? {} : { password }),
      application_name: 'dbd current',
    });
    // A connection that breaks while nobody waits for it is reported by the next statement.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query({
        text: "SELECT set_config('statement_timeout', $1, false)",
        values: [String(options.statementTimeoutMs ?? usualTimeoutMs)],
      });
      const { rows } = await client.query<{ name: string }>('SELECT rolname::text AS name FROM pg_roles');
      const run = new Run(client, url, options, new Set(rows.map((row) => row.name)));
      if (options.whole) run.#whole = await wholeRun(options.whole.adminUrl, user, (sql) => run.#ask(sql));
      return run;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw connectError(error, url);
    }
  }

  split(text: string, offset: number): readonly Statement[] {
    try {
      return grammar.split(text);
    } catch (error) {
      throw error instanceof SqlError ? placed(this.#script, error, text, offset) : error;
    }
  }

  async statement(statement: Statement, offset: number): Promise<void> {
    if (this.#whole) return this.#carryOut(this.#whole, statement, offset);
    const reason = leftOut(statement, this.#roles);
    if (reason === '') return;
    if (reason) return this.#leave(`statements ${reason}`, offset + firstWord(statement.sql));
    const { extension, schemaOfRole } = makes(statement);
    if (extension !== undefined) return this.#extension(extension, offset + firstWord(statement.sql));
    const refused = grammar.refusal(statement) ?? lacksData(statement);
    if (refused) {
      const line = lineAt(this.#options.text, offset + firstWord(statement.sql));
      fail('sql.refused', `${this.#options.place}, line ${line}: ${refused}`, {
        hint: 'Take the statement out of the file; dbd does not need it to know the structure.',
      });
    }
    const sql =
      schemaOfRole === undefined
        ? statement.sql
        : `CREATE SCHEMA IF NOT EXISTS ${quote.identifier(schemaOfRole)}`;
    await this.#send(sql, statement, offset);
    this.#statements += 1;
  }

  /** In a cluster of its own more is carried out than the owner may. */
  async #carryOut(whole: WholeRun, statement: Statement, offset: number): Promise<void> {
    const at = offset + firstWord(statement.sql);
    const { extension } = makes(statement);
    if (extension !== undefined) return this.#extension(extension, at);
    const refused =
      (statement.kind === 'CopyStmt' ? grammar.refusal(statement) : undefined) ?? lacksData(statement);
    if (refused)
      fail('sql.refused', `${this.#options.place}, line ${lineAt(this.#options.text, at)}: ${refused}`);
    try {
      for (const left of await this.#guard(whole.carryOut(statement))) this.#leave(`statements ${left}`, at);
      this.#statements += 1;
    } catch (error) {
      throw failed(this.#script, error, statement.sql, offset);
    }
  }

  async #ask(sql: string): Promise<readonly Record<string, unknown>[]> {
    const { rows } = await this.#client.query<Record<string, unknown>>({
      text: sql,
      values: [],
      queryMode: 'extended',
    } as pg.QueryConfig);
    return rows;
  }

  async copy(sql: string, offset: number, data: string): Promise<void> {
    const [statement, more] = this.split(sql, offset);
    if (!statement || more || statement.kind !== 'CopyStmt') return;
    const refused = grammar.refusal(statement);
    if (refused)
      fail(
        'sql.refused',
        `${this.#options.place}, line ${lineAt(this.#options.text, offset + firstWord(sql))}: ${refused}`,
      );
    try {
      this.#rows += await this.#guard(
        new Promise<number>((resolve, reject) => {
          const stream = this.#client.query(copyFrom(statement.sql));
          stream.on('error', reject);
          stream.on('finish', () => resolve(stream.rowCount));
          stream.end(data);
        }),
      );
      this.#statements += 1;
    } catch (error) {
      throw failed(this.#script, error, statement.sql, offset + statement.offset);
    }
  }

  command(text: string, offset: number): void {
    const name = text.split(/\s/)[0] ?? text;
    if (this.#whole && connectCommands.has(name)) return;
    if (!silentCommands.has(name)) this.#leave(`commands of psql (${name})`, offset);
  }

  async end(): Promise<ScriptResult> {
    // A script that forgot its COMMIT meant what it said; without an open transaction this only draws a notice.
    await this.#client.query('COMMIT').catch(() => undefined);
    const told = [...this.#left].map(([what, { count, line }]) => {
      const one = what
        .replace(/^(statement|command)s/, '$1')
        .replace(/^(statement) that (\w+)/, (_all, noun: string, verb: string) => `${noun} that ${verb}s`);
      return `${this.#options.place}: ${plural(count, one, what)} left out (${count > 1 ? 'first on ' : ''}line ${line})`;
    });
    const roles = this.#whole === undefined ? {} : { roles: this.#whole.roles() };
    return { statements: this.#statements, rows: this.#rows, leftOut: told, ...roles };
  }

  async close(): Promise<void> {
    await this.#whole?.close();
    await this.#client.end().catch(() => undefined);
  }

  async #extension(
    { name, schema, version }: { readonly name: string; readonly schema?: string; readonly version?: string },
    offset: number,
  ): Promise<void> {
    try {
      if (this.#whole) await this.#whole.settle();
      if (await this.#whole?.install(name, schema, version)) return;
      await this.#options.installExtension(name, schema, version);
      if (this.#whole) await this.#whole.begin();
    } catch {
      this.#missing.push(name);
      this.#leave(`statements that make the extension ${name}, which the sandbox cannot install`, offset);
    }
  }

  async #send(sql: string, statement: Statement, offset: number): Promise<void> {
    try {
      await this.#guard(
        this.#client.query({ text: sql, values: [], queryMode: 'extended' } as pg.QueryConfig),
      );
    } catch (error) {
      // Dumps of newer servers set what older ones do not know.
      const unknownSetting =
        statement.kind === 'VariableSetStmt' && error instanceof pg.DatabaseError && error.code === '42704';
      if (unknownSetting)
        return this.#leave(
          'statements that set what this server does not know',
          offset + firstWord(statement.sql),
        );
      throw failed(this.#script, error, sql, offset);
    }
  }

  /** A script can lift the server's limit; ending the connection is a limit it cannot reach. */
  async #guard<T>(work: Promise<T>): Promise<T> {
    const limit = (this.#options.statementTimeoutMs ?? usualTimeoutMs) * 1.5 + 1000;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        (
          this.#client as unknown as { connection: { stream: { destroy(): void } } }
        ).connection.stream.destroy();
        reject(new Late());
      }, limit);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      work.catch(() => undefined);
    }
  }

  #leave(what: string, offset: number): void {
    const known = this.#left.get(what);
    if (known) known.count += 1;
    else this.#left.set(what, { count: 1, line: lineAt(this.#options.text, offset) });
  }
}

/** COPY waits for data from whoever sent it; in a script they stand behind its semicolon. */
function lacksData({ kind, sql }: Statement): string | undefined {
  return kind === 'CopyStmt' && /\bFROM\s+stdin\b/i.test(sql)
    ? 'COPY … FROM stdin has no data behind it.'
    : undefined;
}
