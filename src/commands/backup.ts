import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { formatBytes, formatMs } from '../base/units.ts';
import { takeBackup } from '../operate/backup.ts';
import { fact, report } from '../report/build.ts';
import { keptAddress } from '../sandbox/kept.ts';
import { command } from './command.ts';

/** Takes a physical backup of a sandbox or a small server. */
export const backup = command({
  name: 'backup',
  summary: 'Take a physical backup of a sandbox or a small server, every file checked',
  input: z.object({
    database: z
      .string()
      .optional()
      .describe('address of the server; its role must be a superuser or have REPLICATION'),
    sandbox: z.string().optional().describe('id of a running sandbox, instead of an address'),
    out: z.string().describe('new folder for the backup').meta({ short: 'o' }),
    as: z
      .enum(['tar', 'plain'])
      .default('tar')
      .describe('one archive, or the files themselves, as the server’s own tools lay them out'),
    fingerprints: z
      .boolean()
      .default(false)
      .describe("record rows and hashes of the database's tables, so that a restore can compare them"),
    largest: z.number().positive().default(20).describe('refuse a server that holds more gigabytes'),
  }),
  output: z.looseObject({
    folder: z.string().describe('where the backup is'),
    bytes: z.number(),
    files: z.number(),
    system: z.string().describe('number of the cluster'),
  }),
  faces: ['cli'],
  effects: ({ sandbox }) => (sandbox === undefined ? ['files', 'database'] : ['files', 'sandbox']),
  examples: [
    {
      call: 'dbd backup --database "$DATABASE_URL" -o backups/today',
      shows: 'the whole server as a base backup, checked against its manifest',
    },
    {
      call: 'dbd backup --sandbox 1k2m3n4 --fingerprints -o backups/sandbox',
      shows: 'a sandbox, with what a restore needs to compare rows',
    },
  ],
  run: async (given, context) => {
    const started = performance.now();
    if ((given.database === undefined) === (given.sandbox === undefined))
      fail(
        'usage.missing-input',
        'Say what to back up: --database with an address, or --sandbox with an id.',
        {
          hint: 'For example `dbd backup --database "$DATABASE_URL" -o backups/today`.',
        },
      );
    const engine = await context.engine();
    const url = given.database ?? (await keptAddress(engine, given.sandbox!));
    const folder = resolve(context.cwd, given.out);
    const taken = await takeBackup({
      engine,
      url,
      folder,
      format: given.as,
      fingerprints: given.fingerprints,
      limitBytes: given.largest * 1024 ** 3,
      emit: context.emit,
      signal: context.signal,
    });
    const { record } = taken;
    return report({
      command: 'backup',
      title: `Backup of ${record.database}'s server`,
      headline: `${formatBytes(record.bytes)} in ${formatMs(taken.ms)}; all ${record.files} files match the server's manifest.`,
      started,
      server: taken.server,
      limits: [
        'A backup is proven by restoring it only.',
        ...(record.changed.length > 0
          ? [
              `Changed while the backup was taken, so a restore cannot compare them: ${record.changed.join(', ')}.`,
            ]
          : []),
      ],
      blocks: [
        {
          id: 'backup',
          title: 'Backup',
          kind: 'facts',
          facts: [
            fact('folder', given.out, 'measured'),
            fact('cluster', record.system, 'measured'),
            fact('files', `${record.files}, ${formatBytes(record.bytes)}`, 'measured'),
            fact('tables with fingerprints', String(record.fingerprints.length), 'measured'),
          ],
        },
      ],
      next: [
        { command: `dbd restore ${given.out}`, why: 'starts it beside and looks at every page: the proof' },
        { command: `dbd backup verify ${given.out}`, why: 'reads every byte again, without starting it' },
      ],
      output: {
        folder,
        bytes: record.bytes,
        files: record.files,
        system: record.system,
        fingerprints: record.fingerprints.length,
      },
    });
  },
});
