import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import type { RecoveryTarget } from '../engine/backup/model.ts';
import { restoreReport } from '../operate/restore-report.ts';
import { restoreBackup } from '../operate/restore-backup.ts';
import { command } from './command.ts';
import { duration } from './twin-input.ts';

/** A time with its zone: without one a recovery could stop hours away from what was meant. */
const timeForm = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)? ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?)$/;
const positionForm = /^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/;

/** Longest life of a restored server, milliseconds. */
const longestMs = 7 * 24 * 3_600_000;

/** Restores a backup beside everything else and proves it. */
export const restore = command({
  name: 'restore',
  summary: 'Restore a backup into a new server, look at every page, and print its address',
  input: z.object({
    folder: z.string().describe('folder of `dbd backup` or pg_basebackup').meta({ positional: true }),
    log: z.string().optional().describe('folder of archived log (WAL) to replay after the backup'),
    time: z.string().optional().describe('recover to this time, with its zone: "2026-05-04 10:15:00+00"'),
    lsn: z.string().optional().describe('recover to this position of the log'),
    name: z.string().optional().describe('recover to this named restore point'),
    to: z.string().optional().describe('also lay out a data folder here, ready to start; new or empty'),
    verify: z.boolean().default(false).describe('only prove it: stop and remove the restored server'),
    ttl: z.string().default('1 h').describe('how long the restored server lives unless it is stopped'),
    user: z
      .string()
      .optional()
      .describe('a superuser of the cluster, for a backup that dbd did not take (default: the usual one)'),
    database: z.string().optional().describe('database to connect to, for such a backup'),
    patience: z.string().default('10 min').describe('longest time that replaying the log may take'),
    sandbox: z.string().optional().describe('folder of PostgreSQL binaries to use'),
  }),
  output: z.looseObject({
    id: z.string().optional().describe('name for `dbd sandbox stop`; absent with --verify'),
    url: z.string().optional().describe('address of the restored database, as a superuser'),
    recoveryMs: z.number().describe('from nothing to the first query'),
  }),
  faces: ['cli'],
  effects: ({ to }) => (to === undefined ? ['reads', 'sandbox'] : ['reads', 'files', 'sandbox']),
  examples: [
    { call: 'dbd restore backups/today', shows: 'a running copy, checked, and how long that took' },
    { call: 'dbd restore backups/today --verify', shows: 'the proof alone; nothing is kept' },
    {
      call: 'dbd restore backups/today --log /archive --time "2026-05-04 10:15:00+00"',
      shows: 'the rows as they were at that time',
    },
  ],
  run: async (given, context) => {
    const started = performance.now();
    const ttlMs = duration('--ttl', given.ttl);
    if (ttlMs < 1000 || ttlMs > longestMs)
      fail('usage.wrong-option', `--ttl ${given.ttl} is not between a second and a week.`);
    const engine = await context.engine();
    const target = targetOf(given);
    const path = (text: string): string => resolve(context.cwd, text);
    const done = await restoreBackup({
      engine,
      folder: path(given.folder),
      user: given.user ?? engine.backups.usual.superuser,
      database: given.database ?? engine.backups.usual.database,
      recoverMs: duration('--patience', given.patience),
      emit: context.emit,
      signal: context.signal,
      ...(given.log === undefined ? {} : { log: path(given.log) }),
      ...(target === undefined ? {} : { target }),
      ...(given.to === undefined ? {} : { to: path(given.to) }),
      ...(given.sandbox === undefined ? {} : { named: given.sandbox }),
    });
    try {
      const made = restoreReport(done, {
        folder: given.folder,
        started,
        verify: given.verify,
        ...(given.to === undefined ? {} : { to: given.to }),
      });
      if (given.verify || made.verdict === 'failed') await done.server.stop();
      else await done.server.keep(ttlMs / 1000);
      return made;
    } catch (error) {
      await done.server.stop();
      throw error;
    }
  },
});

function targetOf(given: {
  readonly time?: string | undefined;
  readonly lsn?: string | undefined;
  readonly name?: string | undefined;
}): RecoveryTarget | undefined {
  const { time, lsn, name } = given;
  if ([time, lsn, name].filter((one) => one !== undefined).length > 1)
    fail('usage.wrong-option', 'Give one of --time, --lsn and --name.');
  if (
    time !== undefined &&
    (!timeForm.test(time) ||
      Number.isNaN(
        Date.parse(
          time
            .replace(' ', 'T')
            .replace(/ ?UTC$/, 'Z')
            .replace(/([+-]\d\d)$/, '$1:00'),
        ),
      ))
  )
    fail('usage.wrong-option', `--time ${time} is not a time with its zone.`, {
      hint: 'Write it as "2026-05-04 10:15:00+00".',
    });
  if (lsn !== undefined && !positionForm.test(lsn))
    fail('usage.wrong-option', `--lsn ${lsn} is not a position of the log.`, {
      hint: 'Write it as 0/3000148.',
    });
  if (name !== undefined && (name === '' || Buffer.byteLength(name) > 63))
    fail('usage.wrong-option', '--name is not the name of a restore point: 1 to 63 bytes.');
  if (time !== undefined) return { kind: 'time', time };
  if (lsn !== undefined) return { kind: 'lsn', lsn };
  return name === undefined ? undefined : { kind: 'name', name };
}
