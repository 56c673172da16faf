import { join } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { report } from '../report/build.ts';
import { command } from './command.ts';

/** Port when none is named; nothing common listens there. */
const usualPort = 4517;

/** Starts the MCP face on standard input and output, or over HTTP on this machine; a client's leaving or a signal ends it. */
export const mcp = command({
  name: 'mcp',
  summary: 'Serve the commands to agents over MCP (standard input and output, or HTTP on this machine)',
  input: z.object({
    http: z.boolean().default(false).describe('streamable HTTP on 127.0.0.1, with a token'),
    port: z
      .number()
      .int()
      .min(0)
      .max(65_535)
      .default(usualPort)
      .describe('port for --http; 0 takes a free one'),
  }),
  output: z.object({}),
  faces: ['cli'],
  effects: ({ http }) => (http ? ['files'] : []),
  examples: [
    {
      call: 'claude mcp add dbd -- npx -y database-developer mcp',
      shows: 'how an agent is given the commands',
    },
    {
      call: 'dbd mcp --http',
      shows: 'one server for several clients, and the file with its token',
    },
  ],
  run: async ({ http, port }, context) => {
    const started = performance.now();
    if (!context.serve)
      return fail('usage.wrong-option', 'MCP can only be served by the command line.', {
        hint: 'Start `dbd mcp` as a process of its own.',
      });
    if (http) {
      const [{ openPlace }, engine] = await Promise.all([import('../sandbox/place.ts'), context.engine()]);
      const { cache } = openPlace(engine.launch.accounts, context.env);
      await context.serve('mcp', { port, folder: join(cache, 'mcp') });
    } else await context.serve('mcp');
    return report({ command: 'mcp', title: 'MCP', headline: 'The client left.', started });
  },
});
