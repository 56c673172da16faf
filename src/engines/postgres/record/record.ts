/** The recording proxy: speaks the PostgreSQL protocol on both sides and writes down what each statement did. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server as Listener, type Socket } from 'node:net';
import { fail } from '../../../base/error.ts';
import type {
  Activity,
  Grammar,
  Recorded,
  Recorder,
  RecordingProxy,
  RecordOptions,
} from '../../../engine/model.ts';
import { grammar } from '../grammar.ts';
import { parseUrl, type Address } from '../url.ts';
import { Channel } from './channel.ts';
import { errorMessage } from './fields.ts';
import { int32, message } from './frames.ts';
import { arrive } from './guard.ts';
import { Ledger } from './ledger.ts';
import { Reader } from './reading.ts';
import { Session } from './session.ts';
import { cancel, enter, Refused } from './upstream.ts';

const defaultTimeoutMs = 300_000;

/** PostgreSQL's recording proxy. */
export const record: Recorder = { start: (options) => start(options, grammar) };

async function start(options: RecordOptions, rules: Grammar): Promise<RecordingProxy> {
  await rules.ready();
  const proxy = new Recording(options, new Reader(rules));
  await proxy.listen();
  return proxy;
}

class Recording implements RecordingProxy {
  readonly host = '127.0.0.1';
  port = 0;
  readonly password = randomBytes(24).toString('hex');
  readonly #options: RecordOptions;
  readonly #to: Address;
  readonly #ledger: Ledger;
  readonly #reader: Reader;
  readonly #sessions = new Map<string, Session>();
  readonly #sockets = new Set<Socket>();
  readonly #listener: Listener;
  #closed: Promise<void> | undefined;

  constructor(options: RecordOptions, reader: Reader) {
    this.#options = options;
    this.#to = parseUrl(options.ownerUrl);
    this.#ledger = new Ledger(options);
    this.#reader = reader;
    this.#listener = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      void this.#serve(new Channel(socket));
    });
  }

  get user(): string {
    return this.#to.user;
  }

  get database(): string {
    return this.#to.database;
  }

  get url(): string {
    return `postgresql://${encodeURIComponent(this.user)}:${this.password}@${this.host}:${this.port}/${encodeURIComponent(this.database)}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen(0, this.host, resolve);
    }).catch((cause: unknown) =>
      fail('connect.refused', 'The recording proxy cannot listen on 127.0.0.1.', { cause }),
    );
    const address = this.#listener.address();
    if (address && typeof address === 'object') this.port = address.port;
  }

  statements(): readonly Recorded[] {
    return this.#ledger.entries;
  }

  activity(): Activity {
    const { connections, running, splits, last, problems, idleMs } = this.#ledger;
    return {
      connections,
      running,
      splits,
      idleMs,
      ...(last === undefined ? {} : { last }),
      problems,
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    await Promise.allSettled(
      [...this.#sessions.values()].map((session) => cancel(this.#to, session.server.key)),
    );
    for (const socket of this.#sockets) socket.destroy();
    await Promise.allSettled([...this.#sessions.values()].map((session) => session.ended));
    await closed;
  }

  async #serve(client: Channel): Promise<void> {
    try {
      const arrival = await arrive(client, this.password);
      if (arrival.kind === 'cancel') await this.#sessions.get(arrival.key.toString('hex'))?.cancel();
      else if (arrival.kind === 'session') await this.#session(client, arrival.parameters);
    } catch (error) {
      const bytes =
        error instanceof Refused
          ? error.bytes
          : errorMessage(
              'FATAL',
              '08P01',
              `the recording proxy gave up: ${error instanceof Error ? error.message : String(error)}`,
            );
      await client.write(bytes);
    } finally {
      client.end();
    }
  }

  async #session(client: Channel, parameters: ReadonlyMap<string, string>): Promise<void> {
    const upstream = await enter(this.#to, parameters);
    this.#ledger.connections += 1;
    this.#ledger.touched = performance.now();
    await client.write(message('R', int32(0)));
    const session = new Session({
      number: this.#ledger.connections,
      application: parameters.get('application_name'),
      client,
      upstream,
      ledger: this.#ledger,
      reader: this.#reader,
      statementTimeoutMs: this.#options.statementTimeoutMs ?? defaultTimeoutMs,
      commitAfterWriteTo: this.#options.commitAfterWriteTo,
      cancel: (key) => cancel(this.#to, key),
    });
    session.server.onKey = (key) => this.#sessions.set(key.toString('hex'), session);
    try {
      await session.run();
    } finally {
      this.#sessions.delete(session.server.key.toString('hex'));
    }
  }
}
