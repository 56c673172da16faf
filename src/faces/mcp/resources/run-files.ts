/** What may be read of a finished run: its report in two forms, its steps, its diagram, and the files that it says it wrote. */
import { lstat, readFile, realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { clean } from '../../../render/clean.ts';
import { renderJson } from '../../../render/json.ts';
import { renderMarkdown } from '../../../render/markdown/markdown.ts';
import type { Report } from '../../../report/model.ts';

/** Largest file that is handed over, bytes. */
const largest = 512 * 1024;

/** One thing to read. */
export interface Readable {
  /** Within the run: `report.md`, `up/01-expand.sql`. */
  readonly path: string;
  readonly type: string;
  readonly title: string;
}

/** A part of a run as it is read. */
export type Read =
  | { readonly kind: 'text'; readonly type: string; readonly text: string }
  | { readonly kind: 'refused'; readonly because: string };

/** What a run offers, the report first; at most `limit`. */
export function readables(report: Report, limit: number): readonly Readable[] {
  const has = (kind: Report['blocks'][number]['kind']): boolean =>
    report.blocks.some((block) => block.kind === kind);
  return [
    { path: 'report.md', type: 'text/markdown', title: 'Report' },
    { path: 'report.json', type: 'application/json', title: 'Report as data' },
    ...(has('steps') || has('sql')
      ? [{ path: 'plan', type: 'application/json', title: 'Steps and SQL of the change' }]
      : []),
    ...(has('diagram') ? [{ path: 'diagram', type: 'image/svg+xml', title: 'Diagram' }] : []),
    ...written(report)
      .filter((path) => !/^report\.|^diagram\./.test(path))
      .map((path) => ({ path, type: typeOf(path), title: path })),
  ].slice(0, limit);
}

/** Reads one of them; `cwd` is where the run worked. */
export async function readOf(report: Report, path: string, cwd: string): Promise<Read> {
  if (path === 'report.md') return sized({ type: 'text/markdown', text: renderMarkdown(report, largest) });
  if (path === 'report.json') return sized({ type: 'application/json', text: renderJson(report) });
  if (path === 'plan') return sized({ type: 'application/json', text: planOf(report) });
  const diagram = report.blocks.find((block) => block.kind === 'diagram');
  if ((path === 'diagram' || path === 'diagram.svg') && diagram)
    return sized({ type: 'image/svg+xml', text: diagram.svg });
  if (path === 'diagram.mmd' && diagram) return sized({ type: 'text/plain', text: diagram.mermaid });
  // Only what the report lists: no other path is ever put together.
  if (!written(report).includes(path)) return refused(`the run wrote no ${clean(path).slice(0, 80)}`);
  return fileOf(resolve(cwd, String(report.output['folder'])), path);
}

async function fileOf(folder: string, path: string): Promise<Read> {
  const file = join(folder, path);
  const found = await lstat(file).catch(() => undefined);
  if (!found?.isFile()) return refused(`${path} is no longer there`);
  const [real, home] = await Promise.all([realpath(file), realpath(folder)]);
  if (!real.startsWith(home + sep)) return refused(`${path} leads out of the folder`);
  if (found.size > largest)
    return refused(
      `${path} has ${found.size} bytes, and at most ${largest} are handed over; open it in the folder`,
    );
  return { kind: 'text', type: typeOf(path), text: await readFile(real, 'utf8') };
}

function planOf({ blocks }: Report): string {
  return JSON.stringify({
    steps: blocks.flatMap((block) => (block.kind === 'steps' ? block.steps : [])),
    files: blocks.flatMap((block) => (block.kind === 'sql' ? block.files : [])),
  });
}

/** Paths that the report lists and that stay below its folder. */
function written({ output }: Report): readonly string[] {
  const { folder, files } = output;
  if (typeof folder !== 'string' || !Array.isArray(files)) return [];
  return files.filter(
    (file): file is string =>
      typeof file === 'string' && !file.startsWith('/') && !/(?:^|[\\/])\.\.(?:[\\/]|$)|\0/.test(file),
  );
}

function typeOf(path: string): string {
  const types: Readonly<Record<string, string>> = {
    sql: 'application/sql',
    md: 'text/markdown',
    json: 'application/json',
    html: 'text/html',
    svg: 'image/svg+xml',
  };
  return types[path.split('.').at(-1) ?? ''] ?? 'text/plain';
}

function sized({ type, text }: { readonly type: string; readonly text: string }): Read {
  const bytes = Buffer.byteLength(text);
  return bytes <= largest
    ? { kind: 'text', type, text }
    : refused(
        `it has ${bytes} bytes, and at most ${largest} are handed over; read it by parts with the tool report`,
      );
}

function refused(because: string): Read {
  return { kind: 'refused', because };
}
