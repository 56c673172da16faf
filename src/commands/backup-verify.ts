import { resolve } from 'node:path';
import { z } from 'zod';
import { plural } from '../base/text.ts';
import { formatBytes, formatMs } from '../base/units.ts';
import { verifyBackup } from '../operate/verify.ts';
import { fact, report } from '../report/build.ts';
import { command } from './command.ts';

/** Files that are told one by one. */
const toldProblems = 100;

/** Reads every byte of a backup. */
export const backupVerify = command({
  name: 'backup verify',
  summary: 'Read every byte of a backup and name each file that is wrong',
  input: z.object({
    folder: z.string().describe('folder of `dbd backup` or pg_basebackup').meta({ positional: true }),
    log: z.string().optional().describe('folder of archived log (WAL) to check with it'),
  }),
  output: z.looseObject({
    whole: z.boolean(),
    problems: z.array(z.looseObject({ file: z.string(), says: z.string() })),
  }),
  faces: ['cli'],
  effects: () => ['reads'],
  examples: [
    { call: 'dbd backup verify backups/today', shows: 'whether every file is as the server sent it' },
    {
      call: 'dbd backup verify base --log /archive',
      shows: 'the same, and whether a segment of the log is missing',
    },
  ],
  run: async ({ folder, log }, context) => {
    const started = performance.now();
    const found = await verifyBackup(await context.engine(), resolve(context.cwd, folder), {
      signal: context.signal,
      ...(log === undefined ? {} : { log: resolve(context.cwd, log) }),
    });
    const { base, problems } = found;
    const [first] = problems;
    return report({
      command: 'backup verify',
      title: `Backup ${folder}`,
      headline: first
        ? `Not whole: ${first.file} ${first.says}${problems.length > 1 ? `, and ${plural(problems.length - 1, 'more problem')}` : ''}.`
        : `Whole: all ${base!.files} files are as the server sent them; whether they start is shown by \`dbd restore\`.`,
      started,
      verdict: first ? 'failed' : 'proven',
      findings: problems.slice(0, toldProblems).map(({ file, says }) => ({
        rule: 'backup-damaged',
        severity: 'error',
        place: file,
        message: `${file} ${says}.`,
      })),
      blocks: base
        ? [
            {
              id: 'backup',
              title: 'Backup',
              kind: 'facts',
              facts: [
                fact('files', `${base.files}, ${formatBytes(base.bytes)}`, 'measured'),
                fact('read in', formatMs(base.ms), 'measured'),
                fact('cluster', `${base.system}, version ${base.major}`, 'measured'),
                fact('log', `${base.from} to ${base.to}, timeline ${base.timeline}`, 'measured'),
              ],
            },
          ]
        : [],
      next: first ? [] : [{ command: `dbd restore ${folder}`, why: 'starts it beside: the proof' }],
      output: {
        whole: problems.length === 0,
        problems,
        ...(base ? { bytes: base.bytes, files: base.files } : {}),
      },
    });
  },
});
