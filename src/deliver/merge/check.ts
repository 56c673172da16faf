/** The story of `dbd ci`: what a branch does to a database, once it is merged. */
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fail } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import { configName, loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/model.ts';
import type { Report } from '../../report/model.ts';
import { prepareFolder } from '../files.ts';
import { mergeResult } from '../git/merge.ts';
import { repositoryOf, type Repository } from '../git/repository.ts';
import { treeEntries, writeEntries, type TreeEntry } from '../git/tree.ts';
import { historyOf } from './history.ts';
import { linesOf, rootsIn, wanted } from './lines.ts';
import type { History, MergeCheckOptions, MergeOutcome, Side, Signed, Tried } from './model.ts';
import { writeOutputs } from './outputs.ts';
import { rehearseAdded } from './rehearsals.ts';
import { mergeReport } from './report.ts';
import { signTried } from './sign.ts';

/** Checks a branch before it is merged. Throws `git.*`, `config.*`, `evidence.key`, and what rehearsals throw where the machine fails. */
export async function checkMerge(options: MergeCheckOptions): Promise<Report> {
  const started = performance.now();
  const { engine, code, key, out } = options;
  if (code && key)
    fail(
      'usage.wrong-option',
      'Programs of the branch may not run beside a key that signs: they could read it.',
      {
        hint: 'Sign in a job of its own, without --allow-code.',
      },
    );
  await engine.grammar.ready();
  if (out !== undefined) await prepareFolder(out);
  const repository = await repositoryOf(options.cwd, options.env);
  const merge = await mergeResult(repository, options.base, options.head);
  const names = { baseName: options.base, headName: options.head };
  const scratch = await realpath(await mkdtemp(join(tmpdir(), 'dbd-ci-')));
  try {
    const done =
      merge.conflicts.length > 0 ? nothing : await look(options, repository, { ...merge, scratch });
    const report = mergeReport({ ...names, ...merge, ...done }, started);
    if (out === undefined) return report;
    const files = await writeOutputs(out, report, done.signed);
    return { ...report, output: { ...report.output, folder: out, files } };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type Looked = Pick<MergeOutcome, 'history' | 'tried' | 'signed' | 'limits'>;
const nothing: Looked = { history: { added: [], findings: [] }, tried: [], signed: [], limits: [] };

async function look(
  options: MergeCheckOptions,
  repository: Repository,
  at: { readonly base: string; readonly tree: string; readonly scratch: string },
): Promise<Looked> {
  const { emit } = options;
  const { git } = repository;
  const folders = options.folders.map((folder) => within(repository, options.cwd, folder));
  const [before, after] = await step(emit, 'read both sides', async () => {
    const [base, merged] = [await treeEntries(git, at.base), await treeEntries(git, at.tree)];
    return [
      { entries: base, side: await sideOf(git, base, join(at.scratch, 'base'), folders, false) },
      {
        entries: merged,
        side: await sideOf(git, merged, join(at.scratch, 'merged'), folders, options.code !== undefined),
      },
    ] as const;
  });
  const config = await configOf(options, repository, before.side.folder, before.entries);
  const history: History = historyOf(
    before.side,
    after.side,
    options.base,
    Object.keys(config.databases ?? {}).length > 0,
  );
  const tried: readonly Tried[] = await rehearseAdded(
    options,
    { base: before.side, merged: after.side, scratch: join(at.scratch, 'work'), config },
    history.added,
  );
  const signed: readonly Signed[] = await signTried(
    options,
    tried,
    after.side,
    after.entries,
    join(at.scratch, 'work'),
  );
  const links = [...after.entries.values()].filter(
    ({ kind, path }) => kind !== 'file' && history.added.some(({ line }) => path.startsWith(`${line.root}/`)),
  );
  return {
    history,
    tried,
    signed,
    limits: [
      ...(config.file === undefined
        ? []
        : [
            `Configuration, structure and queries are those of ${options.base}; what the branch makes of them counts after the merge.`,
          ]),
      ...links.map(({ path }) => `${path} is a link or a submodule; it was left out.`),
    ],
  };
}

async function sideOf(
  git: Repository['git'],
  entries: ReadonlyMap<string, TreeEntry>,
  folder: string,
  only: readonly string[],
  all: boolean,
): Promise<Side> {
  const paths = [...entries.values()].filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const { changes } = rootsIn(paths, only);
  const inChange = (path: string): boolean => changes.some((change) => path.startsWith(`${change}/`));
  await mkdir(folder, { recursive: true });
  // A change folder is taken out whole, since evidence vouches for every file of it.
  await writeEntries(
    git,
    paths.filter((path) => all || wanted(path) || inChange(path)).map((path) => entries.get(path)!),
    folder,
  );
  return {
    folder,
    hashes: new Map(paths.map((path) => [path, entries.get(path)!.hash])),
    lines: await linesOf(folder, paths, only),
  };
}

/** The configuration as the base has it: that of the branch may name any server, program or file. */
async function configOf(
  { overrides, cwd, env }: MergeCheckOptions,
  { top }: Repository,
  base: string,
  entries: ReadonlyMap<string, TreeEntry>,
): Promise<Config> {
  const here = relative(top, await realpath(cwd));
  const ofBase = (path: string | undefined): string | undefined => {
    if (path === undefined || /^[a-z]+:\/\//i.test(path) || path === 'none') return path;
    const inside = relative(top, resolve(cwd, path)).split('\\').join('/');
    const known = [...entries.keys()].some((one) => one === inside || one.startsWith(`${inside}/`));
    return known ? join(base, inside) : resolve(cwd, path);
  };
  const { current, snapshot, workload, sandbox } = overrides;
  // Searched in the base alone: what lies above the scratch folder belongs to others.
  const folders = here
    .split(/[\\/]/)
    .map((_, at, parts) => parts.slice(0, parts.length - at).join('/'))
    .concat('');
  const found = folders.find(
    (folder) => entries.get(folder === '' ? configName : `${folder}/${configName}`)?.kind === 'file',
  );
  return loadConfig({
    from: found === undefined ? [] : [join(base, found)],
    overrides: {
      current: ofBase(current),
      snapshot: ofBase(snapshot),
      workload: ofBase(workload),
      sandbox,
    },
    cwd,
    env,
  });
}

function within({ top }: Repository, cwd: string, folder: string): string {
  const inside = relative(top, resolve(cwd, folder)) || '.';
  if (inside.startsWith('..'))
    fail('usage.wrong-option', `${folder} is outside of the repository ${top}.`, {
      hint: 'Name a folder of the repository.',
    });
  return inside.split('\\').join('/');
}
