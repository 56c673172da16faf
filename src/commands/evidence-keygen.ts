import { resolve } from 'node:path';
import { z } from 'zod';
import { keygenCommand } from '../deliver/evidence/sign.ts';
import { command } from './command.ts';

/** Makes a pair of keys for evidence. */
export const evidenceKeygen = command({
  name: 'evidence keygen',
  summary: 'Make a pair of keys that sign and verify evidence, outside the repository',
  input: z.object({
    file: z
      .string()
      .describe('file of the private key; the public one gets `.pub` behind it')
      .meta({ positional: true }),
  }),
  output: z.looseObject({
    key: z.string(),
    publicKey: z.string(),
    fingerprint: z.string().describe('SHA-256 of the public key'),
  }),
  faces: ['cli'],
  effects: () => ['files'],
  examples: [{ call: 'dbd evidence keygen ~/.config/dbd/ci', shows: 'the files, and the fingerprint' }],
  run: ({ file }, context) => keygenCommand(resolve(context.cwd, file), file),
});
