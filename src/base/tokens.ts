/** What the languages of models make of a text, told from above: letters and digits are the longest pieces that a code of names, SQL and prose is cut into. */
export function mostTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(/[A-Za-z]+|[0-9]+|[^\S\n]+|\n+|[^\x00-\x7F]|[\x00-\x7F]/g)) {
    const first = piece.charCodeAt(0);
    if (first > 0x7f) tokens += 1.5;
    else if (/^[A-Za-z]/.test(piece)) tokens += Math.ceil(piece.length / 3.5);
    else if (/^[0-9]/.test(piece)) tokens += Math.ceil(piece.length / 3);
    else if (/^ $/.test(piece)) tokens += 0;
    else tokens += 1;
  }
  return Math.ceil(tokens);
}
