import { printPart } from '../../../catalog/identity.ts';

/** Parts of a printed name: `public."Order.Line".id` has three; arguments stay with the name before them. */
export function parts(printed: string): readonly string[] {
  const found: string[] = [];
  let part = '';
  let quoted = false;
  let depth = 0;
  for (const letter of printed) {
    if (letter === '"' && depth === 0) {
      // Two in a row within a quoted part stand for one.
      if (!quoted && part.endsWith('\0')) part = `${part.slice(0, -1)}"`;
      else if (quoted) part += '\0';
      quoted = !quoted;
      continue;
    }
    if (part.endsWith('\0') && !quoted) part = part.slice(0, -1);
    if (!quoted && letter === '(') depth += 1;
    if (!quoted && letter === ')') depth -= 1;
    if (letter === '.' && !quoted && depth === 0) {
      found.push(part);
      part = '';
    } else part += letter;
  }
  return [...found, part.replace(/\0$/, '')];
}

/** A printed name of parts. */
export function pathOf(path: readonly string[]): string {
  return path.map(printPart).join('.');
}
