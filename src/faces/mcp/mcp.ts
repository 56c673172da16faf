import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { version } from '../../base/version.ts';
import { all } from '../../commands/all.ts';
import type { Command } from '../../commands/command.ts';
import type { Place } from './call.ts';
import { registerPrompts } from './prompt.ts';
import { registerResources } from './resources/resources.ts';
import { runsEnded } from './runs/runs.ts';
import { addTool } from './tools.ts';

/** What an agent reads before it calls anything. */
const instructions = `dbd turns a database task into a proven change. Everything runs in disposable sandboxes; no tool changes a real database.
A verdict is proven, conditions or failed. "not-proven" and "missed" claims are results, not errors: read their "because".
Errors carry a code and a hint that says what to do next.`;

/** Serves the commands that offer themselves to agents on standard input and output, until the client leaves or the signal aborts. */
export async function serveMcp(signal: AbortSignal): Promise<void> {
  const commands = (await Promise.all(all.map((listed) => listed.load()))).filter((command) =>
    command.faces.includes('mcp'),
  );
  const running = new Set<Promise<unknown>>();
  const place: Place = { cwd: process.cwd(), env: process.env, closing: signal };
  const handle = serveStdio(() => serverOf(commands, place, running));
  await new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await handle.close();
  // Calls that were under way still remove their sandboxes; a run goes on to its end without its client.
  await Promise.allSettled(running);
  await runsEnded();
}

function serverOf(commands: readonly Command[], place: Place, running: Set<Promise<unknown>>): McpServer {
  const server = new McpServer(
    { name: 'dbd', title: 'Database developer', version },
    { capabilities: { tools: {} }, instructions },
  );
  for (const command of commands) {
    addTool(server, command, place, (call) => {
      running.add(call);
      void call.finally(() => running.delete(call));
    });
  }
  registerResources(server, place);
  registerPrompts(server, place);
  return server;
}
