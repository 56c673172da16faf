import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { verifyCommand } from '../deliver/evidence/verify.ts';
import { parseDays } from '../task/units.ts';
import { command } from './command.ts';

/** Verifies signed evidence of a change. */
export const evidenceVerify = command({
  name: 'evidence verify',
  summary: 'Verify that a change is the one whose evidence was signed, file by file',
  input: z.object({
    change: z.string().describe('change folder').meta({ positional: true }),
    publicKey: z
      .array(z.string())
      .default([])
      .describe('file of a trusted public key; may be given several times'),
    signers: z
      .number()
      .int()
      .min(1)
      .max(20)
      .default(1)
      .describe('different trusted keys that must have signed'),
    proven: z.boolean().default(false).describe('accept a verdict of `proven` only, not `conditions`'),
    maxAge: z.string().optional().describe('oldest measurement that is accepted, such as 14d'),
  }),
  output: z.looseObject({
    accepted: z.boolean(),
    problems: z.array(z.looseObject({ kind: z.string(), text: z.string() })),
    signers: z.array(z.looseObject({ name: z.string(), signedAt: z.string() })),
  }),
  faces: ['cli'],
  effects: () => ['reads'],
  examples: [
    {
      call: 'dbd evidence verify changes/20261120T0915-users-email --public-key keys/ci.pub',
      shows: 'accepted, or which file was altered',
    },
  ],
  run: async (given, context) => {
    if (given.publicKey.length === 0)
      fail('usage.missing-input', 'Name at least one trusted key: --public-key keys/ci.pub.', {
        hint: 'It is the `.pub` file that dbd evidence keygen wrote.',
      });
    const days = given.maxAge === undefined ? undefined : parseDays(given.maxAge);
    if (given.maxAge !== undefined && !days)
      fail('usage.wrong-option', `--max-age needs a time such as 14d, not \`${given.maxAge}\`.`);
    return verifyCommand(
      resolve(context.cwd, given.change),
      given.change,
      given.publicKey.map((path) => ({ path: resolve(context.cwd, path), shown: path })),
      {
        signers: given.signers,
        verdict: given.proven ? 'proven' : 'conditions',
        ...(days === undefined ? {} : { maxAgeMs: days * 86_400_000 }),
      },
    );
  },
});
