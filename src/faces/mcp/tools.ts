import { CLIENT_INFO_META_KEY } from '@modelcontextprotocol/server';
import type {
  CallToolResult,
  McpServer,
  ServerContext,
  StandardSchemaWithJSON,
  ToolAnnotations,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Command, Effect } from '../../commands/command.ts';
import { fieldsOf } from '../../commands/fields.ts';
import type { Place } from './call.ts';
import { execute } from './execute.ts';
import { progressTo } from './progress.ts';
import { refusal } from './refusal.ts';

/** The tool's name: words of the command joined by an underscore. */
export function toolName(command: Pick<Command, 'name'>): string {
  return command.name.replaceAll(' ', '_');
}

/** Registers one command as a tool; `track` is told about each call so that the face can wait for it. */
export function addTool(
  server: McpServer,
  command: Command,
  place: Place,
  track: (call: Promise<unknown>) => void,
): void {
  const declared = {
    title: command.summary,
    description: describe(command),
    inputSchema: withoutHints(z.strictObject(forAgents(command.input.shape))),
    outputSchema: outputSchema(command),
    annotations: annotationsOf(command),
  };
  server.registerTool(
    toolName(command),
    declared,
    async (input: Record<string, unknown>, context: ServerContext) => {
      const call = answer(command, input, context, place);
      track(call);
      return call;
    },
  );
}

async function answer(
  command: Command,
  input: Record<string, unknown>,
  context: ServerContext,
  place: Place,
): Promise<CallToolResult> {
  try {
    return await execute(command, input, {
      ...place,
      agent: clientOf(context),
      emit: progressTo(context),
      signal: AbortSignal.any([place.closing, context.mcpReq.signal]),
    });
  } catch (error) {
    return refusal(command.name, error);
  }
}

/** Who asks, from what the request says of itself. */
function clientOf(context: ServerContext): string {
  const said = (context.mcpReq.envelope as Record<string, unknown> | undefined)?.[CLIENT_INFO_META_KEY] as
    | { readonly name: string; readonly version: string }
    | undefined;
  return said === undefined ? 'an MCP client' : `${said.name} ${said.version}`;
}

function describe(command: Command): string {
  const example = command.examples[0];
  return `${command.summary}.${example ? ` Example on the command line: \`${example.call}\` (${example.shows}).` : ''}`;
}

/** Fields that are offered here: fine tuning would make the list of tools longer than agents read. */
function forAgents(shape: Command['input']['shape']): Command['input']['shape'] {
  return Object.fromEntries(
    Object.entries(shape).filter(([, field]) => (field as z.ZodType).meta()?.['fine'] !== true),
  );
}

/** The schema without the command line's own hints, which strict clients would not know. */
function withoutHints(schema: z.ZodObject): StandardSchemaWithJSON<Record<string, unknown>> {
  const standard = schema['~standard'] as StandardSchemaWithJSON<Record<string, unknown>>['~standard'];
  const strip = (value: Record<string, unknown>): Record<string, unknown> => {
    const properties = Object.entries((value['properties'] ?? {}) as Record<string, Record<string, unknown>>);
    return {
      ...value,
      properties: Object.fromEntries(
        properties.map(([name, { positional: _p, rest: _r, short: _s, ...kept }]) => [name, kept]),
      ),
    };
  };
  return {
    '~standard': {
      ...standard,
      jsonSchema: {
        input: (options) => strip(standard.jsonSchema.input(options)),
        output: (options) => strip(standard.jsonSchema.output(options)),
      },
    },
  };
}

/** The common part of every result beside the command's own output; claims and findings stay open, for `tools/list` is read whole. */
function outputSchema(command: Command): z.ZodObject {
  return z.looseObject({
    ...command.output.partial().shape,
    schema: z.string(),
    command: z.string(),
    verdict: z.enum(['proven', 'conditions', 'failed']).optional(),
    headline: z.string(),
    claims: z.array(z.looseObject({})),
    findings: z.array(z.looseObject({})),
    next: z.array(z.looseObject({})),
  });
}

/** Hints for the client from what any input of the command may touch; a command that starts a foreign program may do anything. */
export function annotationsOf(command: Command): Required<Omit<ToolAnnotations, 'title'>> {
  const effects = possibleEffects(command);
  const foreign = fieldsOf(command).some((field) => field.rest);
  const writes = effects.some(
    (effect) => effect === 'files' || effect === 'database' || effect === 'tracker',
  );
  const outside = foreign || effects.some((effect) => effect === 'database' || effect === 'tracker');
  return {
    readOnlyHint: !writes && !foreign,
    destructiveHint: foreign || effects.includes('database'),
    idempotentHint: !foreign && !effects.includes('database'),
    openWorldHint: outside,
  };
}

/** Effects of the smallest and of the fullest input. */
function possibleEffects(command: Command): readonly Effect[] {
  const fields = fieldsOf(command);
  const sample = { text: 'x', number: 1, switch: true, list: ['x'] } as const;
  const full = Object.fromEntries(
    fields.map((field) => [field.name, field.kind === 'choice' ? field.choices[0] : sample[field.kind]]),
  );
  const least = Object.fromEntries(
    fields.map((field) => [field.name, field.required ? full[field.name] : field.default]),
  );
  return [...new Set([...command.effects(least), ...command.effects(full)])];
}
