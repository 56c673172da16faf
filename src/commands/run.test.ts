import { expect, test } from 'vitest';
import { z } from 'zod';
import { command } from './command.ts';
import { checkInput } from './run.ts';

const tried = command({
  name: 'tried',
  summary: 'A command',
  input: z.object({
    folder: z.string().describe('a folder').meta({ positional: true }),
    urlEnv: z.string().describe('a variable'),
    clients: z.number().int().min(1).max(9).default(1).describe('clients'),
    share: z.number().positive().default(1).describe('a share'),
  }),
  output: z.looseObject({}),
  faces: ['cli'],
  effects: () => [],
  examples: [],
  run: () => Promise.reject(new Error('not run')),
});

test.each([
  [{ urlEnv: 'A' }, 'usage.missing-input', '`dbd tried` needs <folder>.'],
  [{ folder: '.' }, 'usage.missing-input', '`dbd tried` needs --url-env.'],
  [
    { folder: '.', urlEnv: 'A', clients: 0 },
    'usage.wrong-option',
    '--clients of `dbd tried` is wrong: it must be at least 1.',
  ],
  [
    { folder: '.', urlEnv: 'A', clients: 10 },
    'usage.wrong-option',
    '--clients of `dbd tried` is wrong: it must be at most 9.',
  ],
  [
    { folder: '.', urlEnv: 'A', share: 0 },
    'usage.wrong-option',
    '--share of `dbd tried` is wrong: it must be more than 0.',
  ],
])('%j is said to be wrong in the words that are typed', (input, code, message) => {
  expect(() => checkInput(tried, input)).toThrow(expect.objectContaining({ code, message }));
});
