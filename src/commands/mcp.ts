import { z } from 'zod';
import { fail } from '../base/error.ts';
import { report } from '../report/build.ts';
import { command } from './command.ts';

/** Starts the MCP face on standard input and output; the protocol owns both until the client leaves. */
export const mcp = command({
  name: 'mcp',
  summary: 'Serve the commands to agents over MCP (standard input and output)',
  input: z.object({}),
  output: z.object({}),
  faces: ['cli'],
  effects: () => [],
  examples: [
    {
      call: 'claude mcp add dbd -- npx -y database-developer mcp',
      shows: 'how an agent is given the commands',
    },
  ],
  run: async (_input, context) => {
    const started = performance.now();
    if (!context.serve)
      return fail('usage.wrong-option', 'MCP can only be served by the command line.', {
        hint: 'Start `dbd mcp` as a process of its own.',
      });
    await context.serve('mcp');
    return report({ command: 'mcp', title: 'MCP', headline: 'The client left.', started });
  },
});
