import type { Report } from '../report/model.ts';
import type { Surface } from './terminal/style.ts';

/** How each format is drawn, loaded when first asked for. */
export const renderers: Readonly<Record<string, (report: Report, surface: Surface) => Promise<string>>> = {
  terminal: async (report, surface) =>
    (await import('./terminal/terminal.ts')).renderTerminal(report, surface),
  json: async (report) => (await import('./json.ts')).renderJson(report),
  md: async (report) => (await import('./markdown/markdown.ts')).renderMarkdown(report),
  /** Markdown for the summary of a job, which takes a megabyte. */
  summary: async (report) => (await import('./markdown/markdown.ts')).renderMarkdown(report, 200_000),
  html: async (report) => (await import('./html/html.ts')).renderHtml(report),
  /** Code to redirect into a file, as it stands. */
  code: async ({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'code' ? [block.text] : [])).join('\n'),
  /** For code scanning and editors. */
  sarif: async (report) => (await import('./sarif.ts')).renderSarif(report),
  /** Annotations of GitHub's workflows. */
  github: async (report) => (await import('./github.ts')).renderGithub(report),
  /** GitLab's report of code quality. */
  gitlab: async (report) => (await import('./gitlab.ts')).renderGitlab(report),
  envelope: async (report) => `${JSON.stringify((await import('./json.ts')).envelope(report), null, 2)}\n`,
};

/** Draws a report in a format of {@link renderers}; an unknown format is drawn for the terminal. */
export async function render(format: string, report: Report, surface: Surface): Promise<string> {
  return (renderers[format] ?? renderers['terminal']!)(report, surface);
}
