/** Takes HTML comments out of Markdown: who reads the page does not see them, so they say nothing. */

/** The text as it is shown, and what its HTML comments hold; code keeps its own `<!--`. */
export function visible(markdown: string): { readonly text: string; readonly hidden: string } {
  const lines = markdown.replaceAll(/\r\n?/g, '\n').split('\n');
  const shown: string[] = [];
  const hidden: string[] = [];
  let fence: string | undefined;
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at]!;
    const [, ticks] =
      /^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]))*[ \t]*(`{3,}(?=[^`]*$)|~{3,})/.exec(line) ?? [];
    if (fence !== undefined) {
      if (ticks?.startsWith(fence) === true && /^[ \t>]*[`~]+[ \t]*$/.test(line)) fence = undefined;
      shown.push(line);
      continue;
    }
    if (ticks !== undefined) {
      fence = ticks;
      shown.push(line);
      continue;
    }
    let kept = '';
    for (let open = opening(line); open >= 0; open = opening(line)) {
      const rest = lines.slice(at + 1);
      const end = closing(line.slice(open + 4), rest, /^[ \t]*$/.test(kept + line.slice(0, open)));
      if (end === undefined) break;
      kept += line.slice(0, open);
      hidden.push(end.text);
      line = end.after;
      at += end.lines;
    }
    shown.push(kept + line);
  }
  return { text: shown.join('\n'), hidden: hidden.join('\n\n') };
}

/** Place of the next `<!--` that is not within a code span; -1 when there is none. */
function opening(line: string): number {
  const bare = line.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, (span) => ' '.repeat(span.length));
  return bare.indexOf('<!--');
}

/** The end of a comment: it may span paragraphs where it begins a line, and one paragraph where it stands within one. */
function closing(
  here: string,
  rest: readonly string[],
  begins: boolean,
): { readonly text: string; readonly after: string; readonly lines: number } | undefined {
  const collected: string[] = [];
  for (const [lines, line] of [here, ...rest].entries()) {
    if (!begins && lines > 0 && line.trim() === '') return undefined;
    const end = line.indexOf('-->');
    if (end >= 0)
      return { text: [...collected, line.slice(0, end)].join('\n'), after: line.slice(end + 3), lines };
    collected.push(line);
  }
  return begins ? { text: collected.join('\n'), after: '', lines: rest.length } : undefined;
}
