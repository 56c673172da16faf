import { mostTokens } from '../../base/tokens.ts';

/** Lines that belong together; a part of them on a later page begins with the heading again. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** Most tokens of a page. */
export const pageTokens = 2_000;

/** Fills pages of at most {@link pageTokens} in order; there is at least one page. */
export function pagesOf(sections: readonly Section[], budget = pageTokens): readonly (readonly string[])[] {
  const pages: string[][] = [[]];
  let room = budget;
  const put = (line: string, again?: string): void => {
    const weight = mostTokens(line) + 1;
    if (weight > room && pages.at(-1)!.length > 0) {
      pages.push([]);
      room = budget;
      if (again !== undefined) put(`${again} (continued)`);
    }
    pages.at(-1)!.push(line);
    room -= weight;
  };
  for (const { heading, lines } of sections) {
    // A heading never stands alone at the end of a page.
    if (mostTokens(heading) + mostTokens(lines[0] ?? '') + 2 > room && pages.at(-1)!.length > 0) {
      pages.push([]);
      room = budget;
    }
    put(heading);
    for (const line of lines) put(line, heading);
  }
  return pages;
}
