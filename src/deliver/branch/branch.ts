/** The change folder of a task on a branch of its own, with the text of a pull request. */
import { access, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../../base/error.ts';
import { plural, shellWord } from '../../base/text.ts';
import { fact } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { oneLine, shorten } from '../../render/clean.ts';
import type { Env } from '../git/model.ts';
import { identityOf, pathWithin, repositoryOf, type Repository } from '../git/repository.ts';
import { commitFiles, type Committed } from './commit.ts';
import { branchFor, refOf } from './name.ts';
import { pullRequest, pullRequestName } from './pull-request.ts';

/** A repository that can take the branch, found before any long work. */
export interface Prepared {
  readonly repository: Repository;
  /** As it was asked for; from the task's id when it was not. */
  readonly branch?: string;
  /** Who will be the author. */
  readonly author: string;
}

/** Looks whether a branch can be made where the results will stand; changes nothing that is seen. Throws `git.*`. */
export async function prepareBranch(folder: string, branch: string | undefined, env: Env): Promise<Prepared> {
  const repository = await repositoryOf(await existing(folder), env);
  const { git } = repository;
  if (branch !== undefined) await refOf(git, branch);
  const author = await identityOf(repository, env);
  // An object without a name shows whether the repository can be written.
  await git.text(['hash-object', '-w', '--stdin'], { input: '' });
  return { repository, author, ...(branch === undefined ? {} : { branch }) };
}

/** Writes `pull-request.md`, commits the folder, and says so in the report. A report without a folder is given back with the reason why there is no branch. Throws `git.*` and `file.unwritable`. */
export async function taskOnBranch(given: Report, prepared: Prepared): Promise<Report> {
  const { folder, files, task } = given.output;
  if (typeof folder !== 'string' || !Array.isArray(files))
    return withLimit(given, 'No branch was made: there is no change yet.');
  const { repository } = prepared;
  const branch = prepared.branch ?? branchFor(typeof task === 'string' ? task : '');
  const ref = await refOf(repository.git, branch);
  const within = await pathWithin(repository, folder);
  const path = join(folder, pullRequestName);
  await writeFile(path, pullRequest(given, { folder: within })).catch((cause: NodeJS.ErrnoException) =>
    fail('file.unwritable', `${path} cannot be written (${cause.code ?? 'unknown'}).`, { cause }),
  );
  const committed = await commitFiles({
    repository,
    ref,
    within,
    files: [...(files as readonly string[]), pullRequestName],
    owned: ['up', 'down'],
    message: messageOf(given),
  });
  return told(given, prepared, { ...committed, branch, path });
}

function told(
  given: Report,
  { repository, author }: Prepared,
  made: Committed & { readonly branch: string; readonly path: string },
): Report {
  const { branch, commit, unchanged, ignored, signed, path } = made;
  const stood = repository.branch ?? `no branch, at ${repository.head.slice(0, 12)}`;
  return {
    ...given,
    blocks: [
      ...given.blocks,
      {
        id: 'branch',
        title: 'Branch',
        kind: 'facts',
        facts: [
          fact('branch', unchanged ? `${branch}, which held exactly this already` : branch, 'measured'),
          fact('commit', commit, 'measured'),
          fact('made from', `${repository.head.slice(0, 12)}; you are still on ${stood}`, 'measured'),
          fact('author', author, 'measured'),
          fact(
            'signed',
            unchanged
              ? 'left as it was'
              : signed
                ? 'yes, as commit.gpgSign asks'
                : 'no: commit.gpgSign is off',
            'measured',
          ),
          fact(
            'hooks',
            'none ran: they look at the working tree, which this commit is not made from',
            'measured',
          ),
          fact('pull request', path, 'measured'),
        ],
      },
    ],
    next: [
      ...given.next,
      { command: `git push -u origin ${shellWord(branch)}`, why: 'nothing was pushed' },
      {
        command: `gh pr create --head ${shellWord(branch)} --title ${shellWord(titleOf(given))} --body-file ${shellWord(path)}`,
        why: 'opens the pull request with its text; GitLab takes the same file as a description',
      },
    ],
    meta: {
      ...given.meta,
      limits: [
        ...given.meta.limits,
        ...(ignored.length > 0
          ? [`git ignores ${plural(ignored.length, 'file')}, not committed: ${ignored.join(', ')}`]
          : []),
      ],
    },
    output: {
      ...given.output,
      branch,
      commit,
      pullRequest: path,
      ...(unchanged ? { unchanged: true } : {}),
    },
  };
}

function withLimit(given: Report, limit: string): Report {
  return { ...given, meta: { ...given.meta, limits: [...given.meta.limits, limit] } };
}

/** Longest first line of a commit, characters. */
const subjectLength = 72;

function titleOf(given: Report): string {
  const { task } = given.output;
  const title = oneLine(given.title);
  const id = typeof task === 'string' ? oneLine(task) : '';
  const whole = id !== '' && !title.includes(id) ? `${id}: ${title}` : title;
  return shorten(whole, subjectLength);
}

function messageOf(given: Report): string {
  const { change } = given.output;
  return [
    titleOf(given),
    '',
    oneLine(given.headline),
    ...(typeof change === 'string' ? ['', `dbd-change: ${change}`] : []),
    `dbd-version: ${given.meta.dbd}`,
    '',
  ].join('\n');
}

async function existing(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at))
    if (
      dirname(at) === at ||
      (await access(at).then(
        () => true,
        () => false,
      ))
    )
      return at;
}
