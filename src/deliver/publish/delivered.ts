/** What a change folder holds for the task it belongs to, after a look at whether it is still what the report is about. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../base/error.ts';
import { hash } from '../../base/hash.ts';
import { readEvidence } from '../../evidence/file.ts';
import { evidenceName, folderFiles, hashOfFiles, sha256 } from '../../evidence/folder.ts';
import type { FileHash } from '../../evidence/model.ts';
import type { Report } from '../../report/model.ts';
import type { Publication } from '../../tracker/model.ts';
import { readReport } from './read-report.ts';

export interface Delivered {
  readonly publication: Publication;
  /** Where the task was read from: a key, a file; undefined where the report does not say. */
  readonly from?: string;
}

/** Reads a folder; throws `file.*`, `report.invalid`, and `publish.stale` when the folder is no longer what the report is about. */
export async function deliveredIn(folder: string, shown: string): Promise<Delivered> {
  const { report, bytes } = await readReport(folder, shown);
  const present = await folderFiles(folder);
  checkChange(report, present, shown);
  await checkEvidence(folder, present, bytes, shown);
  const sql = present.filter(({ path }) => /^(?:up|down)\/[^/]+\.sql$/.test(path));
  const files: Publication['files'][number][] = [
    { name: 'report.html', type: 'text/html', bytes: await pageOf(report) },
  ];
  for (const { path } of sql)
    files.push({ name: path, type: 'application/sql', bytes: await readFile(join(folder, path)) });
  const diagram = report.blocks.find((block) => block.kind === 'diagram');
  if (diagram) files.push({ name: 'diagram.svg', type: 'image/svg+xml', bytes: Buffer.from(diagram.svg) });
  const { from, task } = report.output;
  const said = typeof from === 'string' ? from : task;
  return {
    publication: {
      hash: hash([report, files.map(({ name, bytes: content }) => [name, sha256(content)])]),
      report,
      files,
    },
    ...(typeof said === 'string' && said !== '' ? { from: said } : {}),
  };
}

/** The page is drawn from the report, not read: a page that was edited would say something else. */
async function pageOf(report: Report): Promise<Uint8Array> {
  const { render } = await import('../../render/all.ts');
  return Buffer.from(await render('html', report, { width: 100, color: false, unicode: true }));
}

/** Every statement file is the one that the report shows, and there is no other. */
function checkChange(report: Report, present: readonly FileHash[], shown: string): void {
  const steps = present.filter(({ path }) => /^(?:up|down)\//.test(path));
  const sql = report.blocks.flatMap((block) => (block.kind === 'sql' ? block.files : []));
  const known = new Map(sql.map(({ path, sql: text }) => [path, sha256(text)]));
  const names = [
    ...steps.filter(({ path, sha256: of }) => known.get(path) !== of).map(({ path }) => path),
    ...[...known.keys()].filter((path) => !steps.some((step) => step.path === path)),
  ];
  const { change } = report.output;
  if (names.length === 0 && (typeof change !== 'string' || hashOfFiles(steps) === change)) return;
  fail(
    'publish.stale',
    `${shown} is not the change that its report is about${names.length === 0 ? '' : `: ${names.slice(0, 5).join(', ')} ${names.length === 1 ? 'was' : 'were'} changed, added or removed since`}.`,
    { hint: 'Run `dbd task` again, so that what is told is what was proven.' },
  );
}

/** Evidence that somebody signed must be about this report. */
async function checkEvidence(
  folder: string,
  present: readonly FileHash[],
  report: Uint8Array,
  shown: string,
): Promise<void> {
  const text = await readFile(join(folder, evidenceName), 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const evidence = readEvidence(text);
  const stale =
    evidence === undefined ||
    evidence.statement.change !== hashOfFiles(present) ||
    evidence.statement.report !== sha256(report);
  if (stale)
    fail('publish.stale', `The signed evidence in ${shown} is about another report or other files.`, {
      hint: 'Sign it again with `dbd evidence sign`, or remove evidence.json.',
    });
}
