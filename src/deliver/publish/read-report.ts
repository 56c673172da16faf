import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../base/error.ts';
import type { Report } from '../../report/model.ts';
import { reportSchema } from '../../report/schema.ts';

/** Largest report that is read, bytes. */
const limit = 64 * 1024 * 1024;

/** Reads and checks the report of a folder; throws `file.missing`, `file.unreadable` and `report.invalid`. */
export async function readReport(
  folder: string,
  shown: string,
): Promise<{ readonly report: Report; readonly bytes: Uint8Array }> {
  const path = join(folder, 'report.json');
  const found = await stat(path).catch(() =>
    fail('file.missing', `There is no report.json in ${shown}.`, {
      hint: 'Give the folder that `dbd task` wrote.',
    }),
  );
  if (found.size > limit) fail('file.unreadable', `${shown}/report.json is larger than 64 MiB.`);
  const bytes = await readFile(path).catch((cause: unknown) =>
    fail('file.unreadable', `${shown}/report.json cannot be read.`, { cause }),
  );
  const parsed = reportSchema.safeParse(jsonOf(bytes));
  if (parsed.success) return { report: parsed.data, bytes };
  const [issue] = parsed.error.issues;
  return fail(
    'report.invalid',
    `${shown}/report.json is not a report of dbd: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'unexpected form'}.`,
    { hint: 'Give the folder that a command wrote.' },
  );
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
