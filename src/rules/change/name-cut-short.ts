import type { ChangeRule } from './model.ts';

/** A name longer than 63 bytes. */
export const nameCutShort: ChangeRule = {
  id: 'name-cut-short',
  group: 'habits',
  severity: 'warning',
  finds: 'A name longer than 63 bytes',
  because: 'the server cuts it without failing: two names may become one, and a later DROP does not find it',
  instead: 'Shorten it.',
  check: (at) =>
    at.engine.grammar.scan(at.sql).flatMap((piece) => {
      const name =
        piece.kind === 'quoted'
          ? piece.text.slice(1, -1).replaceAll('""', '"')
          : piece.kind === 'word'
            ? piece.text
            : '';
      return Buffer.byteLength(name) > at.engine.quote.maxBytes
        ? [
            {
              message: `${name.slice(0, 70)} has ${Buffer.byteLength(name)} bytes, and the server keeps ${at.engine.quote.maxBytes}.`,
            },
          ]
        : [];
    }),
};
