import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { all } from '../../commands/all.ts';
import type { Command } from '../../commands/command.ts';
import { serverOf, sharedBy } from './server.ts';

/** Longest line of a client, bytes; one that is longer ends the connection. */
const longestLine = 32 * 1024 * 1024;

/** The commands that offer themselves to agents. */
export async function toolCommands(): Promise<readonly Command[]> {
  const commands = await Promise.all(all.map((listed) => listed.load()));
  return commands.filter((command) => command.faces.includes('mcp'));
}

/** Serves the commands on standard input and output, until the client leaves or the signal aborts. */
export async function serveMcp(signal: AbortSignal): Promise<void> {
  const commands = await toolCommands();
  const shared = sharedBy({ cwd: process.cwd(), env: process.env, closing: signal });
  const wire = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: longestLine });
  const handle = serveStdio(() => serverOf(commands, shared), { transport: wire });
  await new Promise<void>((resolve) => {
    const closed = wire.onclose;
    wire.onclose = () => {
      closed?.();
      resolve();
    };
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await handle.close();
  await shared.ended();
}
