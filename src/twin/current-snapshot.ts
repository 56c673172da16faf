/** The current structure from a snapshot: restored, with what it lacks and what the snapshot could not see. */
import { printName } from '../catalog/identity.ts';
import type { Engine, Snapshot } from '../engine/model.ts';
import type { LoadCurrentOptions, LoadedCurrent } from './current-model.ts';
import { restoredDatabase } from './restored.ts';

/** Things of one kind that are told one by one. */
const told = 20;

/** Makes a sandbox database with the structure of a snapshot; throws `sandbox.*`, `SqlError`. */
export async function currentFromSnapshot(
  options: Omit<LoadCurrentOptions, 'current'>,
  { path, snapshot }: { readonly path: string; readonly snapshot: Snapshot },
): Promise<LoadedCurrent> {
  const { engine, sandbox } = options;
  const { database, leftOut, differences } = await restoredDatabase({
    engine,
    sandbox,
    snapshot,
    signal: options.signal ?? new AbortController().signal,
  });
  try {
    for (const extension of options.extensions ?? []) await sandbox.installExtension(database, extension);
    const session = await engine.connect(database.ownerUrl);
    const catalog = await engine.inspect(session).finally(() => session.close());
    return {
      database,
      catalog,
      source: `${path}: ${snapshot.source.database} on ${engine.title} ${snapshot.source.version}, ${snapshot.takenAt.slice(0, 10)}`,
      limits: [
        ...list(
          leftOut,
          ({ path: of, why }) => `${of} of the snapshot is left out: ${why}`,
          'objects of the snapshot are left out',
        ),
        ...list(
          differences,
          (one) => `differs from the snapshot: ${one.path}`,
          'differences from the snapshot',
        ),
        ...versionLimit(engine, snapshot, sandbox.serverVersion, sandbox.server),
        ...pathLimit(engine, snapshot),
        ...snapshotLimits(snapshot),
      ],
      production: { snapshot, leftOut },
    };
  } catch (error) {
    await sandbox.dropDatabase(database).catch(() => undefined);
    throw error;
  }
}

/** What a snapshot does not hold as it is there: replaced values, and what its reader could not see. */
export function snapshotLimits({ masked, unseen }: Snapshot): readonly string[] {
  return [
    ...(masked.length > 0
      ? [
          `Values of ${masked
            .slice(0, told)
            .map((one) => `${printName({ schema: one.schema, name: one.relation })}.${one.column}`)
            .join(
              ', ',
            )}${masked.length > told ? ` and ${masked.length - told} more columns` : ''} were replaced before the snapshot was written.`,
        ]
      : []),
    ...list(
      unseen,
      ({ what, why, means }) => `The snapshot could not see ${what} (${why}): ${means}`,
      'things more that the snapshot could not see',
    ),
  ];
}

/** What is written here leaves out the schema `public`, which is found first in sessions of ours only. */
function pathLimit({ capturedSql }: Engine, { settings, catalog }: Snapshot): readonly string[] {
  const set = settings.find(
    ({ name, from, role }) => name === 'search_path' && from === 'database' && role === undefined,
  );
  const schemas = new Set(catalog.schemas.map(({ name }) => name));
  const [first] = capturedSql.pathOf(set?.value ?? '', undefined).filter((name) => schemas.has(name));
  return first === undefined || first === 'public'
    ? []
    : [
        `The database finds ${first} before public; statements written here mean public where they name no schema: give them to other clients after SET search_path = public.`,
      ];
}

function versionLimit(
  engine: Engine,
  { source }: Snapshot,
  version: number,
  server: string,
): readonly string[] {
  return Math.floor(source.versionNumber / 10_000) === Math.floor(version / 10_000)
    ? []
    : [`the snapshot is of ${engine.title} ${source.version}, the sandbox is ${server}`];
}

function list<T>(all: readonly T[], one: (item: T) => string, more: string): readonly string[] {
  return [...all.slice(0, told).map(one), ...(all.length > told ? [`${all.length - told} ${more}`] : [])];
}
