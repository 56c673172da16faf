/** Texts that the writers share. */
import type { Piece, Script, Sentence } from './model.ts';

/** `20261120091500_users_email_1_expand`. */
export function nameOf({ version, slug }: Pick<Script, 'version' | 'slug'>): string {
  return `${version}_${slug}`;
}

/** The lines that open a file. */
export function headerOf(script: Script, comment = '--'): string {
  return script.header.map((line) => `${comment} ${line}\n`).join('');
}

/** One statement with its comments and its semicolon. */
export function sentenceText({ comments, sql }: Sentence): string {
  const last = sql.slice(sql.lastIndexOf('\n') + 1);
  // A comment at the end would swallow the semicolon.
  return [...comments.map((line) => `-- ${line}`), `${sql}${last.includes('--') ? '\n' : ''};`].join('\n');
}

/** The statements of a piece, each on its own lines. */
export function pieceText(piece: Piece): string {
  return piece.sentences.map(sentenceText).join('\n\n');
}

/** Whether a side runs in one transaction, or is empty. */
export function isPlain(side: readonly Piece[]): boolean {
  return side.length === 0 || (side.length === 1 && side[0]!.atomic);
}

/** Whether a tool that hands a side to the server in one piece can carry it: as one transaction, or as one statement. */
export function inOnePiece(side: readonly Piece[]): boolean {
  return isPlain(side) || (side.length === 1 && side[0]!.sentences.length === 1);
}
