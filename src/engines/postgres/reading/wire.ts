/** Rows of one statement through the extended protocol, row by row, never more than asked for in memory. */
import type { Connection, Submittable } from 'pg';
import { DbdError } from '../../../base/error.ts';
import type { Session } from '../../../engine/model.ts';
import { driverOf, parserOf } from '../connect.ts';

/** What is drawn, and where it ends. */
export interface Draw {
  readonly sql: string;
  /** As the server's text; `null` is no value. */
  readonly values: readonly (string | null)[];
  readonly rows: number;
  /** Of the rows as JSON. */
  readonly bytes: number;
  /** What a value is shown as, by its column's position. */
  readonly shown: (value: string | null, column: DrawnColumn) => unknown;
}

export interface DrawnColumn {
  readonly name: string;
  readonly position: number;
  /** Of its type. */
  readonly oid: number;
}

export interface Drawn {
  readonly columns: readonly DrawnColumn[];
  readonly rows: readonly (readonly unknown[])[];
  readonly cut?: 'rows' | 'bytes';
  /** The connection was given up, since it brought more than is wanted. */
  readonly broken: boolean;
}

/** Bytes on the wire beyond the wanted ones that are waited for before the connection is given up: less than a new one costs. */
const slack = 1024 * 1024;

/** Draws at most so many rows and bytes; rejects with what the driver rejects with. */
export function draw(session: Session, wanted: Draw): Promise<Drawn> {
  const client = driverOf(session);
  return new Promise((resolve, reject) => {
    client.query(new Portal(wanted, () => void session.cancel(), resolve, reject));
  });
}

/** The parts of the driver's connection that its types leave out. */
interface Wire {
  parse(message: { text: string; name: string; types: number[] }): void;
  bind(message: {
    portal: string;
    statement: string;
    values: readonly (string | null)[];
    binary: boolean;
    valueMapper: (value: unknown) => unknown;
  }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
  readonly stream: NodeJS.ReadWriteStream & {
    cork(): void;
    uncork(): void;
    destroy(): void;
  };
}

class Portal implements Submittable {
  readonly #wanted: Draw;
  readonly #cancel: () => void;
  readonly #resolve: (drawn: Drawn) => void;
  readonly #reject: (error: unknown) => void;
  readonly #rows: (readonly unknown[])[] = [];
  #columns: readonly DrawnColumn[] = [];
  #bytes = 2;
  #cut: Drawn['cut'];
  #broken = false;
  #failed = false;
  #tooLong = false;
  #thrown: unknown;
  #release = (): void => undefined;

  constructor(
    wanted: Draw,
    cancel: () => void,
    resolve: (drawn: Drawn) => void,
    reject: (error: unknown) => void,
  ) {
    this.#wanted = wanted;
    this.#cancel = cancel;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(given: Connection): void {
    const wire = given as unknown as Wire;
    const { stream } = wire;
    const watch = watchSizes(this.#wanted.bytes, (kind) => {
      this.#broken = true;
      this.#tooLong = kind === errorKind;
      this.#cancel();
      stream.destroy();
    });
    // Before the driver's own listener, which would gather a long message until it is whole.
    stream.prependListener('data', watch);
    this.#release = () => void stream.removeListener('data', watch);
    stream.cork();
    wire.parse({ text: this.#wanted.sql, name: '', types: [] });
    wire.bind({
      portal: '',
      statement: '',
      values: this.#wanted.values,
      binary: false,
      valueMapper: (value) => value,
    });
    wire.describe({ type: 'P', name: '' });
    // One row more tells whether there are more.
    wire.execute({ portal: '', rows: this.#wanted.rows + 1 });
    wire.sync();
    stream.uncork();
  }

  handleRowDescription({
    fields,
  }: {
    readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  }): void {
    this.#columns = fields.map(({ name, dataTypeID }, position) => ({ name, position, oid: dataTypeID }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#cut !== undefined || this.#thrown !== undefined) return;
    try {
      this.#take(fields);
    } catch (error) {
      // Thrown into the driver it would end the process.
      this.#thrown = error ?? new Error('A row could not be read.');
    }
  }

  #take(fields: readonly (string | null)[]): void {
    const { rows, bytes, shown } = this.#wanted;
    if (this.#rows.length === rows) {
      this.#cut = 'rows';
      return;
    }
    const row = this.#columns.map((column) => shown(fields[column.position] ?? null, column));
    this.#bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    if (this.#bytes > bytes) this.#cut = 'bytes';
    else this.#rows.push(row);
  }

  handlePortalSuspended(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handleCopyData(): void {}

  handleCopyInResponse(connection: { sendCopyFail(reason: string): void }): void {
    connection.sendCopyFail('Nothing is copied.');
  }

  handleReadyForQuery(): void {
    this.#release();
    if (this.#thrown !== undefined) this.#reject(this.#thrown);
    else if (!this.#failed) this.#resolve(this.#drawn());
  }

  handleError(error: unknown): void {
    this.#release();
    this.#failed = true;
    if (this.#tooLong)
      this.#reject(
        new DbdError('sql.failed', 'The server ended it with a message that is too long to be read.'),
      );
    else if (this.#broken) this.#resolve(this.#drawn());
    else this.#reject(error);
  }

  #drawn(): Drawn {
    const cut = this.#cut ?? (this.#broken ? 'bytes' : undefined);
    return {
      columns: this.#columns,
      rows: this.#rows,
      broken: this.#broken,
      ...(cut === undefined ? {} : { cut }),
    };
  }
}

/** `E`, an error, among the kinds of messages. */
const errorKind = 0x45;

/** Reads the heads of messages as they pass, and calls once when one of them, or all of them, are too long. */
function watchSizes(bytes: number, tooMuch: (kind: number) => void): (chunk: Buffer) => void {
  const limit = bytes + slack;
  let total = 0;
  /** Bytes of the message under way that are still to come. */
  let open = 0;
  let head = Buffer.alloc(0);
  let over = false;
  return (chunk) => {
    if (over) return;
    let at = 0;
    while (at < chunk.length) {
      if (open > 0) {
        const step = Math.min(open, chunk.length - at);
        open -= step;
        at += step;
        continue;
      }
      // A kind of one byte, and a length that counts itself.
      const part = chunk.subarray(at, at + 5 - head.length);
      head = Buffer.concat([head, part]);
      at += part.length;
      if (head.length < 5) return;
      const [kind] = head;
      open = head.readUInt32BE(1) - 4;
      head = Buffer.alloc(0);
      total += open;
      if (total > limit) {
        over = true;
        return tooMuch(kind!);
      }
    }
  };
}

/** A value as JSON can hold it; what would lose digits stays text. */
export function jsonValue(text: string | null, oid: number): unknown {
  if (text === null) return null;
  // A parsed number of 17 digits is another one, and what is nested deeper than people write ends programs that walk it.
  if ([114, 3802, 199, 3807].includes(oid) && (/\d{16}/.test(text) || depth(text) > deepest)) return text;
  return finite(parserOf(oid)(text));
}

/** Levels of JSON that are taken apart. */
const deepest = 64;

/** Brackets that are open at once, those in strings included. */
function depth(text: string): number {
  let open = 0;
  let most = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open += bracket === '[' || bracket === '{' ? 1 : -1;
    if (open > most) most = open;
  }
  return most;
}

/** `NaN` and the infinities would be null in JSON. */
function finite(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return Array.isArray(value) ? value.map(finite) : value;
}
