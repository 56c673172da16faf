/** Stands between a runner and its server: cuts connections at chosen moments, or shares server sessions as a pooler does. */
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way through which a runner reaches its server. */
export interface Way {
  /** Address of the same database through it. */
  readonly url: string;
  readonly cuts: number;
  close(): Promise<void>;
}

interface Behind {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly host: string;
  readonly port: number;
  open(): Socket;
}

/** Takes a sandbox's address apart. */
export function behind(text: string): Behind {
  const url = new URL(text);
  const host = url.searchParams.get('host') ?? url.hostname;
  const port = Number(url.port || 5432);
  return {
    host,
    port,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    open: () => (host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)),
  };
}

/** Cuts the client off at the nth message that matches: `before` the server has got it, or `after` it, before its answer is through. */
export async function cutting(
  url: string,
  matches: (text: string, count: number) => 'before' | 'after' | undefined,
): Promise<Way> {
  const target = behind(url);
  let [count, cuts] = [0, 0];
  const server = createServer((client) => {
    const upstream = target.open();
    let silent = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (data) => {
      const text = data.toString('latin1');
      const cut = matches(text, count);
      if (text.includes('COMMIT')) count += 1;
      if (cut === undefined) return void upstream.write(data);
      cuts += 1;
      if (cut === 'before') return end();
      silent = true;
      upstream.write(data);
      // The server has done it; its answer gets lost.
      upstream.once('data', end);
    });
    upstream.on('data', (data) => {
      if (!silent) client.write(data);
    });
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  const port = await listening(server);
  return {
    url: `postgres://${encodeURIComponent(target.user)}:${encodeURIComponent(target.password)}@127.0.0.1:${port}/${encodeURIComponent(target.database)}`,
    get cuts() {
      return cuts;
    },
    close: () => closed(server),
  };
}

/**
 * A pooler in transaction mode: lets everybody in, and gives each transaction any server session that is free, the one that was
 * used last first. Settings and locks of a session go where the next transaction of somebody else is.
 */
export async function pooling(url: string): Promise<Way> {
  const target = behind(url);
  const free: Backend[] = [];
  const server = createServer((client) => {
    let backend: Backend | undefined;
    let started = false;
    let buffer = Buffer.alloc(0);
    const give = (): void => {
      if (backend) free.push(backend);
      backend = undefined;
    };
    client.on('error', () => undefined).on('close', give);
    const handle = async (): Promise<void> => {
      if (!started) {
        if (buffer.length < 8 || buffer.length < buffer.readInt32BE(0)) return;
        const code = buffer.readInt32BE(4);
        const length = buffer.readInt32BE(0);
        buffer = buffer.subarray(length);
        if (code === 80_877_103) return void client.write('N');
        started = true;
        client.write(
          Buffer.concat([
            frame('R', int(0)),
            frame('K', Buffer.concat([int(4711), int(815)])),
            frame('Z', Buffer.from('I')),
          ]),
        );
        return;
      }
      const pieces = buffer;
      buffer = Buffer.alloc(0);
      if (pieces[0] === 0x58) return void client.end();
      backend ??= free.pop() ?? (await Backend.open(target));
      backend.socket.removeAllListeners('data');
      let tail = Buffer.alloc(0);
      backend.socket.on('data', (data: Buffer) => {
        client.write(data);
        tail = Buffer.concat([tail, data]).subarray(-6);
        // `ReadyForQuery`, outside a transaction.
        if (tail.toString('latin1') === 'Z\0\0\0\u0005I') give();
      });
      backend.socket.write(pieces);
    };
    let queue = Promise.resolve();
    client.on('data', (data: Buffer) => {
      queue = queue.then(async () => {
        buffer = Buffer.concat([buffer, data]);
        await handle();
      });
    });
  });
  const port = await listening(server);
  return {
    url: `postgres://${encodeURIComponent(target.user)}:x@127.0.0.1:${port}/${encodeURIComponent(target.database)}`,
    cuts: 0,
    async close() {
      for (const { socket } of free) socket.destroy();
      await closed(server);
    },
  };
}

/** One server session of the pool, signed in by a driver of its own. */
class Backend {
  readonly socket: Socket;
  constructor(socket: Socket) {
    this.socket = socket;
  }

  static async open(target: Behind): Promise<Backend> {
    const { default: pg } = await import('pg');
    const { host, port, user, password, database } = target;
    const client = new pg.Client({ host, port, user, password, database });
    client.on('error', () => undefined);
    await client.connect();
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    stream.removeAllListeners('data');
    return new Backend(stream);
  }
}

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const frame = (type: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(type), int(body.length + 4), body]);

function listening(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
