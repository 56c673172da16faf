/** A mapper's schema as the wanted structure: the statements that lead there from today's. */
import { basename } from 'node:path';
import { fail } from '../../base/error.ts';
import { step, type Emit } from '../../base/event.ts';
import { differences } from '../../catalog/difference.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox } from '../../sandbox/model.ts';
import { loadCurrent, type LoadedCurrent } from '../../twin/current.ts';
import type { MigrationFiles } from './migration-files.ts';
import { readCurrent } from '../current/read-current.ts';

/** The one path that is a schema of Prisma or Drizzle, and no migration. */
export function schemaAmong(paths: readonly string[]): string | undefined {
  const [path] = paths;
  return paths.length === 1 && /\.(?:prisma|[cm]?ts)$/.test(path!) ? path : undefined;
}

export interface Desired {
  readonly files: MigrationFiles;
  /** What the statements do not bring about. */
  readonly limits: readonly string[];
}

/** Compares a schema with the current structure; throws `schema.unknown`, and `usage.missing-input` when nothing is to be done. */
export async function desiredFiles(
  options: { readonly engine: Engine; readonly sandbox: Sandbox; readonly emit: Emit },
  current: LoadedCurrent,
  path: string,
): Promise<Desired> {
  const { engine, sandbox, emit } = options;
  return step(emit, 'compare with the wanted structure', async () => {
    const wanted = await loadCurrent({
      ...options,
      emit: () => undefined,
      current: await readCurrent({ kind: 'file', path }, engine),
    });
    const { statements, unsupported } = await engine.compare(
      current.database.adminUrl,
      wanted.database.adminUrl,
    );
    if (statements.length === 0)
      fail('usage.missing-input', `${path} describes the structure that is there already.`, {
        hint: 'Name the structure of today with --current.',
      });
    const trial = await sandbox.createDatabase({ from: current.database });
    const session = await engine.connect(trial.ownerUrl, { application: 'dbd desired' });
    try {
      for (const sql of statements) await session.query(sql);
      const left = differences(await engine.inspect(session), wanted.catalog, {
        owners: 'ignore',
        grants: 'ignore',
      });
      return {
        files: {
          up: [
            {
              path: `to-${basename(path)}.sql`,
              sql: `${statements.map((sql) => sql.replace(/;?\s*$/, ';')).join('\n\n')}\n`,
            },
          ],
          down: [],
        },
        limits: [
          ...unsupported.map((name) => `not compared with ${basename(path)}: ${name}`),
          ...left
            .slice(0, 20)
            .map((difference) => `still differs from ${basename(path)} afterwards: ${difference.path}`),
        ],
      };
    } finally {
      await session.close();
      await sandbox.dropDatabase(trial);
      await sandbox.dropDatabase(wanted.database);
    }
  });
}
