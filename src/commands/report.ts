import { readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { render } from '../render/all.ts';
import { report } from '../report/build.ts';
import type { Report } from '../report/model.ts';
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
  out: z.string().optional().describe('file to write instead of printing').meta({ short: 'o' }),
});

const output = z.looseObject({ written: z.string().optional().describe('the file that was written') });

/** Shows a stored report again; what is printed is the stored one, so the exit code follows its verdict. */
export const reportCommand = command({
  name: 'report',
  summary: 'Show a report again, in another format',
  input,
  output,
  faces: ['cli', 'mcp'],
  effects: ({ out }) => (out === undefined ? ['reads'] : ['reads', 'files']),
  examples: [
    { call: 'dbd report dbd-demo', shows: 'the report of a change folder in the terminal' },
    { call: 'dbd report dbd-demo --out comment.md', shows: 'a pull-request comment' },
    { call: 'dbd report dbd-demo --format html > report.html', shows: 'one offline page' },
  ],
  run: async ({ source, format, out }, context) => {
    const started = performance.now();
    const stored = await readReport(resolve(context.cwd, source));
    if (out === undefined) return stored;
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
