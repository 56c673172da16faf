import type { CallToolResult } from '@modelcontextprotocol/server';
import { DbdError, SqlError } from '../../base/error.ts';
import { hideSecrets, withoutSecrets } from '../../base/secret.ts';
import { errorEnvelope } from '../../render/json.ts';

/** An error as a result, so that the agent can read code and hint and correct itself. */
export function refusal(command: string, error: unknown): CallToolResult {
  const known = error instanceof DbdError;
  const message = hideSecrets(error instanceof Error ? error.message : String(error));
  const code = known ? error.code : 'internal.bug';
  const hint = known && error.hint !== undefined ? hideSecrets(error.hint) : undefined;
  const marked = error instanceof SqlError && error.marked ? `\n\n${hideSecrets(error.marked)}` : '';
  return {
    isError: true,
    content: [{ type: 'text', text: `${code}: ${message}${marked}${hint ? `\n\nNext: ${hint}` : ''}` }],
    structuredContent: withoutSecrets(errorEnvelope(command, { code, message, hint })),
  };
}
