/** The command that runs the migrations of a branch which are programs. */
import { mkdir, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { detect } from '../../config/detect.ts';
import { repositoryOf } from '../git/repository.ts';
import type { MergeCheckOptions } from './model.ts';

/** The words of the command and the folder in which it runs: that of the merge result which stands for the working folder, with the packages that are installed there. */
export async function commandFor(
  given: readonly string[],
  merged: string,
  { cwd, env }: Pick<MergeCheckOptions, 'cwd' | 'env'>,
): Promise<{ readonly words: readonly string[]; readonly cwd: string } | undefined> {
  const { top } = await repositoryOf(cwd, env);
  const within = relative(top, cwd);
  const there = join(merged, within.startsWith('..') ? '' : within);
  await mkdir(there, { recursive: true });
  for (let from = cwd, to = there; ; from = dirname(from), to = dirname(to)) {
    const installed = join(from, 'node_modules');
    if (await stat(installed).catch(() => undefined))
      // A folder of that name in the repository stays.
      await symlink(installed, join(to, 'node_modules'), 'dir').catch(() => undefined);
    if (from === top || to === merged || dirname(from) === from) break;
  }
  if (given.length > 0) return { words: given, cwd: there };
  const [tool] = (await detect(there, {})).tools;
  return tool ? { words: tool.command.split(' '), cwd: there } : undefined;
}
