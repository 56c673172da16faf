import { inOnePiece, headerOf, nameOf, pieceText } from '../writing/sql.ts';
import type { Piece, Script, Writer } from '../writing/model.ts';

/** golang-migrate: an `.up.sql` and a `.down.sql` per transaction, each sent in one piece. */
export const golangMigrateWriter: Writer = {
  name: 'golang-migrate',
  title: 'golang-migrate',
  down: true,
  carries: inOnePiece,
  write: (scripts) => ({
    files: scripts.flatMap((script) => [
      { path: `${nameOf(script)}.up.sql`, text: text(script, script.up) },
      { path: `${nameOf(script)}.down.sql`, text: text(script, script.down) },
    ]),
    refused: [],
    notes: [
      'golang-migrate sends a file in one piece: several statements are one transaction, one statement runs alone. Leave `x-multi-statement` off.',
    ],
  }),
};

function text(script: Script, side: readonly Piece[]): string {
  return `${headerOf(script)}\n${side.map((piece) => `${pieceText(piece)}\n`).join('\n')}`;
}
