import { flush, message, text, texts, type Frame } from './frames.ts';
import type { Entry, Outcome } from './ledger.ts';
import type { Observed } from './observed.ts';
import { quiet, type Reading } from './reading.ts';

/** A portal as far as the client named it. */
interface Portal {
  readonly reading: Reading;
  readonly values: readonly (string | null)[] | undefined;
  /** Its record, while it is read in pieces. */
  entry?: Entry;
}

/** The extended protocol: Parse, Bind, Describe, Execute, Close and Flush, ended by Sync. */
export class Extended {
  /** Messages were sent that no Sync has ended yet. */
  open = false;
  readonly #observed: Observed;
  readonly #prepared = new Map<string, Reading>();
  readonly #portals = new Map<string, Portal>();
  /** Parsed, but not executed yet. */
  #parsed: Reading | undefined;

  constructor(observed: Observed) {
    this.#observed = observed;
  }

  async handle(frame: Frame): Promise<void> {
    const { server } = this.#observed;
    if (frame.type === 'S') {
      await server.send(frame.bytes);
      await this.#observed.untilReady(this.#parsed);
      this.open = false;
      this.#parsed = undefined;
      return;
    }
    if (frame.type === 'P') return this.#parse(frame);
    if (frame.type === 'H') return server.send(frame.bytes);
    const bound = frame.type === 'B' ? this.#bind(frame) : undefined;
    if (!this.open) await this.#observed.begin(bound?.sql ?? '');
    this.open = true;
    if (frame.type === 'E' && !this.#observed.failed) return this.#execute(frame);
    await server.send(frame.bytes);
  }

  async #parse(frame: Frame): Promise<void> {
    const { values, next } = texts(frame.body, 2);
    const [name, sql] = values as [Buffer, Buffer];
    const { server, options } = this.#observed;
    const reading = options.reader.read(sql, server.plain);
    if (!this.open) await this.#observed.begin(reading.sql);
    this.open = true;
    this.#parsed = reading;
    this.#prepared.set(String(name), reading);
    if (reading.refusal === undefined) return server.send(frame.bytes);
    const instead = text(this.#observed.refuse(reading));
    await server.send(message('P', name, Buffer.alloc(1), instead, frame.body.subarray(next)));
  }

  #bind(frame: Frame): Reading | undefined {
    const { values, next } = texts(frame.body, 2);
    const reading = this.#prepared.get(String(values[1]));
    const inserts = reading?.statements?.[0]?.kind === 'InsertStmt';
    const shorts = inserts ? shortParameters(frame.body, next) : undefined;
    if (reading) this.#portals.set(String(values[0]), { reading, values: shorts });
    return reading;
  }

  async #execute(frame: Frame): Promise<void> {
    const observed = this.#observed;
    const { server } = observed;
    const { values, next } = texts(frame.body, 1);
    const name = String(values[0]);
    const most = frame.body.readInt32BE(next);
    const portal = this.#portals.get(name);
    const reading = portal?.reading;
    const statements = reading?.statements;
    this.#parsed = undefined;
    const run = async (): Promise<Outcome> => {
      // Sync stays with us until the statement was looked at: it would end the transaction.
      await server.send(Buffer.concat([frame.bytes, flush]));
      const outcome = await observed.completion('CIEs', true);
      return server.suspended ? { ...outcome, rows: most } : outcome;
    };
    if (statements?.length === 0 || reading?.refusal !== undefined) {
      observed.failed ||= (await run()).error !== undefined;
      return;
    }
    const kind = statements?.length === 1 ? statements[0]!.kind : undefined;
    const ends = observed.options.reader.outside(statements) || kind === 'CallStmt';
    const about = {
      sql: reading?.sql.trim() ?? `(portal ${name})`,
      kind,
      watched: !quiet(kind),
      sampled: ends && server.status === 'I',
    };
    const entry = await observed.observe(about, statements, run, portal?.entry);
    if (portal?.values) entry.values = portal.values;
    if (portal && server.suspended) portal.entry = entry;
    observed.failed = entry.error !== undefined;
  }
}

/** Most parameters and longest text that could name a migration. */
const shortList = 30;
const shortText = 200;

/** Parameters of a Bind from this position on: short texts, null for others; undefined when there are too many. */
function shortParameters(body: Buffer, from: number): readonly (string | null)[] | undefined {
  const formats = body.readInt16BE(from);
  const binary = (index: number): boolean =>
    formats > 0 && body.readInt16BE(from + 2 + 2 * (formats === 1 ? 0 : index)) === 1;
  let at = from + 2 + 2 * formats;
  const count = body.readInt16BE(at);
  if (count > shortList || count < 0) return undefined;
  at += 2;
  return Array.from({ length: count }, (_, index) => {
    const length = body.readInt32BE(at);
    const start = at + 4;
    at = start + Math.max(0, length);
    return length < 0 || length > shortText || binary(index) ? null : body.toString('utf8', start, at);
  });
}
