import { inOnePiece, headerOf, nameOf, pieceText } from '../writing/sql.ts';
import type { Piece, Writer } from '../writing/model.ts';

/** dbmate: a file per transaction; `transaction:false` where a side runs outside of any. */
export const dbmateWriter: Writer = {
  name: 'dbmate',
  title: 'dbmate',
  marks: /^\s*--\s*migrate:(?:up|down)\b/m,
  down: true,
  carries: inOnePiece,
  write: (scripts) => ({
    files: scripts.map((script) => ({
      path: `${nameOf(script)}.sql`,
      text: `${headerOf(script)}\n${side('up', script.up)}\n${side('down', script.down)}`,
    })),
    refused: [],
    notes: [],
  }),
};

function side(way: 'up' | 'down', pieces: readonly Piece[]): string {
  const option = pieces.some(({ atomic }) => !atomic) ? ' transaction:false' : '';
  return `-- migrate:${way}${option}\n${pieces.map((piece) => `${pieceText(piece)}\n`).join('\n')}`;
}
