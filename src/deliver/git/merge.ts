/** What a branch will be once it is merged, worked out by git without a working tree. */
import { fail } from '../../base/error.ts';
import { lastLine, type Git } from './git.ts';
import type { Repository } from './repository.ts';

export interface MergeResult {
  /** Commits by their hash. */
  readonly base: string;
  readonly head: string;
  /** Tree of the merge result; where there are conflicts it holds their marks. */
  readonly tree: string;
  /** Paths that both sides have changed, so that somebody must decide. */
  readonly conflicts: readonly string[];
}

/** Merges head into base. Throws `git.revision` for revisions that are not there or have no common history, `git.missing` for a git that is too old, `git.failed`. */
export async function mergeResult({ git }: Repository, base: string, head: string): Promise<MergeResult> {
  const [onto, from] = [await commitOf(git, base, '--base'), await commitOf(git, head, '--head')];
  if ((await git.run(['merge-base', onto, from])).code !== 0)
    fail('git.revision', `${shown(base)} and ${shown(head)} have no common history in this clone.`, {
      hint: 'Fetch all of it: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` for GitLab, `git fetch --unshallow` by hand.',
    });
  const { code, out, said } = await git.run(['merge-tree', '--write-tree', '--name-only', '-z', onto, from]);
  const [tree = '', ...rest] = out.toString('utf8').split('\0');
  if (code > 1 || !/^[0-9a-f]{40,64}$/.test(tree)) {
    if (/usage: git merge-tree|unknown option/.test(said))
      fail('git.missing', 'This git cannot merge without a working tree.', {
        hint: 'Install git 2.38 or later.',
      });
    fail('git.failed', `git cannot merge ${shown(head)} into ${shown(base)}: ${lastLine(said)}.`);
  }
  // An empty field ends the list; messages for people follow.
  const conflicts = code === 0 ? [] : [...new Set(rest.slice(0, rest.indexOf('') >>> 0))];
  return { base: onto, head: from, tree, conflicts };
}

async function commitOf(git: Git, revision: string, option: string): Promise<string> {
  const { code, out } = await git.run([
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  if (code !== 0 || revision === '' || /[\n\0]/.test(revision))
    fail('git.revision', `${option} names ${shown(revision)}, which is no commit of this clone.`, {
      hint: 'Fetch it first, for example `git fetch origin main`; in CI with the whole history (`fetch-depth: 0`).',
    });
  return out.toString().trim();
}

function shown(revision: string): string {
  return `\`${revision.slice(0, 100)}\``;
}
