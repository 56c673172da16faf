import { randomBytes } from 'node:crypto';
import type { Channel } from './channel.ts';
import { errorMessage, moved, readFields } from './fields.ts';
import type { Frame } from './frames.ts';

/** Messages that the driving side has to know of. */
const eventful = 'CIsEGWZ';

/** The server's side of a session: passes its answers to the client as they come and tells the events among them. */
export class Server {
  /** `I` idle, `T` in a transaction, `E` in a failed one. */
  status = 'I';
  pid = 0;
  /** Process id and secret, as a cancel request carries them. */
  key: Buffer = Buffer.alloc(8);
  /** Types that the client must not see. */
  swallow = '';
  /** Characters by which positions in errors and notices are moved. */
  shift = 0;
  /** The last Execute stopped at its row limit. */
  suspended = false;
  gone = false;
  /** Its end is our own wish. */
  closing = false;
  /** Told the key as soon as it is known. */
  onKey: (key: Buffer) => void = () => {};
  readonly #upstream: Channel;
  readonly #client: Channel;
  readonly #settings = new Map<string, string>();
  readonly #substitutes = new Map<string, Buffer>();
  #events: Frame[] = [];
  #wake: (() => void)[] = [];
  #fatal = false;
  #held: Buffer | undefined;

  constructor(upstream: Channel, client: Channel) {
    this.#upstream = upstream;
    this.#client = client;
  }

  /** The parser reads texts as this session does. */
  get plain(): boolean {
    return (
      this.#settings.get('standard_conforming_strings') !== 'off' &&
      ['UTF8', 'SQL_ASCII', undefined].includes(this.#settings.get('client_encoding'))
    );
  }

  /** A pipeline is an implicit transaction block from its second statement on; tried: 18.4 does so, 15.18 does not. */
  get blocks(): boolean {
    return Number.parseInt(this.#settings.get('server_version') ?? '0', 10) >= 18;
  }

  get eventful(): boolean {
    return this.#events.length > 0;
  }

  async send(bytes: Buffer): Promise<void> {
    await this.#upstream.write(bytes);
  }

  /** The next event, of these types only if given; undefined when the server is gone. */
  async event(types?: string): Promise<Frame | undefined> {
    for (;;) {
      await this.eventReady();
      const event = this.#events.shift();
      if (!event || !types || types.includes(event.type)) return event;
    }
  }

  async eventReady(): Promise<void> {
    while (this.#events.length === 0 && !this.gone)
      await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** Lets the client know that the server is ready; it is held back until everything about the unit is written down. */
  release(): void {
    const { socket } = this.#client;
    if (this.#held && socket.writable) socket.write(this.#held);
    this.#held = undefined;
  }

  /** Ends the server session without a word, as when a client vanishes. */
  hangUp(): void {
    this.#upstream.end();
  }

  /** The client never asked for what is ready now. */
  forget(): void {
    this.#held = undefined;
  }

  /** A text that no server understands; its error is replaced by this one. */
  substitute(error: Buffer): string {
    const token = `dbd_refused_${randomBytes(8).toString('hex')}`;
    this.#substitutes.set(token, error);
    return token;
  }

  /** Passes answers on until the server ends. */
  async pump(): Promise<void> {
    const { socket } = this.#client;
    try {
      while (await this.#upstream.ready()) {
        socket.cork();
        while (this.#upstream.framer.complete) this.#take(this.#upstream.take()!);
        socket.uncork();
        await this.#client.drained();
      }
    } finally {
      this.gone = true;
      if (!this.#fatal && !this.closing && socket.writable) {
        socket.write(
          errorMessage('FATAL', '08006', 'the sandbox server ended the connection in the middle of the work'),
        );
      }
      if (socket.writable) socket.end();
      this.#notify();
    }
  }

  #take(frame: Frame): void {
    const { type, body } = frame;
    if (type === 'Z') {
      this.status = String.fromCharCode(body[0]!);
      this.#held = frame.bytes;
    } else if (type === 'K') {
      this.pid = body.readInt32BE(0);
      this.key = Buffer.from(body);
      this.onKey(this.key);
    } else if (type === 'S') {
      const [name, value] = body.toString('latin1').split('\0');
      this.#settings.set(name!, value!);
    } else if (type === 's') this.suspended = true;
    else if (type === 'C' || type === 'E') this.suspended = false;
    const out = this.#outgoing(frame);
    if (type !== 'Z' && !this.swallow.includes(type) && this.#client.socket.writable)
      this.#client.socket.write(out);
    if (!eventful.includes(type)) return;
    this.#events.push(out === frame.bytes ? frame : { type, bytes: out, body: out.subarray(5) });
    this.#notify();
  }

  #outgoing(frame: Frame): Buffer {
    if (frame.type === 'E') {
      const fields = readFields(frame.body);
      if (fields.get('V') === 'FATAL' || fields.get('V') === 'PANIC') this.#fatal = true;
      const token = /dbd_refused_[0-9a-f]{16}/.exec(fields.get('M') ?? '')?.[0];
      const instead = token && this.#substitutes.get(token);
      if (instead) return instead;
    }
    if (this.shift > 0 && (frame.type === 'E' || frame.type === 'N'))
      return moved(frame.type, frame.bytes, this.shift);
    return frame.bytes;
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
