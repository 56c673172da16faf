import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { shorten } from '../../render/clean.ts';

/** Longest name of a client that is passed on, characters. */
const longest = 80;

/** Name and version of the client, from the request or the handshake, or `an MCP client`. */
export function clientOf(server: McpServer, context: ServerContext): string {
  const said = (envelope(context)[CLIENT_INFO_META_KEY] ?? server.server.getClientVersion()) as
    | { readonly name?: unknown; readonly version?: unknown }
    | undefined;
  const words = [said?.name, said?.version].filter((word) => typeof word === 'string' && word !== '');
  return words.length === 0 ? 'an MCP client' : shorten(words.join(' '), longest);
}

/** Whether the client can show its user a form. */
export function canAsk(server: McpServer, context: ServerContext): boolean {
  const capabilities = (envelope(context)[CLIENT_CAPABILITIES_META_KEY] ??
    server.server.getClientCapabilities()) as ClientCapabilities | undefined;
  const form = capabilities?.elicitation as Readonly<Record<string, unknown>> | undefined;
  // A client that names no kind of question means forms.
  return form !== undefined && (form['form'] !== undefined || Object.keys(form).length === 0);
}

function envelope(context: ServerContext): Readonly<Record<string, unknown>> {
  return (context.mcpReq.envelope ?? {}) as Readonly<Record<string, unknown>>;
}
