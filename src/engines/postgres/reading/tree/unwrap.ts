import { UnreadTree } from './model.ts';

/** Bytes of a line after which the server breaks it (`LINELEN` of `print.c`). */
const lineBytes = 78;

/**
 * Undoes the server's wrapping of a tree: a line ends at a space, which is left out, or after 78 bytes without one. The second kind cannot be
 * told from the first for certain, so text that could hold it throws {@link UnreadTree}: a name with that many bytes of brackets is not worth a doubt.
 * `utf8` says that the server counts bytes as UTF-8 does; otherwise four are assumed for what is not ASCII.
 */
export function unwrap(detail: string, utf8: boolean): string {
  let run = 0;
  let escaped = false;
  for (const char of detail) {
    const ends = char === ' ' || (char === '\n' && !escaped);
    run = ends ? 0 : run + (char <= '\x7f' ? 1 : utf8 ? Buffer.byteLength(char) : 4);
    if (run >= lineBytes - 1) throw new UnreadTree('a name in it is too long to be read for certain');
    escaped = char === '\\' && !escaped;
  }
  return detail;
}
