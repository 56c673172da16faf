/** What code hosts take of the report, as files. */
import { render } from '../../render/all.ts';
import type { Report } from '../../report/model.ts';
import { evidenceName } from '../../evidence/folder.ts';
import { writeFolder, type OutputFile } from '../files.ts';
import type { Signed } from './model.ts';

/** By it a note of an earlier run is found again and edited. */
export const noteMark = '<!-- dbd ci -->';

/** Writes report, summary, annotations, SARIF, code quality, note and signed evidence. Throws `file.unwritable`. */
export async function writeOutputs(
  folder: string,
  report: Report,
  signed: readonly Signed[],
): Promise<readonly string[]> {
  const surface = { width: 100, color: false, unicode: true };
  const drawn = (format: string): Promise<string> => render(format, report, surface);
  const markdown = await drawn('md');
  const files: readonly OutputFile[] = [
    { path: 'report.html', text: await drawn('html') },
    { path: 'report.md', text: markdown },
    { path: 'report.json', text: `${JSON.stringify(report, undefined, 2)}\n` },
    { path: 'summary.md', text: await drawn('summary') },
    { path: 'annotations.txt', text: await drawn('github') },
    { path: 'results.sarif', text: await drawn('sarif') },
    { path: 'gl-code-quality-report.json', text: await drawn('gitlab') },
    { path: 'note.md', text: `${noteMark}\n${markdown}` },
    ...signed.flatMap(({ change, text }) =>
      text === undefined ? [] : [{ path: `evidence/${change}/${evidenceName}`, text }],
    ),
  ];
  await writeFolder(folder, files);
  return files.map(({ path }) => path);
}
