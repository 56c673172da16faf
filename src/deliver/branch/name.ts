/** Names of branches. */
import { fail } from '../../base/error.ts';
import type { Git } from '../git/git.ts';

/** `dbd/<task id>`, with what a name of git must not hold replaced. */
export function branchFor(task: string): string {
  const word = task
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^[.-]+|[.-]+$/g, '')
    .replace(/\.lock$/i, '-lock')
    .slice(0, 80);
  return `dbd/${word || 'task'}`;
}

/** The full name of a branch. Throws `git.branch` for one that git does not take. */
export async function refOf(git: Git, branch: string): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const taken =
    !branch.startsWith('-') &&
    branch !== 'HEAD' &&
    !branch.startsWith('refs/') &&
    Buffer.byteLength(branch) <= 200 &&
    !/[\n\0]/.test(branch) &&
    (await git.run(['check-ref-format', ref])).code === 0;
  if (!taken)
    fail('git.branch', `\`${branch.slice(0, 100)}\` cannot be the name of a branch.`, {
      hint: 'Letters, digits, `-` and `/` always work: --branch dbd/KAN-29.',
    });
  return ref;
}
