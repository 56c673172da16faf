import type {
  CallToolResult,
  InputRequiredResult,
  McpServer,
  ServerContext,
} from '@modelcontextprotocol/server';
import { DbdError, fail } from '../../base/error.ts';
import type { Command } from '../../commands/command.ts';
import { consentOf } from '../../commands/run.ts';
import type { Call, Place } from './call.ts';
import { canAsk, clientOf } from './client.ts';
import { commandLine } from './command-line.ts';
import type { Consents } from './consent.ts';
import { declarationOf } from './declaration.ts';
import { execute } from './execute.ts';
import { argumentsOf, inWordsOfTools } from './offered.ts';
import { progressTo } from './progress.ts';
import { refusal } from './refusal.ts';

/** What the calls of all connections of a server share. */
export interface Shared {
  readonly place: Place;
  readonly consents: Consents;
  /** Is told about each call, so that the face can wait for it. */
  track(call: Promise<unknown>): void;
}

/** Registers one command as a tool. */
export function addTool(server: McpServer, command: Command, shared: Shared): void {
  const { name, ...declared } = declarationOf(command);
  server.registerTool(name, declared, (given: unknown, context: ServerContext) => {
    const call = answer(server, command, given, context, shared).catch((error: unknown) =>
      refusal(command.name, inWordsOfTools(command, error)),
    );
    shared.track(call);
    return call;
  });
}

async function answer(
  server: McpServer,
  command: Command,
  given: unknown,
  context: ServerContext,
  { place, consents }: Shared,
): Promise<CallToolResult | InputRequiredResult> {
  const input = argumentsOf(command, given);
  const call: Call = {
    ...place,
    agent: clientOf(server, context),
    emit: progressTo(context),
    signal: AbortSignal.any([place.closing, context.mcpReq.signal]),
  };
  const question = command.consent ? await consentOf(command, input, call) : undefined;
  const answered = context.mcpReq.inputResponses !== undefined || context.mcpReq.requestState() !== undefined;
  if (!question && !answered) return execute(command, input, call);
  if (!question)
    return fail('policy.confirm', 'Nothing is left that would have to be confirmed. Nothing was done.', {
      hint: 'Call the tool again without an answer.',
    });
  const asked = { command, input, agent: call.agent, question };
  if (!answered) {
    if (canAsk(server, context)) return consents.ask(asked);
    throw new DbdError(
      'policy.confirm',
      `${question.says} A person has to confirm that, and this client cannot ask one. Nothing was done.`,
      {
        hint: `A person types: ${commandLine(command, input)}`,
      },
    );
  }
  if (!consents.settle(asked, context))
    throw new DbdError('policy.confirm', 'The person did not confirm. Nothing was done.', {
      hint: 'Ask the person what should be different before you call again.',
    });
  return execute(command, input, { ...call, confirmed: question.hash });
}
