import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Report } from '../../../report/model.ts';

/** Whether what the report says it wrote is still there, and is still of this report: another run may have written to the same folder. */
export function isThere(report: Report, cwd: string): boolean {
  const { folder, files } = report.output;
  if (typeof folder !== 'string') return true;
  const place = resolve(cwd, folder);
  if (!existsSync(place)) return false;
  const missing = Array.isArray(files)
    ? files.some((file) => typeof file === 'string' && !existsSync(join(place, file)))
    : false;
  if (missing) return false;
  try {
    const written = JSON.parse(readFileSync(join(place, 'report.json'), 'utf8')) as Partial<Report>;
    return written.meta?.at === report.meta.at;
  } catch {
    return !existsSync(join(place, 'report.json'));
  }
}
