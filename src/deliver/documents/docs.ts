/** Writes the documentation of the current structure, or tells where it is out of date. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import { schemaPages } from '../../document/pages.ts';
import { report } from '../../report/build.ts';
import type { Finding, Report } from '../../report/model.ts';
import { fromHere, prepareFolder, writeFolder } from '../files.ts';
import { structureNamed, withCurrent, type WithCurrent } from '../current/with-current.ts';

export interface DocsOptions extends WithCurrent {
  readonly out: string;
  /** Writes nothing; what differs becomes a finding. */
  readonly check: boolean;
  readonly title: string;
  readonly cwd: string;
}

/** Makes the pages and removes those of tables that are gone; throws `file.unwritable`, also rather than replacing an index of somebody else. */
export async function documentStructure(options: DocsOptions): Promise<Report> {
  const started = performance.now();
  const { out, check, cwd } = options;
  structureNamed(options.config, 'docs');
  const earlier = await earlierPages(out);
  if (!check) {
    if (earlier === undefined)
      fail('file.unwritable', `README.md in ${fromHere(`${out}/`, cwd)} was not written by \`dbd docs\`.`, {
        hint: 'Choose another folder with --out, or move that file.',
      });
    await prepareFolder(out);
  }
  return withCurrent(options, async ({ catalog, source, limits }, sandbox) => {
    const pages = schemaPages(catalog, options.title);
    const known = new Set(pages.map(({ path }) => path));
    const gone = (earlier ?? []).filter((path) => !known.has(path));
    const stale = check ? await staleOf(out, pages, gone) : [];
    if (!check) {
      await writeFolder(out, pages);
      await Promise.all(gone.map((path) => rm(join(out, path), { force: true })));
    }
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
          files: pages.map(({ path }) => ({ path, what: pageWords[path] ?? 'a page per table' })),
        },
      ],
      server: `${sandbox.server}, ${sandbox.provider}`,
      limits: [`Structure: ${fromHere(source, cwd)}.`, ...limits.map((limit) => fromHere(limit, cwd))],
      output: { folder: out, files: pages.map(({ path }) => path) },
    });
  });
}

const pageWords: Readonly<Record<string, string>> = {
  'README.md': 'all tables, views and routines',
  'diagram.svg': 'the diagram',
  'diagram.mmd': 'the same as Mermaid',
};

/** Pages of tables that the folder's index links to; nothing where the index is of somebody else. */
async function earlierPages(folder: string): Promise<readonly string[] | undefined> {
  const index = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  if (index.trim() !== '' && !/^\d+ tables?, \d+ views?, \d+ routines?\. Described: /m.test(index))
    return undefined;
  return [...index.matchAll(/\]\((tables\/[^/)\s]+\.md)\)/g)].flatMap(([, path]) => {
    try {
      return [decodeURI(path!)];
    } catch {
      return []; // The index was edited by hand.
    }
  });
}

async function staleOf(
  folder: string,
  pages: readonly { readonly path: string; readonly text: string }[],
  gone: readonly string[],
): Promise<readonly { readonly path: string; readonly why: string }[]> {
  const read = (path: string): Promise<string | undefined> =>
    readFile(join(folder, path), 'utf8').catch(() => undefined);
  const differing = await Promise.all(
    pages.map(async ({ path, text }) => {
      const there = await read(path);
      return there === text ? [] : [{ path, why: there === undefined ? 'is missing' : 'differs' }];
    }),
  );
  const left = await Promise.all(
    gone.map(async (path) =>
      (await read(path)) === undefined ? [] : [{ path, why: 'is of a table that is gone' }],
    ),
  );
  return [...differing.flat(), ...left.flat()];
}
