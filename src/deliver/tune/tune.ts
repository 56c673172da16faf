/** `dbd tune`: from a workload to a set of changes that was chosen together, built and measured. */
import { join } from 'node:path';
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { changeFiles } from '../../change/files.ts';
import type { Report } from '../../report/model.ts';
import { adviseBeyond } from '../../tune/beyond/beyond.ts';
import { adviseSettings } from '../../tune/settings/settings.ts';
import { storageSavings } from '../../tune/storage/storage.ts';
import { checkQueries } from '../../rules/check-queries.ts';
import { readFiles, type FileWorkload } from '../../tune/work/sources.ts';
import { makeHollow } from '../../twin/hollow/hollow.ts';
import { prepareFolder, writeFolder } from '../files.ts';
import { byHand } from './by-hand.ts';
import { tryChange } from './change.ts';
import { chosen, type ChoosingOptions } from './chosen.ts';
import { onFilled, type BuildingOptions } from './filled.ts';
import type { Tuned } from './model.ts';
import { tuneReport } from './report.ts';
import { withSource, type Known } from './source.ts';
import { wishesOf } from './wishes.ts';

export interface TuneCommand extends ChoosingOptions, Omit<BuildingOptions, 'files'> {
  /** Statements instead of those that were counted: a file, a log, or a folder. */
  readonly workload?: { readonly path: string; readonly shown: string };
  /** Nothing is built when it is false: estimates only. */
  readonly build: boolean;
  /** Folder of changes that gets a new one, and what it is called there. */
  readonly out?: { readonly folder: string; readonly shown: string; readonly name: string };
}

/** Advises, proves and writes; throws `file.*`, `snapshot.*`, `workload.invalid`, `connect.*`, `sandbox.*`, `interrupted`. */
export async function tuneCommand(options: TuneCommand): Promise<Report> {
  const started = performance.now();
  const { out } = options;
  await options.engine.grammar.ready();
  if (out) await prepareFolder(join(out.folder, out.name));
  return withSource(options, async (known) => tuneReport(await tuned(options, known), started));
}

async function tuned(options: TuneCommand, known: Known): Promise<Tuned> {
  const { engine, config, emit, signal } = options;
  const { snapshot } = known;
  const files = await filesOf(options, known);
  const hollow = await makeHollow({
    engine,
    snapshot,
    emit,
    signal,
    ...(config.sandbox === undefined ? {} : { named: config.sandbox }),
  });
  try {
    const { work, choice, told } = await chosen(options, known, hollow, files);
    const built = options.build
      ? await onFilled({ ...options, files: files !== undefined }, known, hollow, work, choice)
      : undefined;
    const wishes = built ? wishesOf(engine, built.proof, choice) : [];
    const way =
      wishes.length === 0
        ? undefined
        : await step(emit, 'carry the change out, and take it back', () =>
            tryChange({
              engine,
              sandbox: hollow.sandbox,
              snapshot,
              wishes,
              id: options.out?.name ?? 'tune',
              title: `Tune ${known.title}`,
              emit,
              signal,
            }),
          );
    const rewrites = built?.rewrites ?? [];
    const settings = built?.settings ?? (await adviseSettings({ ...options, snapshot, work }));
    const folder = await written(options, { ...(way ? { way } : {}), settings, rewrites });
    return {
      snapshot,
      title: known.title,
      work,
      budgets: options.budgets,
      choice,
      ...(built ? { proof: built.proof, scale: built.scale } : {}),
      beyond: built?.beyond ?? (await adviseBeyond({ ...options, snapshot, work })),
      rewrites,
      settings,
      loops: built?.loops ?? [],
      storage: built?.storage ?? (await storageSavings({ engine, facts: { snapshot, nodes: [] }, signal })),
      habits: checkQueries(work.queries, { engine, catalog: snapshot.catalog }),
      ...(way ? { way } : {}),
      ...(folder === undefined ? {} : { folder }),
      limits: [
        ...known.limits,
        ...(files?.limits ?? []),
        ...work.limits,
        ...told,
        ...choice.limits,
        ...(built?.limits ?? []),
      ],
    };
  } finally {
    await hollow.sandbox.stop();
  }
}

async function filesOf(options: TuneCommand, { snapshot }: Known): Promise<FileWorkload | undefined> {
  const { engine, workload, emit, signal } = options;
  if (!workload) return undefined;
  return step(
    emit,
    'read the workload',
    () => readFiles({ engine, ...workload, encoding: snapshot.source.encoding, signal }),
    ({ captured }) => plural(captured.statements.length, 'statement'),
  );
}

/** The change, and beside it what a person carries over by hand; undefined when there is nothing to write. */
async function written(
  { out }: TuneCommand,
  { way, settings, rewrites }: Pick<Tuned, 'way' | 'settings' | 'rewrites'>,
): Promise<string | undefined> {
  const holds = way && !way.failed && !(way.left ?? []).some(({ order }) => !order);
  const files = [
    ...(holds ? changeFiles(way.change).map(({ path, sql }) => ({ path, text: sql })) : []),
    ...byHand(settings, rewrites),
  ];
  if (!out || files.length === 0) return undefined;
  await writeFolder(join(out.folder, out.name), files, ['up', 'down']);
  return join(out.shown, out.name);
}
