import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Command } from '../../commands/command.ts';
import { run } from '../../commands/run.ts';
import { envelope } from '../../render/json.ts';
import { renderMarkdown } from '../../render/markdown/markdown.ts';
import type { Call } from './call.ts';

/** Longest Markdown that a tool call answers with, characters; clients cut at about four times as much. */
const textLimit = 24_000;

/** Runs one command for an agent and answers with its report as Markdown and as an object; throws what the command throws. */
export async function execute(
  command: Command,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<CallToolResult> {
  const report = await run(command, input, call);
  return {
    content: [{ type: 'text', text: renderMarkdown(report, textLimit) }],
    structuredContent: plain(envelope(report)),
  };
}

/** Plain JSON, so that what is validated is what is sent. */
function plain(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}
