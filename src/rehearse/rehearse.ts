/** Runs a change on a twin and measures it: once in quiet, there and back, and once beside the running application. */
import { DbdError } from '../base/error.ts';
import { step } from '../base/event.ts';
import type { Change } from '../change/model.ts';
import type { SandboxDatabase } from '../sandbox/model.ts';
import type { Subject } from './doing.ts';
import type { SqlFile } from './files.ts';
import { loadedRun } from './loaded.ts';
import type { ChangeRehearsal, FilesRehearsal, NewVersionTrip, RehearsalOptions } from './model.ts';
import { newVersionTrip } from './new-version/trip.ts';
import { quietRun } from './quiet.ts';
import { changeSubject, filesSubject } from './subjects.ts';

export type { ChangeRehearsal, FilesRehearsal, RehearsalOptions } from './model.ts';

/** Rehearses a planned change, whose steps bring their own lock limits: quiet run, round trip, compatibility in each phase, and the run under load. */
export function rehearseChange(
  options: RehearsalOptions & { readonly change: Change },
): Promise<ChangeRehearsal> {
  return rehearse(options, changeSubject(options.change));
}

/** Rehearses SQL files as psql runs them; without down files the way back is derived by comparison and tried. */
export async function rehearseFiles(
  options: RehearsalOptions & { readonly files: readonly SqlFile[]; readonly down?: readonly SqlFile[] },
): Promise<FilesRehearsal> {
  let derivedDown: readonly string[] | undefined;
  const derive = async (changed: SandboxDatabase): Promise<Subject['down']> => {
    try {
      derivedDown = (await options.engine.compare(changed.adminUrl, options.base.adminUrl)).statements;
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      options.emit({ kind: 'warning', text: `The way back could not be derived: ${error.message}` });
      return undefined;
    }
    const sql = derivedDown.map((one) => one.replace(/;?\s*$/, ';')).join('\n');
    return filesSubject([], [{ path: 'derived down', sql }]).down;
  };
  const given = options.down;
  const rehearsal = await rehearse(options, filesSubject(options.files, given), given ? undefined : derive);
  return { ...rehearsal, ...(derivedDown ? { derivedDown } : {}) };
}

async function rehearse(
  options: RehearsalOptions,
  subject: Subject,
  deriveDown?: (changed: SandboxDatabase) => Promise<Subject['down']>,
): Promise<ChangeRehearsal> {
  const { emit, sandbox } = options;
  let down = subject.down;
  const derive = deriveDown && (async (changed: SandboxDatabase) => (down = await deriveDown(changed)));
  const quiet = await step(emit, 'rehearse in quiet, there and back', () =>
    cloned(options, (database) => quietRun(options, subject, database, derive)),
  );
  if (quiet.upFailed) return quiet;
  const newVersion = await backAfterWrites(options, subject, down, quiet);
  const seen = { ...quiet, ...(newVersion ? { newVersion } : {}) };
  if (options.load === false) return seen;
  const loaded = await step(emit, 'rehearse beside the application', async () => {
    await sandbox.durable(true);
    try {
      return await cloned(options, (database) => loadedRun(options, subject, database, quiet));
    } finally {
      await sandbox.durable(false);
    }
  });
  return { ...seen, ...loaded };
}

async function backAfterWrites(
  options: RehearsalOptions,
  subject: Subject,
  down: Subject['down'],
  quiet: ChangeRehearsal,
): Promise<NewVersionTrip | undefined> {
  if (!options.newWrites || !down || quiet.downFailed || quiet.secondUpFailed) return undefined;
  return step(
    options.emit,
    'the way back after writes of the new version',
    () => cloned(options, (database) => newVersionTrip(options, { ...subject, down }, database, quiet)),
    ({ verdict }) => verdict,
  );
}

/** A copy of the twin for one run. */
async function cloned<T>(
  { sandbox, base }: RehearsalOptions,
  work: (database: SandboxDatabase) => Promise<T>,
): Promise<T> {
  const database = await sandbox.createDatabase({ from: base });
  try {
    return await work(database);
  } finally {
    await sandbox.dropDatabase(database);
  }
}
