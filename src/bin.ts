#!/usr/bin/env node
import { main } from './faces/cli/cli.ts';

const code = await main(process, {
  mcp: async (signal) => {
    const { serveMcp } = await import('./faces/mcp/mcp.ts');
    await serveMcp(signal);
  },
});
process.exit(code);
