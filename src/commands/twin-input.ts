import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import type { ConfigOptions } from '../config/load.ts';
import type { Config } from '../config/model.ts';
import { parseDuration } from '../task/units.ts';

/** Options of every command that rehearses on a filled twin. */
export const twinInput = {
  current: z
    .string()
    .optional()
    .describe(
      "today's structure: a read-only URL, a file or folder of SQL, a snapshot, or a schema of Prisma or Drizzle",
    ),
  snapshot: z
    .string()
    .optional()
    .describe('file of `dbd snapshot`, instead of --current: with volumes, queries, rates'),
  workload: z.string().optional().describe("file of the application's named queries"),
  rows: z.number().int().min(100).max(200_000_000).default(1_000_000).describe('rows of the whole twin'),
  scale: z
    .number()
    .positive()
    .max(1)
    .optional()
    .describe('share of the declared rows, instead of --rows')
    .meta({ fine: true }),
  seed: z.number().int().default(1).describe('seed of the generated rows').meta({ fine: true }),
  quick: z.boolean().default(false).describe('at most 20,000 rows and short measurements'),
  limit: z
    .string()
    .default('2min')
    .describe('longest time the change, or a statement of the current structure, may take in one go')
    .meta({ fine: true }),
  sandbox: z
    .string()
    .optional()
    .describe('folder of PostgreSQL binaries, or the URL of a server to use for the sandbox')
    .meta({ fine: true }),
};

/** Milliseconds of an option; throws `usage.wrong-option` naming it. */
export function duration(flag: string, text: string): number {
  return (
    parseDuration(text) ??
    fail('usage.wrong-option', `${flag} needs a duration such as 500ms or 30s, not \`${text}\`.`)
  );
}

/** The configuration beside the first of the given files that has one, else of the working folder; options of its names win over it. */
export async function configFor(
  { cwd, env }: Pick<ConfigOptions, 'cwd' | 'env'>,
  overrides: ConfigOptions['overrides'],
  paths: readonly (string | undefined)[] = [],
): Promise<Config> {
  const folders = paths.flatMap((path) => (path === undefined ? [] : [dirname(path)]));
  const { loadConfig } = await import('../config/load.ts');
  return loadConfig({ from: [...folders, cwd], overrides: overrides ?? {}, cwd, env });
}

/** Bytes of a task file; throws `file.missing` and `file.unreadable` with the name as it was given. */
export function taskBytes(path: string, shown: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) =>
    fail(
      cause.code === 'ENOENT' ? 'file.missing' : 'file.unreadable',
      `The task ${shown} cannot be read (${cause.code ?? 'unknown'}).`,
      { cause, hint: 'Give a Markdown file.' },
    ),
  );
}
