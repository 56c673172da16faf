/** Answers in comments: `Q3: yes, per tenant`, or a question that is quoted with the answer below it. */

/** One answer, and what it answers: a number, or the words that were quoted. */
export interface Reply {
  readonly to: { readonly label: string } | { readonly quote: string };
  readonly text: string;
}

/** Longest answer, characters: a value or a sentence. */
const longest = 2000;

/** The answers of a comment's Markdown, in its order. */
export function repliesIn(markdown: string): readonly Reply[] {
  const found: Reply[] = [];
  for (const { quoted, lines } of passages(markdown)) {
    let open: { readonly to: Reply['to']; readonly text: string[] } | undefined =
      quoted === '' ? undefined : { to: { quote: quoted }, text: [] };
    const close = (): void => {
      const text = open?.text.join('\n').trim() ?? '';
      if (open && text !== '') found.push({ to: open.to, text: plain(text).slice(0, longest) });
    };
    for (const line of lines) {
      const [, label, rest] =
        /^\s*(?:[-*+]\s+)?(?:\*\*)?(Q[1-9]\d{0,2})(?:\*\*)?\s*[:.)=](?:\*\*)?\s*(.*)$/.exec(line) ?? [];
      if (label !== undefined) {
        close();
        open = { to: { label }, text: [rest!] };
      } else open?.text.push(line);
    }
    close();
  }
  return found;
}

/** What follows each quote, up to the next one; what stands before the first has no quote. */
function passages(
  markdown: string,
): readonly { readonly quoted: string; readonly lines: readonly string[] }[] {
  const all: { quoted: string; lines: string[] }[] = [{ quoted: '', lines: [] }];
  let quoting = false;
  for (const line of markdown.split('\n')) {
    const [, words] = /^\s*>\s?(.*)$/.exec(line) ?? [];
    if (words === undefined) {
      all.at(-1)!.lines.push(line);
      if (line.trim() !== '') quoting = false;
      continue;
    }
    if (!quoting) all.push({ quoted: '', lines: [] });
    quoting = true;
    all.at(-1)!.quoted += `${plain(words)} `;
  }
  return all;
}

/** Words without the signs that Markdown put before what means something to it. */
export function plain(text: string): string {
  return text
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/\\\n/g, '\n')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
}

/** Whether quoted words hold a question's. */
export function quotes(quote: string, question: string): boolean {
  return question.length >= 12 && bare(quote).includes(bare(question));
}

/** The questions that a quote holds, by their whole words; of two with the same words the one that is quoted wholly, and none that is only part of another. */
export function quoted(
  quote: string,
  questions: readonly { readonly words: string; readonly whole: string }[],
): readonly string[] {
  const held = questions.filter(({ words }) => quotes(quote, words));
  const wholly = held.filter(({ whole }) => quotes(quote, whole));
  const meant = held.filter(
    (one) =>
      (wholly.includes(one) || !wholly.some(({ words }) => words === one.words)) &&
      !held.some(({ words }) => words !== one.words && bare(words).includes(bare(one.words))),
  );
  return [...new Set(meant.map(({ whole }) => whole))];
}

function bare(text: string): string {
  return text
    .replaceAll(/[`*_\s]+/g, ' ')
    .trim()
    .toLowerCase();
}
