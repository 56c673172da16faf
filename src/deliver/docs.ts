/** Writes the documentation of the current structure, or tells where it is out of date. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plural } from '../base/text.ts';
import { schemaPages } from '../document/pages.ts';
import { report } from '../report/build.ts';
import type { Finding, Report } from '../report/model.ts';
import { fromHere, prepareFolder, writeFolder } from './files.ts';
import { withCurrent, type WithCurrent } from './with-current.ts';

export interface DocsOptions extends WithCurrent {
  readonly out: string;
  /** Writes nothing; what differs becomes a finding. */
  readonly check: boolean;
  readonly title: string;
  readonly cwd: string;
}

/** Makes the pages; throws `file.unwritable`. */
export async function documentStructure(options: DocsOptions): Promise<Report> {
  const started = performance.now();
  const { out, check, cwd } = options;
  if (!check) await prepareFolder(out);
  return withCurrent(options, async ({ catalog, source, limits }, sandbox) => {
    const pages = schemaPages(catalog, options.title);
    const stale = check ? await staleOf(out, pages) : [];
    if (!check) await writeFolder(out, pages);
    const shown = fromHere(`${out}/`, cwd);
    return report({
      command: 'docs',
      title: options.title,
      started,
      headline: check
        ? stale.length === 0
          ? `${plural(pages.length, 'page')} in ${shown} tell the structure as it is.`
          : `${plural(stale.length, 'page')} in ${shown} ${stale.length === 1 ? 'is' : 'are'} out of date.`
        : `${plural(catalog.tables.length, 'table')} documented in ${shown}.`,
      findings: stale.map(({ path, why }): Finding => ({
        rule: 'docs-out-of-date',
        severity: 'error',
        place: path,
        message: `${path} ${why}.`,
        instead: 'Run `dbd docs` and commit what it writes.',
      })),
      blocks: [
        {
          id: 'files',
          title: 'Pages',
          kind: 'files',
          files: pages.slice(0, 200).map(({ path }) => ({ path, what: '' })),
        },
      ],
      server: `${sandbox.server}, ${sandbox.provider}`,
      limits: [`Structure: ${fromHere(source, cwd)}.`, ...limits.map((limit) => fromHere(limit, cwd))],
      output: { folder: out, files: pages.map(({ path }) => path) },
    });
  });
}

async function staleOf(
  folder: string,
  pages: readonly { readonly path: string; readonly text: string }[],
): Promise<readonly { readonly path: string; readonly why: string }[]> {
  const differing = await Promise.all(
    pages.map(async ({ path, text }) => {
      const there = await readFile(join(folder, path), 'utf8').catch(() => undefined);
      return there === text ? [] : [{ path, why: there === undefined ? 'is missing' : 'differs' }];
    }),
  );
  const known = new Set(pages.map(({ path }) => path));
  const tables = await readdir(join(folder, 'tables')).catch(() => []);
  const gone = tables
    .map((name) => `tables/${name}`)
    .filter((path) => path.endsWith('.md') && !known.has(path));
  return [...differing.flat(), ...gone.map((path) => ({ path, why: 'is of a table that is gone' }))];
}
