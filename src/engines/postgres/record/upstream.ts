/** The proxy's own way into the sandbox server: connect, authenticate, cancel. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Address } from '../url.ts';
import { Channel } from './channel.ts';
import { readFields } from './fields.ts';
import { int32, message, text } from './frames.ts';

/** Opens a session with these start parameters; rejects with what the server said when it does not let us in. */
export async function enter(to: Address, parameters: ReadonlyMap<string, string>): Promise<Channel> {
  const channel = new Channel(await dial(to));
  const pairs = [...parameters].filter(([name]) => name !== 'user' && name !== 'database');
  const start = [['user', to.user], ['database', to.database], ...pairs].flatMap(([name, value]) => [
    text(name!),
    text(value!),
  ]);
  await channel.write(message('', int32(196608), ...start, Buffer.alloc(1)));
  let scram: Scram | undefined;
  for (;;) {
    const frame = await channel.next();
    if (!frame) throw new Error('the server closed the connection at the start');
    if (frame.type === 'E') throw new Refused(frame.bytes, readFields(frame.body).get('M') ?? 'refused');
    if (frame.type !== 'R') continue;
    const kind = frame.body.readInt32BE(0);
    if (kind === 0) return channel;
    if (kind === 3) await channel.write(message('p', text(to.password ?? '')));
    else if (kind === 5) await channel.write(message('p', text(md5Answer(to, frame.body.subarray(4)))));
    else if (kind === 10)
      await channel.write(message('p', ...(scram = new Scram(to.password ?? '')).first()));
    else if (kind === 11 && scram)
      await channel.write(message('p', scram.final(frame.body.toString('utf8', 4))));
    else if (kind !== 12)
      throw new Error(`the server asks for a kind of authentication (${kind}) that the proxy does not know`);
  }
}

/** The server's own refusal of a start, as it sent it. */
export class Refused extends Error {
  readonly bytes: Buffer;

  constructor(bytes: Buffer, words: string) {
    super(words);
    this.bytes = bytes;
  }
}

/** Sends a cancel request; resolves when the server has taken it. */
export async function cancel(to: Address, key: Buffer): Promise<void> {
  const socket = await dial(to);
  await new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
    socket.resume();
    socket.end(message('', int32(80877102), key));
  });
}

async function dial(to: Address): Promise<Socket> {
  const socket = to.host.startsWith('/')
    ? connect({ path: `${to.host}/.s.PGSQL.${to.port}` })
    : connect({ host: to.host, port: to.port });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function md5Answer(to: Address, salt: Buffer): string {
  const md5 = (...parts: (string | Buffer)[]): string =>
    parts.reduce((sum, part) => sum.update(part), createHash('md5')).digest('hex');
  return `md5${md5(md5(to.password ?? '', to.user), salt)}`;
}

/** SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677). */
class Scram {
  readonly #password: string;
  readonly #bare = `n=,r=${randomBytes(18).toString('base64')}`;

  constructor(password: string) {
    this.#password = password;
  }

  first(): Buffer[] {
    const words = Buffer.from(`n,,${this.#bare}`);
    return [text('SCRAM-SHA-256'), int32(words.length), words];
  }

  final(challenge: string): Buffer {
    const fields = new Map(challenge.split(',').map((field) => [field[0], field.slice(2)]));
    const salted = pbkdf2Sync(
      this.#password.normalize('NFKC'),
      Buffer.from(fields.get('s') ?? '', 'base64'),
      Number(fields.get('i')),
      32,
      'sha256',
    );
    const hmac = (key: Buffer, words: string): Buffer => createHmac('sha256', key).update(words).digest();
    const clientKey = hmac(salted, 'Client Key');
    const unproven = `c=biws,r=${fields.get('r') ?? ''}`;
    const signature = hmac(
      createHash('sha256').update(clientKey).digest(),
      `${this.#bare},${challenge},${unproven}`,
    );
    const proof = clientKey.map((byte, at) => byte ^ signature[at]!);
    return Buffer.from(`${unproven},p=${Buffer.from(proof).toString('base64')}`);
  }
}
