import { readFile } from 'node:fs/promises';
import { fail } from '../../base/error.ts';
import { readWorkload } from '../../workload/read.ts';
import type { Workload } from '../../workload/model.ts';

/** The running application's named queries, if a file of them was given; throws `file.missing` and `workload.invalid`. */
export async function currentWorkload(path: string | undefined): Promise<Workload | undefined> {
  if (path === undefined) return undefined;
  const text = await readFile(path, 'utf8').catch((cause: unknown) =>
    fail('file.missing', `The workload ${path} cannot be read.`, {
      cause,
      hint: 'Name a file of queries with --workload or in dbd.config.yaml.',
    }),
  );
  return readWorkload(text, path);
}
