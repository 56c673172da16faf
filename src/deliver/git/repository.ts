/** Where a folder stands in a repository, and who commits there. */
import { realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fail } from '../../base/error.ts';
import { gitIn, lastLine, type Git } from './git.ts';
import type { Env } from './model.ts';

/** A work tree with at least one commit. */
export interface Repository {
  readonly git: Git;
  /** Absolute, without links. */
  readonly top: string;
  /** Commit that HEAD stands on. */
  readonly head: string;
  /** Name of the branch; undefined where HEAD is detached. */
  readonly branch?: string;
}

/** The repository that a folder is in. Throws `git.missing` and `git.repository`. */
export async function repositoryOf(folder: string, env: Env): Promise<Repository> {
  const git = gitIn(folder, env);
  const inside = await git.run(['rev-parse', '--is-inside-work-tree']);
  if (inside.code !== 0)
    fail(
      'git.repository',
      /dubious ownership/.test(inside.said)
        ? `git does not trust the repository of ${folder}, which belongs to somebody else.`
        : `${folder} is in no git repository.`,
      { hint: lastLine(inside.said) || 'Run `git init` first, or leave git out.' },
    );
  if (inside.out.toString().trim() !== 'true')
    fail('git.repository', `${folder} is in a bare repository, which has no work tree.`, {
      hint: 'Clone it, and work in the clone.',
    });
  const top = await git.text(['rev-parse', '--show-toplevel']);
  const head = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (head.code !== 0)
    fail('git.repository', 'The repository has no commit yet.', { hint: 'Commit something first.' });
  const branch = await git.run(['symbolic-ref', '--quiet', '--short', 'HEAD']);
  return {
    git: gitIn(top, env),
    top: await realpath(top),
    head: head.out.toString().trim(),
    ...(branch.code === 0 ? { branch: branch.out.toString().trim() } : {}),
  };
}

/** Path of a folder within the work tree, with `/`; throws `git.repository` for one outside, and for the work tree itself. */
export async function pathWithin({ top }: Repository, folder: string): Promise<string> {
  const within = relative(top, await realpath(folder));
  if (within === '' || within.startsWith('..') || within.split(sep).includes('.git') || /[\n\0]/.test(within))
    fail('git.repository', `${folder} is no folder within the work tree ${top}.`, {
      hint: 'Choose another folder with --out.',
    });
  return within.split(sep).join('/');
}

/** Who commits, by the configuration of git and its variables. Throws `git.identity` where git would have to make somebody up. */
export async function identityOf({ git }: Repository, env: Env): Promise<string> {
  for (const part of ['name', 'email'] as const) {
    const given = ['AUTHOR', 'COMMITTER'].every((who) => env[`GIT_${who}_${part.toUpperCase()}`]);
    const set = await git.run(['config', '--get', `user.${part}`]);
    if (!given && (set.code !== 0 || set.out.toString().trim() === ''))
      fail('git.identity', `git does not know who commits: user.${part} is not set.`, {
        hint: `git config user.${part} ${part === 'name' ? '"Ada Lovelace"' : 'ada@example.org'}`,
      });
  }
  return (await git.text(['var', 'GIT_AUTHOR_IDENT'])).replace(/ \d+ [+-]\d{4}$/, '');
}
