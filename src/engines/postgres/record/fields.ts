/** Errors and notices of the protocol: fields named by one letter. */
import { message, text } from './frames.ts';

/** Letter → value: S severity, C code, M message, P position … */
export type Fields = ReadonlyMap<string, string>;

/** The fields of an error's or notice's body. */
export function readFields(body: Buffer): Fields {
  const fields = new Map<string, string>();
  let start = 0;
  while (start < body.length && body[start] !== 0) {
    const end = body.indexOf(0, start + 1);
    if (end < 0) break;
    fields.set(String.fromCharCode(body[start]!), body.toString('utf8', start + 1, end));
    start = end + 1;
  }
  return fields;
}

/** An ErrorResponse or NoticeResponse with these fields. */
export function writeFields(type: 'E' | 'N', fields: Fields): Buffer {
  return message(type, ...[...fields].map(([letter, value]) => text(letter + value)), Buffer.alloc(1));
}

/** An error that the proxy itself raises. */
export function errorMessage(
  severity: 'ERROR' | 'FATAL',
  sqlstate: string,
  words: string,
  hint?: string,
): Buffer {
  const fields = new Map([
    ['S', severity],
    ['V', severity],
    ['C', sqlstate],
    ['M', words],
  ]);
  if (hint !== undefined) fields.set('H', hint);
  return writeFields('E', fields);
}

/** The same message with its position moved by so many characters; untouched when it has none. */
export function moved(type: 'E' | 'N', bytes: Buffer, characters: number): Buffer {
  const fields = new Map(readFields(bytes.subarray(5)));
  const position = fields.get('P');
  if (position === undefined) return bytes;
  return writeFields(type, fields.set('P', String(Number(position) + characters)));
}
