/** Lines of a log file as a stream: unpacked, split, decoded, each bounded. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { fail } from '../../../base/error.ts';

/** Longest line that is kept, bytes; a statement beyond it is none that a plan is worth for. */
export const longestLine = 1_048_576;

/** A decoded line; the text is undefined when it was longer than is kept. */
export interface LogLine {
  readonly text?: string;
}

/** Lines of a file, `.gz` unpacked; throws `file.missing` and `file.unreadable`. */
export async function* linesOf(path: string, encoding: string, signal: AbortSignal): AsyncGenerator<LogLine> {
  const found = await stat(path).catch((cause: unknown) =>
    fail('file.missing', `The log ${path} does not exist.`, {
      cause,
      hint: 'Name a file of the server’s log.',
    }),
  );
  if (found.isDirectory())
    fail('file.unreadable', `${path} is a folder.`, { hint: 'Name the log files in it.' });
  const decode = decoder(encoding);
  const file = createReadStream(path, { signal, highWaterMark: 262_144 });
  const source: Readable = path.endsWith('.gz') ? file.compose(createGunzip()) : file;
  let rest: Buffer[] = [];
  let held = 0;
  let tooLong = false;
  const take = (piece: Buffer): void => {
    held += piece.length;
    if (held > longestLine) {
      rest = [];
      tooLong = true;
    } else rest.push(piece);
  };
  const line = (): LogLine => {
    const made: LogLine = tooLong ? {} : { text: decode(Buffer.concat(rest)) };
    rest = [];
    held = 0;
    tooLong = false;
    return made;
  };
  try {
    for await (const chunk of wide(source)) {
      let from = 0;
      for (let at = chunk.indexOf(10, from); at >= 0; at = chunk.indexOf(10, from)) {
        take(chunk.subarray(from, at > from && chunk[at - 1] === 13 ? at - 1 : at));
        yield line();
        from = at + 1;
      }
      if (from < chunk.length) take(chunk.subarray(from));
    }
    if (held > 0) yield line();
  } catch (cause) {
    if (signal.aborted) fail('interrupted', 'Reading the log was stopped.', { cause });
    const why = cause instanceof Error ? cause.message : String(cause);
    fail('file.unreadable', `The log ${path} cannot be read: ${why}.`, { cause });
  }
}

/** UTF-16 with a mark at its beginning becomes UTF-8; everything else stays. */
async function* wide(source: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let decode: InstanceType<typeof TextDecoder> | undefined;
  let first = true;
  for await (const part of source) {
    let chunk = part as Buffer;
    if (first) {
      first = false;
      const mark = chunk.subarray(0, 2).toString('hex');
      if (mark === 'fffe' || mark === 'feff')
        decode = new TextDecoder(mark === 'fffe' ? 'utf-16le' : 'utf-16be');
      else if (chunk.subarray(0, 3).toString('hex') === 'efbbbf') chunk = chunk.subarray(3);
    }
    yield decode ? Buffer.from(decode.decode(chunk, { stream: true })) : chunk;
  }
}

/** Names of the server's encodings (manual, 24.3.1) as the decoder knows them. */
const labels: Readonly<Record<string, string>> = {
  EUC_JP: 'euc-jp',
  EUC_KR: 'euc-kr',
  EUC_CN: 'gbk',
  GBK: 'gbk',
  GB18030: 'gb18030',
  BIG5: 'big5',
  SJIS: 'shift_jis',
  UHC: 'euc-kr',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
  WIN866: 'ibm866',
};

/** UTF-8 where a line is, else the database's encoding. */
function decoder(encoding: string): (bytes: Buffer) => string {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const name = encoding.toUpperCase();
  const label =
    labels[name] ??
    name
      .replace(/^WIN(\d+)$/, 'windows-$1')
      .replace(/^ISO_8859_(\d+)$/, 'iso-8859-$1')
      .replace(
        /^LATIN(\d+)$/,
        (_, n: string) => `iso-8859-${{ 5: 9, 6: 10, 7: 13, 8: 14, 9: 15, 10: 16 }[Number(n)] ?? n}`,
      );
  let other: InstanceType<typeof TextDecoder>;
  try {
    other = new TextDecoder(label);
  } catch {
    other = new TextDecoder('latin1');
  }
  if (other.encoding === 'utf-8') other = new TextDecoder('latin1');
  return (bytes) => {
    try {
      return strict.decode(bytes);
    } catch {
      return other.decode(bytes);
    }
  };
}
