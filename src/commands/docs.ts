import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { documentStructure } from '../deliver/documents/docs.ts';
import { command } from './command.ts';
import { configFor, twinInput } from './twin-input.ts';

const input = z.object({
  current: twinInput.current,
  sandbox: twinInput.sandbox,
  title: z.string().optional().describe("heading of the first page (default: the folder's name)"),
  check: z.boolean().default(false).describe('write nothing; end with 1 when a page is out of date'),
  out: z.string().default('docs/schema').describe('folder for the pages').meta({ short: 'o' }),
});

const output = z.looseObject({
  folder: z.string().optional().describe('where the pages are'),
  files: z.array(z.string()).optional().describe('paths within the folder'),
});

/** Writes diagram and dictionary of the current structure. */
export const docs = command({
  name: 'docs',
  summary: 'Write diagram and data dictionary of the current structure, or check that they are up to date',
  input,
  output,
  faces: ['cli'],
  effects: (given) => (given.check ? ['reads', 'sandbox'] : ['reads', 'files', 'sandbox']),
  examples: [
    { call: 'dbd docs --current schema.sql', shows: 'a page per table and a diagram, in docs/schema' },
    { call: 'dbd docs --check', shows: 'in CI: whether the committed pages tell the structure as it is' },
  ],
  run: async (given, context) => {
    return documentStructure({
      engine: await context.engine(),
      config: await configFor(context, given),
      check: given.check,
      title: given.title ?? basename(context.cwd),
      out: resolve(context.cwd, given.out),
      cwd: context.cwd,
      emit: context.emit,
      signal: context.signal,
    });
  },
});
