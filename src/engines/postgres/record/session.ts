import type { RecordOptions } from '../../../engine/model.ts';
import type { Channel } from './channel.ts';
import { errorMessage, readFields } from './fields.ts';
import { flush, message, oneStatement, sync, terminate, text, texts, type Frame } from './frames.ts';
import type { About, Entry, Ledger, Outcome } from './ledger.ts';
import { quiet, wayOf, type Reader, type Reading } from './reading.ts';
import { Server } from './server.ts';

/** Types of answers, but not what comes unasked. */
const everything = '123ntTDCIEs';

/** A prepared statement or portal as far as the client named it. */
interface Named {
  readonly reading: Reading;
  /** The record of a portal that was suspended. */
  entry?: Entry;
}

export interface SessionOptions {
  readonly number: number;
  readonly application: string | undefined;
  readonly client: Channel;
  readonly upstream: Channel;
  readonly ledger: Ledger;
  readonly reader: Reader;
  readonly statementTimeoutMs: number;
  readonly commitAfterWriteTo: RecordOptions['commitAfterWriteTo'];
  cancel(key: Buffer): Promise<void>;
}

/** One client and its server session: passes everything on, one unit after the other, and has each statement observed. */
export class Session {
  readonly server: Server;
  /** Settles when both sides are closed. */
  ended: Promise<void> = Promise.resolve();
  readonly #options: SessionOptions;
  readonly #prepared = new Map<string, Named>();
  readonly #portals = new Map<string, Named>();
  /** Records of the transaction under way. */
  #open: Entry[] = [];
  #transaction = 0;
  /** Extended messages were sent that no Sync has ended yet. */
  #batch = false;
  #failed = false;
  #parsed: Named | undefined;
  /** A statement was taken from the client but not sent yet. */
  #preparing = false;
  /** The tool has written down a migration in the transaction under way. */
  #noted = false;
  #savepoints = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.server = new Server(options.upstream, options.client);
  }

  /** Serves the client until either side ends. */
  run(): Promise<void> {
    this.ended = this.#serve();
    return this.ended;
  }

  async #serve(): Promise<void> {
    const { client, ledger, number } = this.#options;
    const pump = this.server.pump();
    try {
      if ((await this.server.event('Z')) === undefined) return;
      this.server.release();
      while (await client.ready()) {
        const frame = client.take();
        if (!frame || frame.type === 'X') break;
        ledger.touched = performance.now();
        await this.#handle(frame);
        if (this.server.gone) break;
      }
    } finally {
      ledger.leave(number);
      this.server.closing = true;
      await this.#options.upstream.write(terminate);
      this.#options.upstream.end();
      await pump;
      client.end();
    }
  }

  /** Cancels what the client has asked for last, once it has reached the server. */
  async cancel(): Promise<void> {
    for (
      let waited = 0;
      waited < 2000 && (this.#preparing || this.#options.client.framer.complete);
      waited += 5
    ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // The server forgets a cancel request that overtakes its statement.
    await new Promise((resolve) => setTimeout(resolve, 10));
    await this.#options.cancel(this.server.key);
  }

  async #handle(frame: Frame): Promise<void> {
    if (frame.type === 'Q' && !this.#batch) return this.#query(frame);
    if ('PBDECHS'.includes(frame.type)) return this.#extended(frame);
    if (frame.type === 'F' && !this.#batch) {
      return this.#raw(frame, '(function call)', undefined, {
        watched: true,
        sampled: this.server.status === 'I',
      });
    }
    await this.server.send(frame.bytes);
    if (frame.type === 'Q' || frame.type === 'F') await this.#untilReady();
  }

  async #query(frame: Frame): Promise<void> {
    const { reader } = this.#options;
    const reading = reader.read(texts(frame.body, 1).values[0]!, this.server.plain);
    if (reading.refusal !== undefined) {
      await this.#begin(reading.sql);
      await this.server.send(message('Q', text(this.#refuse(reading))));
      return this.#untilReady();
    }
    const way = wayOf(reading, reader.outside(reading.statements), this.server.status);
    if (way.kind === 'stepwise') return this.#stepwise(reading.sql, way.statements);
    const kind = reading.statements?.length === 1 ? reading.statements[0]!.kind : undefined;
    if (reading.statements?.length !== 0)
      return this.#raw(
        frame,
        reading.sql.trim(),
        kind,
        { watched: way.watched, sampled: way.sampled },
        reading,
      );
    await this.server.send(frame.bytes);
    await this.#untilReady();
  }

  async #raw(
    frame: Frame,
    sql: string,
    kind: string | undefined,
    how: Pick<About, 'watched' | 'sampled'>,
    reading?: Reading,
  ): Promise<void> {
    await this.#begin(sql);
    const entry = await this.#observe({ sql, kind, ...how }, async () => {
      await this.server.send(frame.bytes);
      return this.#completion('Z', false);
    });
    this.#noteWrite(entry, reading);
    await this.#settled();
  }

  /** A simple query taken apart: the same answers, but its transaction stays open until each statement was looked at. */
  async #stepwise(sql: string, statements: Reading['statements'] & object): Promise<void> {
    const { server } = this;
    await this.#begin(sql);
    const several = statements.length > 1;
    let between = several && server.status === 'I';
    for (const statement of statements) {
      // A pipeline is an implicit block from its second statement on, a simple query from its first.
      if (between) await this.#enterBlock();
      server.shift = [...sql.slice(0, statement.offset)].length;
      server.swallow = '123nt';
      const watch = !quiet(statement.kind);
      const sampled = watch && /\bcommit\b/i.test(statement.sql) && statement.kind === 'DoStmt';
      const entry = await this.#observe(
        { sql: statement.sql, kind: statement.kind, watched: watch, sampled },
        async () => {
          await server.send(oneStatement(Buffer.from(statement.sql)));
          return this.#completion('CIE', true);
        },
      );
      if (entry.error || server.gone) break;
      between = several && statement.kind === 'TransactionStmt';
    }
    server.shift = 0;
    await server.send(sync);
    await this.#untilReady();
    server.swallow = '';
  }

  async #enterBlock(): Promise<void> {
    this.server.swallow = '123ntTDC';
    await this.server.send(oneStatement(Buffer.from('SHOW transaction_isolation')));
    await this.server.event('CE');
  }

  async #extended(frame: Frame): Promise<void> {
    const { server } = this;
    if (frame.type === 'S') {
      await server.send(frame.bytes);
      return this.#untilReady();
    }
    if (frame.type === 'P') return this.#parse(frame);
    if (!this.#batch && frame.type !== 'H') await this.#begin(this.#sqlOf(frame));
    if (frame.type === 'E' && !this.#failed) return this.#execute(frame);
    if (frame.type === 'B') {
      const [portal, statement] = texts(frame.body, 2).values.map(String) as [string, string];
      const named = this.#prepared.get(statement);
      if (named) this.#portals.set(portal, { reading: named.reading });
    }
    this.#batch ||= frame.type !== 'H';
    await server.send(frame.bytes);
  }

  async #parse(frame: Frame): Promise<void> {
    const { values, next } = texts(frame.body, 2);
    const reading = this.#options.reader.read(values[1]!, this.server.plain);
    if (!this.#batch) await this.#begin(reading.sql);
    this.#batch = true;
    this.#parsed = { reading };
    this.#prepared.set(String(values[0]), this.#parsed);
    if (reading.refusal === undefined) return this.server.send(frame.bytes);
    await this.server.send(
      message('P', values[0]!, Buffer.alloc(1), text(this.#refuse(reading)), frame.body.subarray(next)),
    );
  }

  async #execute(frame: Frame): Promise<void> {
    const { values, next } = texts(frame.body, 1);
    const most = frame.body.readInt32BE(next);
    const portal = this.#portals.get(String(values[0]));
    const reading = portal?.reading;
    const kind = reading?.statements?.length === 1 ? reading.statements[0]!.kind : undefined;
    this.#batch = true;
    this.#parsed = undefined;
    const sql = reading?.sql.trim() ?? `(portal ${String(values[0])})`;
    const run = async (): Promise<Outcome> => {
      await this.server.send(Buffer.concat([frame.bytes, flush]));
      const outcome = await this.#completion('CIEs', true);
      return outcome.error || outcome.rows !== undefined
        ? outcome
        : { ...outcome, ...(this.server.suspended ? { rows: most } : {}) };
    };
    if (reading?.statements?.length === 0 || reading?.refusal !== undefined) {
      const { error } = await run();
      this.#failed ||= error !== undefined;
      return;
    }
    const outside = this.#options.reader.outside(reading?.statements) || kind === 'CallStmt';
    const entry = await this.#observe(
      { sql, kind, watched: !quiet(kind), sampled: outside && this.server.status === 'I' },
      run,
      portal?.entry,
    );
    if (portal && this.server.suspended) portal.entry = entry;
    this.#noteWrite(entry, reading);
    this.#failed = entry.error !== undefined;
  }

  /** Waits for one of these ends of a statement; the client's part of a COPY is passed on meanwhile. */
  async #completion(ends: string, extended: boolean): Promise<Outcome> {
    let rows: number | undefined;
    let error: Outcome['error'];
    for (;;) {
      const event = await this.server.event();
      if (!event) return { error: { message: 'the server ended the connection', sqlstate: '08006' } };
      if (event.type === 'E') error = errorOf(event);
      if (event.type === 'C') rows = rowsOf(event) ?? rows;
      if (event.type === 'G' || event.type === 'W') await this.#copyIn(extended);
      if (ends.includes(event.type))
        return { ...(rows === undefined ? {} : { rows }), ...(error ? { error } : {}) };
    }
  }

  /** Passes on what the client copies until it or the server ends it. */
  async #copyIn(extended: boolean): Promise<void> {
    const { client } = this.#options;
    while (!this.server.eventful && !this.server.gone) {
      if (!client.framer.complete) {
        const more = await Promise.race([client.ready(), this.server.eventReady().then(() => true)]);
        if (!more) return this.#options.upstream.end();
        continue;
      }
      const frame = client.take()!;
      this.#options.ledger.touched = performance.now();
      // The server ignores these while copying, and so their answers must not be waited for.
      if (frame.type === 'S' || frame.type === 'H') continue;
      await this.server.send(frame.bytes);
      if (frame.type === 'd') continue;
      if (extended) await this.server.send(flush);
      return;
    }
  }

  /** Consumes the rest of a unit; what fails only at its commit is the last statement's error. */
  async #untilReady(): Promise<void> {
    const outcome = await this.#completion('Z', false);
    const last = this.#open.at(-1);
    if (outcome.error && !this.#failed) {
      if (this.#parsed) {
        const { reading } = this.#parsed;
        const kind = reading.statements?.[0]?.kind;
        if (reading.refusal === undefined)
          this.#open.push(
            this.#options.ledger.note(
              { ...this.#who(), sql: reading.sql.trim(), kind },
              { error: outcome.error },
            ),
          );
      } else if (last && !last.error) last.error = outcome.error;
    }
    await this.#settled();
  }

  /** After ReadyForQuery. */
  async #settled(): Promise<void> {
    this.#batch = false;
    this.#failed = false;
    this.#parsed = undefined;
    const idle = this.server.status === 'I';
    if (!idle || this.#open.length > 1) for (const entry of this.#open) entry.transaction = this.#transaction;
    if (idle) {
      const done = this.#open;
      this.#open = [];
      await this.#options.ledger.settle(done);
      this.#options.ledger.leave(this.#options.number);
    }
    this.server.release();
  }

  /** Before the first message of a unit. */
  async #begin(sql: string): Promise<void> {
    if (this.#noted && this.server.status === 'T' && !/^\s*(commit|end|rollback|abort)\b/i.test(sql))
      await this.#split();
    if (this.server.status !== 'I') return;
    this.#noted = false;
    this.#savepoints = false;
    await this.#options.ledger.enter(this.#options.number, sql);
    this.#transaction += 1;
  }

  /** Commits what the client believes to be still one transaction; the next statement is in a new one with the same properties. */
  async #split(): Promise<void> {
    const { ledger, number } = this.#options;
    this.#noted = false;
    if (this.#savepoints) return;
    this.server.swallow = everything;
    await this.server.send(message('Q', text('COMMIT AND CHAIN')));
    const { error } = await this.#completion('Z', false);
    this.server.swallow = '';
    this.server.forget();
    for (const entry of this.#open) entry.transaction = this.#transaction;
    if (error) this.#open.at(-1)!.error ??= error;
    await ledger.settle(this.#open);
    this.#open = [];
    ledger.splits += 1;
    ledger.leave(number);
    await ledger.enter(number, '');
    this.#transaction += 1;
  }

  #noteWrite(entry: Entry, reading: Reading | undefined): void {
    const { commitAfterWriteTo, reader } = this.#options;
    if (entry.kind === 'TransactionStmt' && /^\s*savepoint\b/i.test(entry.sql)) this.#savepoints = true;
    if (!commitAfterWriteTo || entry.error || !/^(Insert|Update)Stmt$/.test(entry.kind ?? '')) return;
    if (reading?.statements?.some((statement) => reader.touches(statement).some(commitAfterWriteTo)))
      this.#noted = true;
  }

  async #observe(
    about: Pick<About, 'sql' | 'kind' | 'watched' | 'sampled'>,
    run: () => Promise<Outcome>,
    onto?: Entry,
  ): Promise<Entry> {
    const { ledger, cancel, statementTimeoutMs } = this.#options;
    const { server } = this;
    let timer: NodeJS.Timeout | undefined;
    this.#preparing = true;
    const entry = await ledger.observe(
      { ...about, ...this.#who(), pid: server.pid },
      async () => {
        this.#preparing = false;
        timer = setTimeout(() => void cancel(server.key).catch(() => {}), statementTimeoutMs);
        try {
          return await run();
        } finally {
          clearTimeout(timer);
        }
      },
      onto,
    );
    if (!onto) this.#open.push(entry);
    return entry;
  }

  /** Writes the refusal down and gives the text that makes the server raise the error in its place and order. */
  #refuse(reading: Reading): string {
    const words = reading.refusal!;
    const entry = this.#options.ledger.note(
      { ...this.#who(), sql: reading.sql.trim(), kind: reading.statements?.[0]?.kind },
      { refused: true, error: { message: words, sqlstate: '42501' } },
    );
    this.#open.push(entry);
    return this.server.substitute(
      errorMessage('ERROR', '42501', words, 'A rehearsal runs without these rights.'),
    );
  }

  #who(): Pick<About, 'session' | 'application'> {
    return { session: this.#options.number, application: this.#options.application };
  }

  #sqlOf(frame: Frame): string {
    const named = frame.type === 'B' ? this.#prepared.get(String(texts(frame.body, 2).values[1])) : undefined;
    return named?.reading.sql ?? '';
  }
}

function errorOf(frame: Frame): { readonly message: string; readonly sqlstate: string } {
  const fields = readFields(frame.body);
  return { message: fields.get('M') ?? '', sqlstate: fields.get('C') ?? '' };
}

/** `INSERT 0 5` → 5. */
function rowsOf(frame: Frame): number | undefined {
  const count = / (\d+)$/.exec(String(texts(frame.body, 1).values[0]));
  return count ? Number(count[1]) : undefined;
}
