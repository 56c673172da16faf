import type { Socket } from 'node:net';
import { Framer, type Frame } from './frames.ts';

/** Bytes that may wait in whole messages before reading pauses. */
const high = 1 << 20;

/** A socket read message by message, with backpressure both ways. */
export class Channel {
  readonly socket: Socket;
  readonly framer = new Framer();
  #ended = false;
  #wake: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.framer.push(chunk);
      try {
        if (this.framer.length > high && this.framer.complete) socket.pause();
      } catch {
        // `take` reports a broken length to whoever reads.
      }
      this.#notify();
    });
    for (const event of ['end', 'close', 'error'] as const) socket.on(event, () => this.#end());
  }

  get ended(): boolean {
    return this.#ended;
  }

  take(): Frame | undefined {
    const frame = this.framer.take();
    if (this.socket.isPaused() && !(this.framer.length > high && this.framer.complete)) this.socket.resume();
    return frame;
  }

  /** True when a message can be taken; false when none will ever come. */
  async ready(): Promise<boolean> {
    for (;;) {
      if (this.framer.complete) return true;
      if (this.#ended) return false;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** The next message; undefined when the other side has ended. */
  async next(): Promise<Frame | undefined> {
    return (await this.ready()) ? this.take() : undefined;
  }

  /** Sends, and waits while the other side does not read; silently nothing when it is gone. */
  async write(bytes: Buffer): Promise<void> {
    if (!this.socket.writable) return;
    if (!this.socket.write(bytes)) await this.drained();
  }

  async drained(): Promise<void> {
    if (!this.socket.writableNeedDrain || !this.socket.writable) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.socket.off('drain', done);
        this.socket.off('close', done);
        resolve();
      };
      this.socket.on('drain', done);
      this.socket.on('close', done);
    });
  }

  /** Ends politely, and for good a moment later. */
  end(): void {
    this.socket.end();
    setTimeout(() => this.socket.destroy(), 1000).unref();
  }

  #end(): void {
    this.#ended = true;
    this.#notify();
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
