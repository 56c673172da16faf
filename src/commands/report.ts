import { readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { nearest, shellWord } from '../base/text.ts';
import { render } from '../render/all.ts';
import { drawBlock } from '../render/markdown/blocks.ts';
import { column, report } from '../report/build.ts';
import type { Report } from '../report/model.ts';
import { partsOf } from '../report/part.ts';
import { command } from './command.ts';

/** Largest report that is read, bytes. */
const limit = 64 * 1024 * 1024;

const input = z.object({
  source: z.string().describe('a report.json, or the folder that holds one').meta({ positional: true }),
  format: z
    .enum(['terminal', 'md', 'html', 'json'])
    .optional()
    .describe('how it is shown; from the ending of --out when that is given')
    .meta({ fine: true }),
  part: z
    .string()
    .max(100)
    .optional()
    .describe(
      'one part only, page by page: claims, evidence, findings, limits, plan, diagram, or the id of a section',
    ),
  page: z.number().int().min(1).max(100_000).default(1).describe('page of the part'),
  out: z.string().optional().describe('file to write instead of printing').meta({ short: 'o' }),
});

const output = z.looseObject({
  written: z.string().optional().describe('the file that was written'),
  parts: z.record(z.string(), z.number()).optional().describe('pages of each part'),
  text: z.string().optional().describe('the page of the part as Markdown'),
});

/** Shows a stored report again; what is printed is the stored one, so the exit code follows its verdict. */
export const reportCommand = command({
  name: 'report',
  summary: 'Show a report again, in another format',
  advice: 'What an earlier call found, without running it again.',
  input,
  output,
  faces: ['cli', 'mcp'],
  effects: ({ out }) => (out === undefined ? ['reads'] : ['reads', 'files']),
  examples: [
    { call: 'dbd report dbd-demo', shows: 'the report of a change folder in the terminal' },
    { call: 'dbd report dbd-demo --part claims', shows: 'each claim with its reason, a page at a time' },
    { call: 'dbd report dbd-demo --out comment.md', shows: 'a pull-request comment' },
    { call: 'dbd report dbd-demo --format html > report.html', shows: 'one offline page' },
  ],
  run: async ({ source, format, part, page, out }, context) => {
    const started = performance.now();
    const stored = await readReport(resolve(context.cwd, source));
    if (part !== undefined) {
      if (out !== undefined) fail('usage.wrong-option', 'A part is shown and not written: leave --out out.');
      return partOf(stored, part, page, source);
    }
    if (out === undefined) return context.agent === undefined ? stored : overview(stored);
    const path = resolve(context.cwd, out);
    const chosen =
      format ??
      formats[extname(path)] ??
      fail('usage.wrong-option', `The ending of ${out} names no format.`, {
        hint: 'Use .md, .html, .json or .txt, or give --format.',
      });
    const text = await render(chosen, stored, { width: 100, color: false, unicode: true });
    await writeFile(path, text).catch((cause: unknown) =>
      fail('file.unwritable', `${out} cannot be written.`, {
        cause,
        hint: 'Check that the folder exists and is writable.',
      }),
    );
    return report({
      command: 'report',
      title: stored.title,
      headline: `The report was written to ${out}.`,
      started,
      output: { written: path },
    });
  },
});

/** What a report says, and the parts that can be asked for. */
export function overview(stored: Report): Report {
  const parts = partsOf(stored);
  return {
    ...stored,
    blocks: [
      {
        id: 'parts',
        title: 'Parts of this report',
        kind: 'table',
        columns: [column('Part', 'code'), column('Holds'), column('Pages', 'right')],
        rows: parts.map(({ name, title, pages }) => [name, title, pages.length]),
      },
    ],
    output: { parts: Object.fromEntries(parts.map(({ name, pages }) => [name, pages.length])) },
  };
}

/** Parts that any report may have; one without findings says so. */
const standardParts: readonly string[] = ['claims', 'evidence', 'findings', 'limits', 'plan', 'diagram'];

/** One page of one part of a report; throws `usage.wrong-option` for a part or page that it does not have. */
export function partOf(stored: Report, part: string, page: number, source: string): Report {
  const parts = partsOf(stored);
  const names = parts.map(({ name }) => name);
  const found = parts.find(({ name }) => name === part);
  if (!found && standardParts.includes(part))
    return {
      ...stored,
      command: 'report',
      headline: `This report has no ${part}.`,
      claims: [],
      findings: [],
      blocks: [],
      next: [],
      meta: { ...stored.meta, limits: [] },
      output: { part, page: 1, pages: 0, text: '' },
    };
  if (!found) {
    const near = nearest(part, names);
    return fail('usage.wrong-option', `The report has no part \`${part}\`.`, {
      hint:
        near === undefined
          ? `It has: ${names.join(', ')}.`
          : `Did you mean ${near}? It has: ${names.join(', ')}.`,
    });
  }
  const blocks =
    found.pages[page - 1] ??
    fail('usage.wrong-option', `There is no page ${page} of ${part}; the last one is ${found.pages.length}.`);
  const { length } = found.pages;
  return {
    ...stored,
    command: 'report',
    headline: `${found.title}${length > 1 ? `, page ${page} of ${length}` : ''}.`,
    claims: [],
    findings: [],
    blocks,
    next:
      page < length
        ? [
            {
              command: `dbd report ${shellWord(source)} --part ${part} --page ${page + 1}`,
              why: 'the next page',
            },
          ]
        : [],
    meta: { ...stored.meta, limits: [] },
    output: { part, page, pages: length, text: blocks.map(drawBlock).join('\n\n') },
  };
}

const formats: Readonly<Record<string, 'terminal' | 'md' | 'html' | 'json'>> = {
  '.md': 'md',
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.txt': 'terminal',
};

/** Reads and checks a report; throws `file.missing`, `file.unreadable` or `report.invalid`. */
async function readReport(path: string): Promise<Report> {
  const missing = (): never =>
    fail('file.missing', `There is no report at ${path}.`, {
      hint: 'Give a report.json or the folder that holds one.',
    });
  const found = await stat(path).catch(missing);
  const file = found.isDirectory() ? join(path, 'report.json') : path;
  const size = found.isDirectory() ? (await stat(file).catch(missing)).size : found.size;
  if (size > limit) fail('file.unreadable', `${file} is larger than 64 MiB.`);
  const text = await readFile(file, 'utf8').catch((cause: unknown) =>
    fail('file.unreadable', `${file} cannot be read.`, { cause }),
  );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return fail('report.invalid', `${file} is not JSON.`, {
      cause,
      hint: 'Give the report.json that a command wrote.',
    });
  }
  const { reportSchema } = await import('../report/schema.ts');
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return fail(
    'report.invalid',
    `${file} is not a report of dbd: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'unexpected form'}.`,
    {
      hint: 'Give the report.json that a command wrote.',
    },
  );
}
