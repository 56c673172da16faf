#!/usr/bin/env node
import { main } from './faces/cli/cli.ts';

const code = await main(process, {
  mcp: async (signal, said, http) => {
    const { serveMcp, serveMcpHttp } = await import('./faces/mcp/mcp.ts');
    await (http ? serveMcpHttp(signal, said, http) : serveMcp(signal));
  },
});
process.exit(code);
