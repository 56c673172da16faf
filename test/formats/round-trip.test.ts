import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { unitsOf, type Direction } from '../../src/apply/units.ts';
import type { Change } from '../../src/change/model.ts';
import { changesOf, type Imported } from '../../src/deliver/formats/changes.ts';
import { exportStory } from '../../src/deliver/formats/export.ts';
import { importStory } from '../../src/deliver/formats/import.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { readMigrations } from '../../src/formats/reading/read.ts';
import { writers } from '../../src/formats/writers.ts';
import { readChanges } from '../../src/runner/folder.ts';
import { changeOf, changes, emptyFolder, folderName, plainChanges, write, writeChange } from './ground.ts';

beforeAll(() => postgres.grammar.ready());

async function exportOf(to: string, all: readonly Change[]): Promise<string> {
  const folder = emptyFolder();
  for (const change of all) await writeChange(join(folder, 'changes'), change);
  const out = join(folder, 'out');
  await exportStory({
    engine: postgres,
    to,
    changes: [{ path: join(folder, 'changes'), shown: 'changes' }],
    out: { folder: out, shown: 'out' },
  });
  return out;
}

async function importOf(folder: string): Promise<readonly Imported[]> {
  return changesOf(postgres, await readMigrations(['.'], folder));
}

/** Statements by transaction, in the order in which they are run. */
function runs(change: Change, direction: Direction): unknown {
  return unitsOf(change, direction).map(({ transaction, steps, lockTimeoutMs }) => ({
    outside: transaction === undefined,
    // A single statement needs no transaction to be one.
    lock: transaction === undefined ? undefined : lockTimeoutMs,
    sql: steps.map(({ sql }) => sql),
  }));
}

test.each(writers.map(({ name }) => name))(
  '%s: what is exported and imported is the same change',
  async (name) => {
    const before = name === 'drizzle' ? plainChanges : changes;
    const after = await importOf(await exportOf(name, before));
    expect(after.map(({ id }) => id)).toEqual(before.map(folderName));
    expect(after.map(({ change }) => runs(change, 'up'))).toEqual(before.map((change) => runs(change, 'up')));
    const back = !['prisma', 'drizzle'].includes(name);
    if (back)
      expect(after.map(({ change }) => runs(change, 'down'))).toEqual(
        before.map((change) => runs(change, 'down')),
      );
    expect(after.map(({ change }) => change.title)).toEqual(before.map(({ title }) => title));
    expect(after.map(({ same }) => same)).toEqual(before.map(() => true));
  },
);

test.each(writers.map(({ name }) => name))(
  '%s: an edited file is not taken for the exported one',
  async (name) => {
    const out = await exportOf(name, plainChanges);
    for (const path of await readdir(out, { recursive: true })) {
      const text = await readFile(join(out, path), 'utf8').catch(() => '');
      if (text.includes('odd; table_pkey'))
        await write(out, { [path]: text.replaceAll('odd; table_pkey', 'other') });
    }
    const after = await importOf(out);
    expect(after.map(({ same }) => same)).toEqual([true, false]);
  },
);
