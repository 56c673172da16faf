/** Rehearses what a branch adds, in the order in which it will run. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DbdError } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import { codes } from '../../base/codes.ts';
import type { Config } from '../../config/model.ts';
import type { RehearseOptions, SourceText, Subject } from '../rehearsal/model.ts';
import { rehearseMigration } from '../rehearsal/rehearse.ts';
import { commandFor } from './code.ts';
import type { Added, MergeCheckOptions, Side, Tried } from './model.ts';
import { fileName, scriptOf, waysBack } from './scripts.ts';
import { changePieces, piecesOf, structureOf, type Piece } from './structure.ts';

/** Where things are. */
export interface Ground {
  readonly base: Side;
  readonly merged: Side;
  /** An empty folder for what is made on the way. */
  readonly scratch: string;
  /** The configuration of the base. */
  readonly config: Config;
}

/** Rehearses the additions of all lines. What cannot be rehearsed says why; throws where the environment fails, or on the signal. */
export async function rehearseAdded(
  options: MergeCheckOptions,
  ground: Ground,
  added: readonly Added[],
): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const [at, one] of added.entries()) {
    const own = { ...ground, scratch: join(ground.scratch, String(at)) };
    tried.push(
      ...(one.line.kind === 'changes'
        ? await rehearseChanges(options, own, one)
        : await rehearseMigrations(options, own, one)),
    );
  }
  return tried;
}

async function rehearseChanges(
  options: MergeCheckOptions,
  ground: Ground,
  added: Added,
): Promise<readonly Tried[]> {
  const { engine } = options;
  const { base, merged, config, scratch } = ground;
  const pieces = added.before ? await piecesOf(engine, added.before, base) : [];
  const tried: Tried[] = [];
  const earlier: Piece[] = [];
  for (const [at, folder] of added.folders.entries()) {
    const files = [...merged.hashes.keys()].filter((path) => path.startsWith(`${folder}/up/`)).toSorted();
    const structure = await structureOf(engine, config, pieces, earlier, join(scratch, `base-${at}`));
    const own = await changePieces(folder, merged);
    if (structure.kind === 'unknown') tried.push({ name: folder, files, because: structure.because });
    else
      tried.push({
        name: folder,
        files,
        change: folder,
        ...(await tryOne(options, ground, folder, {
          config: { ...config, current: structure.current },
          subject: { kind: 'files', paths: [join(merged.folder, folder)], merge: false },
          sources: files.map((file, i) => ({
            origin: file.slice(folder.length + 1),
            file,
            text: own[i]?.sql ?? '',
          })),
        })),
      });
    earlier.push(...own);
  }
  return tried;
}

async function rehearseMigrations(
  options: MergeCheckOptions,
  ground: Ground,
  added: Added,
): Promise<readonly Tried[]> {
  const { line, migrations, programs } = added;
  if (line.kind !== 'migrations') return [];
  const all = [...new Set([...migrations.map(({ file }) => file), ...programs])];
  const name = all.length === 1 ? all[0]! : line.root;
  if (programs.length > 0) return [{ name, files: all, ...(await runProgram(options, ground, name, all)) }];
  const { engine } = options;
  const { base, config, scratch } = ground;
  const pieces = added.before ? await piecesOf(engine, added.before, base) : [];
  const structure = await structureOf(engine, config, pieces, [], join(scratch, 'base'));
  if (structure.kind === 'unknown') return [{ name, files: all, because: structure.because }];
  const up = migrations.map((one) => ({ one, script: scriptOf(engine, one, 'up') }));
  const unread = up.flatMap(({ script }) => ('because' in script ? [script.because] : []))[0];
  if (unread !== undefined) return [{ name, files: all, because: unread }];
  const folder = join(scratch, 'added');
  const sources: SourceText[] = [];
  await mkdir(join(folder, 'up'), { recursive: true });
  for (const [at, { one, script }] of up.entries()) {
    const path = `up/${fileName(at + 1, one.file)}`;
    await writeFile(join(folder, path), 'sql' in script ? script.sql : '');
    sources.push({ origin: path, file: one.file, text: line.files.get(one.file)?.text ?? '' });
  }
  await writeWaysBack(engine, migrations, line.migrations, folder);
  return [
    {
      name,
      files: all,
      ...(await tryOne(options, ground, name, {
        config: { ...config, current: structure.current },
        subject: { kind: 'files', paths: [folder], merge: false },
        sources,
      })),
    },
  ];
}

/** Only where each has a way back: some alone would lead to a structure that never was. */
async function writeWaysBack(
  engine: MergeCheckOptions['engine'],
  migrations: Added['migrations'],
  all: Added['migrations'],
  folder: string,
): Promise<void> {
  const scripts = waysBack(migrations, all)?.map((one) => ({ one, script: scriptOf(engine, one, 'down') }));
  if (!scripts?.every(({ script }) => 'sql' in script)) return;
  await mkdir(join(folder, 'down'));
  for (const [at, { one, script }] of scripts.entries())
    await writeFile(join(folder, 'down', fileName(at + 1, one.file)), 'sql' in script ? script.sql : '');
}

async function runProgram(
  options: MergeCheckOptions,
  ground: Ground,
  name: string,
  files: readonly string[],
): Promise<Pick<Tried, 'report' | 'because'>> {
  const { code } = options;
  const { merged, config } = ground;
  if (!code)
    return {
      because: `${files.find((file) => !file.endsWith('.sql')) ?? name} is a program of the branch; it runs only with --allow-code`,
    };
  const found = await commandFor(code.command, merged.folder, options);
  if (!found)
    return {
      because: 'no command is known that runs it; name one after `--`, such as `-- npx knex migrate:latest`',
    };
  return tryOne(options, ground, name, {
    config,
    subject: { kind: 'command', words: found.words },
    sources: files.map((file) => ({ file, text: '' })),
    cwd: found.cwd,
  });
}

async function tryOne(
  options: MergeCheckOptions,
  ground: Ground,
  name: string,
  given: {
    readonly config: Config;
    readonly subject: Subject;
    readonly sources: readonly SourceText[];
    readonly cwd?: string;
  },
): Promise<Pick<Tried, 'report' | 'because'>> {
  const { engine, quick, emit, signal } = options;
  const rehearsal: RehearseOptions = {
    engine,
    subject: given.subject,
    config: given.config,
    rows: quick ? Math.min(20_000, options.rows) : options.rows,
    quick,
    seed: options.seed,
    blockedMs: options.blockedMs,
    limitMs: options.limitMs,
    idleMs: 60_000,
    urlEnv: [],
    load: true,
    beside: { reader: true, idle: true, standby: true },
    pooler: !quick,
    newWrites: !quick,
    scalesMs: quick || given.subject.kind === 'command' ? 0 : 60_000,
    killsMs: quick ? 0 : 60_000,
    tableRows: new Map(),
    sources: given.sources,
    cwd: given.cwd ?? options.cwd,
    env: options.env,
    emit,
    signal,
  };
  try {
    return await step(emit, `rehearse ${name}`, async () => ({
      report: renamed(await rehearseMigration(rehearsal), given.sources, ground),
    }));
  } catch (error) {
    // What is wrong with the files is a result here; what is wrong with this machine is not.
    if (!(error instanceof DbdError) || signal.aborted || codes[error.code].exit !== 'usage') throw error;
    const { message } = renamed({ message: error.message }, given.sources, ground);
    return { because: `it could not be done: ${message.replace(/\.$/, '')}` };
  }
}

/** The report with the names of the repository instead of those of the files that were made of them. */
function renamed<R>(report: R, sources: readonly SourceText[], { base, merged, scratch }: Ground): R {
  const names = sources.flatMap(({ origin, file }): [RegExp, string][] =>
    origin === undefined || origin === file
      ? []
      : [
          [
            new RegExp(`(?<![\\w/.-])${origin.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`, 'g'),
            file,
          ],
        ],
  );
  const inText = (text: string): string =>
    names
      .reduce((all, [origin, file]) => all.replaceAll(origin, () => file), text)
      .replaceAll(new RegExp(`${scratch}/base(?:-\\d+)?`, 'g'), 'the base, in their order')
      .replaceAll(`${base.folder}/`, '')
      .replaceAll(`${merged.folder}/`, '')
      .replaceAll(merged.folder, 'the merge result');
  const inside = <T>(value: T): T => {
    if (typeof value === 'string') return inText(value) as T;
    if (Array.isArray(value)) return value.map((item: unknown) => inside(item)) as T;
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside<unknown>(item)])) as T;
  };
  return inside(report);
}
