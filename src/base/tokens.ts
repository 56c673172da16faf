/**
 * Tokens that models make of a text, told from above: no text of the tests, hostile ones included, has more in the code `o200k`; prose, SQL and
 * names have about two thirds of it.
 */
export function mostTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(/[A-Za-z]+|[0-9]+|[^\S\n]+|\n+|\P{ASCII}|\p{ASCII}/gu))
    tokens += ofPiece(piece);
  return Math.ceil(tokens);
}

function ofPiece(piece: string): number {
  const { length } = piece;
  const point = piece.codePointAt(0)!;
  if (point > 0xffff) return 4;
  if (point > 0x7f) return 2;
  if (/[A-Za-z]/.test(piece)) return Math.max(1, length / (isWord(piece) ? 3.5 : 1.3) + 0.5);
  if (/[0-9]/.test(piece)) return Math.ceil(length / 3);
  if (piece.startsWith('\n')) return Math.ceil(length / 8);
  return /\s/.test(piece) ? Math.floor(length / 8) : 1;
}

/** Letters as languages put them together: one case, vowels among them. */
function isWord(letters: string): boolean {
  if (!/^(?:[A-Z]?[a-z]*|[A-Z]+)$/.test(letters) && !/^[a-z]+(?:[A-Z][a-z]+)+$/.test(letters)) return false;
  const vowels = letters.match(/[aeiouy]/gi)?.length ?? 0;
  return letters.length <= 24 && vowels * 5 >= letters.length - 2;
}
