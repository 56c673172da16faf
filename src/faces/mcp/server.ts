import { McpServer } from '@modelcontextprotocol/server';
import { version } from '../../base/version.ts';
import type { Command } from '../../commands/command.ts';
import type { Place } from './call.ts';
import { openConsents } from './consent.ts';
import { instructions } from './instructions.ts';
import { registerPrompts } from './prompt.ts';
import { registerResources } from './resources/resources.ts';
import { runsEnded } from './runs/runs.ts';
import { addTool, type Shared } from './tools.ts';

/** A server for one connection, or for one request of those that have none; state lives in `shared` and behind explicit ids alone. */
export function serverOf(commands: readonly Command[], shared: Shared): McpServer {
  const server = new McpServer(
    { name: 'dbd', title: 'Database developer', version },
    { capabilities: { tools: { listChanged: false } }, instructions },
  );
  for (const command of commands) addTool(server, command, shared);
  registerResources(server, shared.place);
  registerPrompts(server, shared.place);
  return server;
}

/** What the connections of a process share, and a wait for what is under way. */
export function sharedBy(place: Place): Shared & { readonly ended: () => Promise<void> } {
  const running = new Set<Promise<unknown>>();
  return {
    place,
    consents: openConsents(),
    track: (call) => {
      running.add(call);
      void call.finally(() => running.delete(call));
    },
    ended: async () => {
      // Calls that were under way still remove their sandboxes; a run goes on to its end without its client.
      await Promise.allSettled(running);
      await runsEnded();
    },
  };
}
