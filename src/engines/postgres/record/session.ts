import type { Channel } from './channel.ts';
import { Extended } from './extended.ts';
import { terminate, type Frame } from './frames.ts';
import { Observed, type ObservedOptions } from './observed.ts';
import { Server } from './server.ts';
import { functionCall, simpleQuery } from './simple.ts';

export interface SessionOptions extends ObservedOptions {
  readonly upstream: Channel;
}

/** One client and its server session: passes everything on, one unit after the other, and has each statement observed. */
export class Session {
  readonly server: Server;
  /** Settles when both sides are closed. */
  ended: Promise<void> = Promise.resolve();
  readonly #options: SessionOptions;
  readonly #observed: Observed;
  readonly #extended: Extended;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.server = new Server(options.upstream, options.client);
    this.#observed = new Observed(options, this.server);
    this.#extended = new Extended(this.#observed);
  }

  /** Serves the client until either side ends. */
  run(): Promise<void> {
    this.ended = this.#serve();
    return this.ended;
  }

  /** Cancels what the client has asked for last, once it has reached the server. */
  async cancel(): Promise<void> {
    const { client } = this.#options;
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    for (let waited = 0; waited < 2000 && (this.#observed.preparing || client.framer.complete); waited += 5) {
      await pause(5);
    }
    // The server forgets a cancel request that overtakes its statement.
    await pause(10);
    await this.#options.cancel(this.server.key);
  }

  async #serve(): Promise<void> {
    const { client, ledger, number, upstream } = this.#options;
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
      await upstream.write(terminate);
      upstream.end();
      await pump;
      client.end();
    }
  }

  async #handle(frame: Frame): Promise<void> {
    if ('PBDECHS'.includes(frame.type)) return this.#extended.handle(frame);
    if (!this.#extended.open) {
      if (frame.type === 'Q') return simpleQuery(this.#observed, frame);
      if (frame.type === 'F') return functionCall(this.#observed, frame);
    }
    // Out of the ordinary, or the rest of a COPY that has already failed: the server judges.
    await this.server.send(frame.bytes);
    if (frame.type === 'Q' || frame.type === 'F') {
      await this.#observed.untilReady();
      this.#extended.open = false;
    }
  }
}
