/** Commits files on a branch of their own, without touching the working tree, the index or the branch that is checked out. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../base/error.ts';
import type { Git } from '../git/git.ts';
import { lastLine } from '../git/git.ts';
import type { Repository } from '../git/repository.ts';

export interface CommitFiles {
  readonly repository: Repository;
  /** Full name of the branch: `refs/heads/…`. */
  readonly ref: string;
  /** Path of the folder within the work tree. */
  readonly within: string;
  /** Paths within the folder. */
  readonly files: readonly string[];
  /** Folders within it whose other files go, since they are of an earlier run. */
  readonly owned: readonly string[];
  readonly message: string;
}

export interface Committed {
  readonly commit: string;
  /** The branch held exactly this already. */
  readonly unchanged: boolean;
  /** Paths that git ignores, and that are therefore not in it. */
  readonly ignored: readonly string[];
  /** It was signed, as the configuration asks. */
  readonly signed: boolean;
}

/** Makes the commit and its branch. Throws `git.branch` where the branch holds something else, `git.repository` where all files are ignored, and `git.failed`. */
export async function commitFiles(options: CommitFiles): Promise<Committed> {
  const { repository, ref, within, owned, message } = options;
  const { git, head } = repository;
  const all = options.files.map((file) => `${within}/${file}`);
  const ignored = await ignoredOf(git, all);
  const paths = all.filter((path) => !ignored.has(path));
  if (paths.length === 0)
    fail('git.repository', `git ignores everything in ${within}, so there is nothing to commit.`, {
      hint: 'Choose another folder with --out, or take it out of .gitignore.',
    });
  const scratch = await mkdtemp(join(tmpdir(), 'dbd-index-'));
  try {
    const env = { GIT_INDEX_FILE: join(scratch, 'index') };
    const hashes = (
      await git.text(['hash-object', '-w', '--stdin-paths'], { input: `${paths.join('\n')}\n` })
    ).split('\n');
    await git.text(['read-tree', head], { env });
    const stale = await git.run(
      ['ls-files', '-z', '--', ...owned.map((name) => `:(literal)${within}/${name}`)],
      {
        env,
      },
    );
    const gone = stale.out
      .toString('utf8')
      .split('\0')
      .filter((path) => path !== '' && !paths.includes(path));
    await git.text(['update-index', '-z', '--add', '--index-info'], {
      env,
      input: [
        ...gone.map((path) => `0 ${'0'.repeat(head.length)}\t${path}\0`),
        ...paths.map((path, at) => `100644 ${hashes[at]!}\t${path}\0`),
      ].join(''),
    });
    const tree = await git.text(['write-tree'], { env });
    const signed = (await git.run(['config', '--type=bool', '--get', 'commit.gpgSign'])).out
      .toString()
      .startsWith('true');
    const shown = ignoredNames(ignored, within);
    const there = await git.run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
    if (there.code === 0)
      return {
        commit: await unchanged(git, there.out.toString().trim(), tree, ref, within),
        unchanged: true,
        ignored: shown,
        signed: false,
      };
    const commit = await git.text(['commit-tree', tree, '-p', head, ...(signed ? ['-S'] : []), '-F', '-'], {
      input: message,
    });
    // Only a branch that is still not there is made, whoever else is at work.
    const made = await git.run(['update-ref', '-m', 'dbd task', ref, commit, '0'.repeat(commit.length)]);
    if (made.code !== 0) refused(ref, made.said);
    return { commit, unchanged: false, ignored: shown, signed };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The branch's commit where its folder is the same; throws `git.branch` otherwise. */
async function unchanged(
  git: Git,
  commit: string,
  tree: string,
  ref: string,
  within: string,
): Promise<string> {
  const objectAt = async (of: string, path: string): Promise<string> =>
    (await git.run(['rev-parse', '--verify', '--quiet', `${of}:${path}`])).out.toString().trim();
  if ((await objectAt(commit, within)) === (await objectAt(tree, within))) return commit;
  const same = await Promise.all(
    ['up', 'down'].map(
      async (side) =>
        (await objectAt(commit, `${within}/${side}`)) === (await objectAt(tree, `${within}/${side}`)),
    ),
  );
  const name = ref.slice('refs/heads/'.length);
  return fail(
    'git.branch',
    `The branch ${name} is there already, and ${within} is ${
      same.every(Boolean) ? 'another measurement of the same change' : 'not the same'
    } on it.`,
    { hint: `Name another one with --branch, or delete it: git branch -D ${name}` },
  );
}

function refused(ref: string, said: string): never {
  const name = ref.slice('refs/heads/'.length);
  const code = /File exists|cannot lock ref .*(?:exists|already)|unable to create|Not a directory/i.test(said)
    ? 'git.branch'
    : 'git.failed';
  return fail(code, `The branch ${name} cannot be made: ${lastLine(said)}.`, {
    hint: 'Name another one with --branch; a branch `a` leaves no room for `a/b`.',
  });
}

async function ignoredOf(git: Git, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const { code, out, said } = await git.run(['check-ignore', '-z', '--stdin'], {
    input: paths.map((path) => `${path}\0`).join(''),
  });
  if (code > 1) fail('git.failed', `git check-ignore failed: ${lastLine(said)}.`);
  return new Set(out.toString('utf8').split('\0').filter(Boolean));
}

function ignoredNames(ignored: ReadonlySet<string>, within: string): readonly string[] {
  return [...ignored].map((path) => path.slice(within.length + 1));
}
