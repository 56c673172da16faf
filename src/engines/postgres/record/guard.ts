/** The proxy's own door: what a client says first, and proving that it was given the password. */
import { timingSafeEqual } from 'node:crypto';
import type { Channel } from './channel.ts';
import { errorMessage } from './fields.ts';
import { int32, message, text, texts } from './frames.ts';

/** What a client wants. */
export type Arrival =
  | { readonly kind: 'session'; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'cancel'; readonly key: Buffer }
  | { readonly kind: 'nobody' };

const sslRequest = 80877103;
const gssRequest = 80877104;
const cancelRequest = 80877102;

/** Answers encryption requests with no, negotiates protocol 3.0, and asks for the password in clear text (the listener is on the loopback interface). */
export async function arrive(client: Channel, password: string): Promise<Arrival> {
  client.framer.untyped = true;
  for (;;) {
    const frame = await client.next();
    if (!frame || frame.body.length < 4) return { kind: 'nobody' };
    const code = frame.body.readInt32BE(0);
    if (code === sslRequest || code === gssRequest) {
      await client.write(Buffer.from('N'));
      continue;
    }
    if (code === cancelRequest) return { kind: 'cancel', key: Buffer.from(frame.body.subarray(4)) };
    if (code >> 16 !== 3) {
      await client.write(
        errorMessage(
          'FATAL',
          '0A000',
          `unsupported frontend protocol ${code >> 16}.${code & 0xffff}: the proxy speaks 3.0`,
        ),
      );
      return { kind: 'nobody' };
    }
    client.framer.untyped = false;
    client.framer.guarded = true;
    const parameters = startParameters(frame.body);
    const options = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'));
    if ((code & 0xffff) > 0 || options.length > 0) {
      await client.write(message('v', int32(196608), int32(options.length), ...options.map(text)));
    }
    if (!(await proves(client, password))) {
      await client.write(
        errorMessage(
          'FATAL',
          '28P01',
          'password authentication failed',
          'Use the address that dbd put into the environment of the command.',
        ),
      );
      return { kind: 'nobody' };
    }
    client.framer.guarded = false;
    for (const name of [...options, 'replication', 'user', 'database']) parameters.delete(name);
    return { kind: 'session', parameters };
  }
}

async function proves(client: Channel, password: string): Promise<boolean> {
  await client.write(message('R', int32(3)));
  const answer = await client.next();
  if (answer?.type !== 'p') return false;
  const given = answer.body.subarray(0, Math.max(0, answer.body.length - 1));
  const wanted = Buffer.from(password);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function startParameters(body: Buffer): Map<string, string> {
  const parameters = new Map<string, string>();
  let at = 4;
  while (at < body.length && body[at] !== 0) {
    const { values, next } = texts(body, 2, at);
    parameters.set(values[0]!.toString(), values[1]!.toString());
    at = next;
  }
  return parameters;
}
