import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { all } from '../../commands/all.ts';
import type { Command, HttpServing } from '../../commands/command.ts';
import { toolNames } from '../../commands/tools.ts';
import { chooseToken, keepToken } from './token.ts';
import { serverOf, sharedBy } from './server.ts';

/** Longest line of a client, bytes; one that is longer ends the connection. */
const longestLine = 12 * 1024 * 1024;

/** The commands that offer themselves to agents. */
export function toolCommands(): Promise<readonly Command[]> {
  return Promise.all(toolNames.flatMap((name) => all.find((listed) => listed.name === name)?.load() ?? []));
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
    void aborted(signal).then(resolve);
  });
  await handle.close();
  await shared.ended();
}

/** Serves the commands over HTTP on 127.0.0.1 until the signal aborts; says where, and where the token is. */
export async function serveMcpHttp(
  signal: AbortSignal,
  said: (text: string) => void,
  { port, folder }: HttpServing,
): Promise<void> {
  const { token, own } = chooseToken(process.env);
  const [commands, { listen }] = await Promise.all([toolCommands(), import('./http.ts')]);
  const shared = sharedBy({ cwd: process.cwd(), env: process.env, closing: signal });
  const server = await listen(commands, shared, { port, token });
  const kept = own ? await keepToken(folder, server.port, token) : undefined;
  said(`MCP is served at ${server.url} until this process is stopped.`);
  said(
    `Clients send the token ${kept ? `in ${kept.path}` : 'of DBD_MCP_TOKEN'} as \`Authorization: Bearer …\`.`,
  );
  await aborted(signal);
  await kept?.remove();
  await server.close();
  await shared.ended();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
