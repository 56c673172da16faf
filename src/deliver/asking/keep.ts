import { resolve } from 'node:path';
import type { Report } from '../../report/model.ts';
import { writeFolder } from '../files.ts';
import type { DeliverOptions } from '../model.ts';

/** Keeps a report that only asks where a folder was named for it, so that it can be published; nothing is written otherwise. Throws `file.unwritable`. */
export async function keepAsked(
  asked: Report,
  { out, cwd, source }: Pick<DeliverOptions, 'out' | 'cwd' | 'source'>,
): Promise<Report> {
  if (out === undefined) return asked;
  const folder = resolve(cwd, out);
  const from = source.name === undefined ? {} : { from: source.name };
  const made = { ...asked, output: { ...asked.output, ...from, folder, files: ['report.json'] } };
  await writeFolder(folder, [{ path: 'report.json', text: `${JSON.stringify(made, null, 2)}\n` }]);
  return made;
}
