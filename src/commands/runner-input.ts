import { resolve } from 'node:path';
import { z } from 'zod';
import type { StoryOptions } from '../deliver/runner/story.ts';
import type { Context } from './command.ts';
import { configFor, duration } from './twin-input.ts';

/** Options of every command that works on a database with a history. */
export const runnerInput = {
  database: z.string().optional().describe('address of the database, as the role that owns its objects'),
  target: z.string().optional().describe('name of a database in dbd.config.yaml, instead of --database'),
  changes: z
    .string()
    .optional()
    .describe('folder of changes, one change folder, or plain SQL files (default: changes/)'),
};

/** Options of those that write. */
export const waitInput = {
  wait: z.string().default('10s').describe('how long another runner is waited for').meta({ fine: true }),
};

interface Given {
  readonly database?: string | undefined;
  readonly target?: string | undefined;
  readonly changes?: string | undefined;
  readonly wait?: string;
}

/** What the stories of the runner are given. */
export async function storyOptions(given: Given, context: Context): Promise<StoryOptions> {
  const { cwd, env } = context;
  const engine = await context.engine();
  const beside = given.changes === undefined ? [] : [resolve(cwd, given.changes, 'x')];
  const config = await configFor(context, {}, [...beside]);
  const { targetOf } = await import('../deliver/runner/target.ts');
  const found = await targetOf({
    engine,
    config,
    cwd,
    env,
    ...(given.database === undefined ? {} : { database: given.database }),
    ...(given.target === undefined ? {} : { target: given.target }),
    ...(given.changes === undefined ? {} : { changes: given.changes }),
  });
  return {
    engine,
    ...found,
    emit: context.emit,
    signal: context.signal,
    waitMs: given.wait === undefined ? 0 : duration('--wait', given.wait),
  };
}
