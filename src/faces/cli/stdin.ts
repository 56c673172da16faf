import type { Readable } from 'node:stream';
import { fail } from '../../base/error.ts';

/** Largest text that standard input may hold, bytes; commands have their own, smaller limits. */
const limit = 64 * 1024 * 1024;

/** Reads standard input to its end; throws `usage.missing-input` on a terminal and `file.unreadable` above 64 MiB. */
export async function readStdin(stdin: Readable & { readonly isTTY?: boolean }): Promise<string> {
  if (stdin.isTTY)
    fail('usage.missing-input', 'Nothing is piped into standard input.', {
      hint: 'Pipe the text in, or name a file.',
    });
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stdin as AsyncIterable<Buffer | string>) {
    const buffer = typeof part === 'string' ? Buffer.from(part) : part;
    bytes += buffer.length;
    if (bytes > limit) fail('file.unreadable', 'Standard input is larger than 64 MiB.');
    parts.push(buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
