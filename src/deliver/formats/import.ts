/** `dbd import`: migrations of another tool as change folders. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import type { Engine } from '../../engine/model.ts';
import { readMigrations } from '../../formats/reading/read.ts';
import { column, report } from '../../report/build.ts';
import type { Finding, Report } from '../../report/model.ts';
import { writeFolder } from '../files.ts';
import { changesOf } from './changes.ts';

export interface ImportOptions {
  readonly engine: Engine;
  readonly paths: readonly string[];
  readonly cwd: string;
  /** Names of the formats that are looked for; all when it is left out. */
  readonly from?: readonly string[];
  readonly out: { readonly folder: string; readonly shown: string };
}

/** Writes migrations as change folders. Throws `file.*`, `sql.syntax`, `usage.missing-input`, and `change.refused` naming what cannot be carried over. */
export async function importStory(options: ImportOptions): Promise<Report> {
  const started = performance.now();
  const { engine, out } = options;
  await engine.grammar.ready();
  const read = await readMigrations(options.paths, options.cwd, options.from);
  if (read.migrations.length === 0)
    fail('usage.missing-input', `No migration was found in ${options.paths.join(', ')}.`, {
      hint: 'Give the folder that the tool reads, or name the tool with --from.',
    });
  const changes = changesOf(engine, read);
  const taken = changes.find(({ id }) => existsSync(join(out.folder, id)));
  if (taken)
    fail('file.exists', `${join(out.shown, taken.id)} is there already; nothing was written.`, {
      hint: 'Give another folder with --out.',
    });
  await writeFolder(
    out.folder,
    changes.flatMap(({ id, files }) => files.map(({ path, sql }) => ({ path: `${id}/${path}`, text: sql }))),
  );
  const back = changes.filter(({ same }) => same !== undefined);
  return report({
    command: 'import',
    title: `Migrations of ${Object.keys(read.formats).join(', ')}`,
    headline: `${plural(read.migrations.length, 'migration')} written as ${plural(changes.length, 'change')} to ${out.shown}.`,
    started,
    verdict: 'proven',
    findings: [
      ...changes.flatMap(({ id, notes }) =>
        notes.map((message): Finding => ({ rule: 'as-written', severity: 'info', place: id, message })),
      ),
      ...back
        .filter(({ same }) => same === false)
        .map(({ id }): Finding => ({
          rule: 'not-as-exported',
          severity: 'info',
          place: id,
          message: 'It was written by `dbd export`, and is not byte for byte what it was.',
          why: 'The files were edited since, or the tool has no place for all that a change holds.',
        })),
      ...read.skipped.map(({ path, why }): Finding => ({
        rule: 'file-left-alone',
        severity: 'warning',
        place: path,
        message: `It ${why}.`,
      })),
    ],
    blocks: [
      {
        id: 'changes',
        title: 'Changes',
        kind: 'table',
        columns: [column('Change'), column('From'), column('Steps', 'right'), column('As exported')],
        rows: changes.map(({ id, change, from, same }) => [
          id,
          from.join(', '),
          String(change.phases.reduce((sum, { steps }) => sum + steps.length, 0)),
          same === undefined ? '' : same ? 'byte for byte' : 'no',
        ]),
      },
    ],
    next: [
      { command: `dbd lint ${out.shown}`, why: 'what they lock, and how nobody would wait' },
      {
        command: `dbd baseline --changes ${out.shown}`,
        why: 'note them as done on databases that hold them',
      },
    ],
    limits: ['Nothing was run: statements and transactions are as written.'],
    output: {
      formats: read.formats,
      changes: changes.map(({ id, from, same }) => ({ id, from, ...(same === undefined ? {} : { same }) })),
    },
  });
}
