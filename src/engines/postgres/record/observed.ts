import type { RecordOptions, Statement } from '../../../engine/model.ts';
import type { Channel } from './channel.ts';
import { errorMessage, readFields } from './fields.ts';
import { flush, message, text, texts, type Frame } from './frames.ts';
import type { About, Entry, Ledger, Outcome } from './ledger.ts';
import type { Reader, Reading } from './reading.ts';
import type { Server } from './server.ts';

export interface ObservedOptions {
  readonly number: number;
  readonly application: string | undefined;
  readonly client: Channel;
  readonly ledger: Ledger;
  readonly reader: Reader;
  readonly statementTimeoutMs: number;
  readonly commitAfterWriteTo: RecordOptions['commitAfterWriteTo'];
  readonly cancel: (key: Buffer) => Promise<void>;
}

/** Types of answers, but not what comes unasked. */
const everything = '123ntTDCIEs';

/** What all ways of asking share: one server session, its transaction under way, and the records of it. */
export class Observed {
  readonly server: Server;
  readonly options: ObservedOptions;
  /** A unit was sent of which the client knows that it failed. */
  failed = false;
  /** A statement was taken from the client but not sent yet. */
  preparing = false;
  /** Records of the transaction under way. */
  #open: Entry[] = [];
  #transaction = 0;
  /** The tool has written down a migration in the transaction under way. */
  #noted = false;
  #savepoints = false;

  constructor(options: ObservedOptions, server: Server) {
    this.options = options;
    this.server = server;
  }

  /** Before the first message of a unit. */
  async begin(sql: string): Promise<void> {
    const { status } = this.server;
    if (this.#noted && status === 'T' && !/^\s*(commit|end|rollback|abort)\b/i.test(sql)) await this.#split();
    if (status !== 'I') return;
    this.#noted = false;
    this.#savepoints = false;
    await this.options.ledger.enter(this.options.number, sql);
    this.#transaction += 1;
  }

  /** Runs one statement and writes it down, or adds to the record of an earlier part of it. */
  async observe(
    about: Pick<About, 'sql' | 'kind' | 'watched' | 'sampled'>,
    statements: readonly Statement[] | undefined,
    run: () => Promise<Outcome>,
    onto?: Entry,
  ): Promise<Entry> {
    const { ledger, cancel, statementTimeoutMs } = this.options;
    const { server } = this;
    this.preparing = true;
    const entry = await ledger.observe(
      { ...about, ...this.#who(), pid: server.pid },
      async () => {
        this.preparing = false;
        const timer = setTimeout(() => void cancel(server.key).catch(() => {}), statementTimeoutMs);
        try {
          return await run();
        } finally {
          clearTimeout(timer);
        }
      },
      onto,
    );
    if (!onto) this.#open.push(entry);
    if (!entry.error) this.#notice(statements ?? []);
    return entry;
  }

  /** Waits for one of these ends of a statement; the client's part of a COPY is passed on meanwhile. */
  async completion(ends: string, extended: boolean): Promise<Outcome> {
    let rows: number | undefined;
    let error: Outcome['error'];
    for (;;) {
      const event = await this.server.event();
      if (!event) return { error: { message: 'the server ended the connection', sqlstate: '08006' } };
      if (event.type === 'E') error = errorOf(event);
      if (event.type === 'C') rows = rowsOf(event) ?? rows;
      if (event.type === 'G' || event.type === 'W') await this.#copyIn(extended);
      if (ends.includes(event.type)) {
        return { ...(rows === undefined ? {} : { rows }), ...(error ? { error } : {}) };
      }
    }
  }

  /** Consumes the rest of a unit; an error that only its end brings belongs to `parsed`, or else to the last statement. */
  async untilReady(parsed?: Reading): Promise<void> {
    const { error } = await this.completion('Z', false);
    const last = this.#open.at(-1);
    if (error && !this.failed) {
      if (parsed && parsed.refusal === undefined) this.#open.push(this.#note(parsed, { error }));
      else if (!parsed && last) last.error ??= error;
    }
    await this.settled();
  }

  /** After ReadyForQuery: numbers the transaction's records, and lets the client go on. */
  async settled(): Promise<void> {
    this.failed = false;
    const idle = this.server.status === 'I';
    if (!idle || this.#open.length > 1) this.#numberAll();
    if (idle) {
      await this.#close();
      this.options.ledger.leave(this.options.number);
    }
    this.server.release();
  }

  /** Writes the refusal down and gives the text that makes the server raise the error in its place and order. */
  refuse(reading: Reading): string {
    const words = reading.refusal!;
    this.#open.push(this.#note(reading, { refused: true, error: { message: words, sqlstate: '42501' } }));
    return this.server.substitute(
      errorMessage('ERROR', '42501', words, 'A rehearsal runs without these rights.'),
    );
  }

  /** Passes on what the client copies until it or the server ends it. */
  async #copyIn(extended: boolean): Promise<void> {
    const { client, ledger } = this.options;
    while (!this.server.eventful && !this.server.gone) {
      if (!client.framer.complete) {
        const more = await Promise.race([client.ready(), this.server.eventReady().then(() => true)]);
        if (!more) return this.server.hangUp();
        continue;
      }
      const frame = client.take()!;
      ledger.touched = performance.now();
      // The server ignores these while copying, and so their answers must not be waited for.
      if (frame.type === 'S' || frame.type === 'H') continue;
      await this.server.send(frame.bytes);
      if (frame.type === 'd') continue;
      if (extended) await this.server.send(flush);
      return;
    }
  }

  /** Commits what the client believes to be still one transaction; the next statement is in a new one with the same properties. */
  async #split(): Promise<void> {
    const { ledger, number } = this.options;
    this.#noted = false;
    if (this.#savepoints) return;
    this.server.swallow = everything;
    await this.server.send(message('Q', text('COMMIT AND CHAIN')));
    const { error } = await this.completion('Z', false);
    this.server.swallow = '';
    this.server.forget();
    const last = this.#open.at(-1);
    if (error && last) last.error ??= error;
    this.#numberAll();
    await this.#close();
    ledger.splits += 1;
    ledger.leave(number);
    await ledger.enter(number, '');
    this.#transaction += 1;
  }

  #notice(statements: readonly Statement[]): void {
    const { commitAfterWriteTo, reader } = this.options;
    if (!commitAfterWriteTo) return;
    for (const statement of statements) {
      if (statement.kind === 'TransactionStmt' && /^\s*savepoint\b/i.test(statement.sql))
        this.#savepoints = true;
      if (statement.kind !== 'InsertStmt' && statement.kind !== 'UpdateStmt') continue;
      if (reader.touches(statement).some(commitAfterWriteTo)) this.#noted = true;
    }
  }

  #numberAll(): void {
    for (const entry of this.#open) entry.transaction = this.#transaction;
  }

  async #close(): Promise<void> {
    const done = this.#open;
    this.#open = [];
    await this.options.ledger.settle(done);
  }

  #note(reading: Reading, more: Partial<Entry>): Entry {
    const kind = reading.statements?.[0]?.kind;
    return this.options.ledger.note({ ...this.#who(), sql: reading.sql.trim(), kind }, more);
  }

  #who(): Pick<About, 'session' | 'application'> {
    return { session: this.options.number, application: this.options.application };
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
