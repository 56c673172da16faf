import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { signCommand } from '../deliver/evidence/sign.ts';
import { parseDays } from '../task/units.ts';
import { command } from './command.ts';

/** Variable that holds the private key where none is named. */
const usual = 'DBD_EVIDENCE_KEY';

/** Signs what a report says about a change. */
export const evidenceSign = command({
  name: 'evidence sign',
  summary: 'Sign what a rehearsal showed about a change, so that others can rely on it',
  input: z.object({
    change: z.string().describe('change folder, or its report.json').meta({ positional: true }),
    report: z.string().optional().describe('report.json, where it does not stand in the change folder'),
    key: z.string().optional().describe('file of the private key, outside the repository'),
    keyEnv: z.string().optional().describe(`variable that holds the private key instead (default: ${usual})`),
    expires: z.string().optional().describe('how long the signature counts, such as 30d (default: for ever)'),
  }),
  output: z.looseObject({
    file: z.string(),
    change: z.string().describe('hash of the change'),
    signers: z.number(),
  }),
  faces: ['cli'],
  effects: () => ['reads', 'files'],
  examples: [
    {
      call: 'dbd evidence sign changes/20261120T0915-users-email --report rehearsal/report.json',
      shows: 'in CI, with the key in DBD_EVIDENCE_KEY',
    },
    {
      call: 'dbd evidence sign changes/20261120T0915-users-email --key ~/.config/dbd/me --expires 30d',
      shows: 'a second signer',
    },
  ],
  run: async (given, context) => {
    if (given.key !== undefined && given.keyEnv !== undefined)
      fail('usage.wrong-option', 'Give --key or --key-env, not both.');
    const name = given.keyEnv ?? usual;
    const text = context.env[name];
    if (given.key === undefined && !text)
      fail('usage.missing-input', `Name the private key: --key with a file, or the variable ${name}.`, {
        hint: 'Make one with dbd evidence keygen.',
      });
    const days = given.expires === undefined ? undefined : parseDays(given.expires);
    if (given.expires !== undefined && !days)
      fail('usage.wrong-option', `--expires needs a time such as 30d, not \`${given.expires}\`.`);
    return signCommand({
      path: resolve(context.cwd, given.change),
      shown: given.change,
      key:
        given.key === undefined
          ? { kind: 'variable', name, text: text! }
          : { kind: 'file', path: resolve(context.cwd, given.key), shown: given.key },
      env: context.env,
      ...(given.report === undefined ? {} : { report: resolve(context.cwd, given.report) }),
      ...(days === undefined ? {} : { expiresMs: days * 86_400_000 }),
    });
  },
});
