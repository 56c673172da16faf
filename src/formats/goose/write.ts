import { headerOf, isPlain, nameOf, pieceText, sentenceText } from '../writing/sql.ts';
import type { Piece, Sentence, Writer } from '../writing/model.ts';

/** goose: a file per transaction; in a file without one, a side that needs one is sent in one piece. */
export const gooseWriter: Writer = {
  name: 'goose',
  title: 'goose',
  marks: /^\s*--\s*\+goose\b/im,
  down: true,
  carries: () => true,
  write: (scripts) => ({
    files: scripts.map((script) => {
      const outside = !isPlain(script.up) || !isPlain(script.down);
      const side = (pieces: readonly Piece[]): string =>
        pieces.map((piece) => `${pieceIn(piece, outside)}\n`).join('\n');
      return {
        path: `${nameOf(script)}.sql`,
        text: `${headerOf(script)}${outside ? '-- +goose NO TRANSACTION\n' : ''}\n-- +goose Up\n${side(script.up)}\n-- +goose Down\n${side(script.down)}`,
      };
    }),
    refused: [],
    notes: [],
  }),
};

function pieceIn(piece: Piece, outside: boolean): string {
  if (piece.atomic && outside) return block(pieceText(piece));
  return piece.sentences.map(single).join('\n\n');
}

function single(sentence: Sentence): string {
  const text = sentenceText(sentence);
  return sentence.sql.includes(';') ? block(text) : text;
}

function block(text: string): string {
  return `-- +goose StatementBegin\n${text}\n-- +goose StatementEnd`;
}
