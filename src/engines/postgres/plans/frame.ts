/** What clients, logs and web pages wrote around a plan. */

const rule = /^[\s|+]*[-─]{3,}[\s|+\-─]*$/;
const heading = /^[\s|]*"?QUERY PLAN"?[\s|]*$/;
const counted = /^\s*\(\d+ rows?\)\s*$/;

/** The text as the server sent it, as far as its frame is known: psql's and pgAdmin's tables, code fences, foreign spaces. */
export function withoutFrame(text: string): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/[\u00a0\u2007\u202f]/g, ' ')
    .replace(/[\u200b-\u200d\u2060]/g, '')
    .replaceAll('-&gt;', '->')
    .split(/\r\n?|\n/)
    .flatMap(logged);
  const kept = lines.filter((line) => !heading.test(line) && !rule.test(line) && !/^\s*(```|~~~)/.test(line));
  return unquoted(joined(unboxed(unmarked(kept)))).join('\n');
}

/** Borders of psql: `| … |` on both sides of each line. */
function unboxed(lines: readonly string[]): readonly string[] {
  const boxed = lines.filter((line) => /^\s*\|.*\|\s*$/.test(line)).length;
  const full = lines.filter((line) => line.trim() !== '' && !counted.test(line)).length;
  if (boxed === 0 || boxed < full * 0.8) return lines;
  return lines.map((line) => line.replace(/^\s*\|/, '').replace(/\|\s*$/, ''));
}

/** psql ends each line of a value but the last with `+`. */
function joined(lines: readonly string[]): readonly string[] {
  const ended = lines.filter((line) => /\+\s*$/.test(line)).length;
  const full = lines.filter((line) => line.trim() !== '' && !counted.test(line)).length;
  if (ended === 0 || ended < full * 0.6) return lines;
  return lines.map((line) => line.replace(/\s*\+\s*$/, ''));
}

/** Rows as a grid copies them: each in quotes, with quotes inside doubled. */
function unquoted(lines: readonly string[]): readonly string[] {
  const full = lines.filter((line) => line.trim() !== '');
  const quoted = full.filter((line) => /^".*"$/.test(line.trim()));
  if (quoted.length < full.length || !quoted.some((line) => /\(cost=|\(actual |""/.test(line))) return lines;
  return lines.map((line) => line.trim().replace(/^"|"$/g, '').replaceAll('""', '"'));
}

/** What a log in JSON or CSV keeps in one field. */
function logged(line: string): readonly string[] {
  if (line.startsWith('{') && line.includes('plan:')) {
    try {
      const { message } = JSON.parse(line) as { readonly message?: unknown };
      if (typeof message === 'string') return message.split('\n');
    } catch {
      return [line];
    }
  }
  const bare = /^\s*\{?\s*""|""\s*:/.test(line) ? line.replaceAll('""', '"') : line;
  return [bare.replace(/"(?:,[^,\s]*){8,}$/, '')];
}

const marks = /^\s*(?:[•●▪◦‣>]|\d+[.:|)])(?=\s)/;

/** Signs that a page or a mail puts before every line, and arrows that it draws. */
function unmarked(lines: readonly string[]): readonly string[] {
  const full = lines.filter((line) => line.trim() !== '' && !counted.test(line));
  const marked = full.filter((line) => marks.test(line)).length;
  const bare =
    marked > 0 && marked >= full.length * 0.8 ? lines.map((line) => line.replace(marks, '')) : lines;
  return bare.map((line) => line.replace(/^(\s*)(?:→|➔|⟶)\s+/, '$1->  '));
}
