import type { StandardSchemaWithJSON, ToolAnnotations } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Command } from '../../commands/command.ts';
import { annotationsOf } from './annotations.ts';
import { offered } from './offered.ts';

type Json = Readonly<Record<string, unknown>>;

/** A tool as `tools/list` tells it. */
export interface Declaration {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: StandardSchemaWithJSON<Json>;
  readonly outputSchema: StandardSchemaWithJSON<Json>;
  readonly annotations: Required<Omit<ToolAnnotations, 'title'>>;
}

const declared = new WeakMap<Command, Declaration>();

/** The tool of a command, worked out once. */
export function declarationOf(command: Command): Declaration {
  const known = declared.get(command) ?? declare(command);
  declared.set(command, known);
  return known;
}

function declare(command: Command): Declaration {
  const input = inputOf(command);
  return {
    name: toolName(command),
    description: [`${command.summary}.`, command.advice].filter(Boolean).join(' '),
    // The arguments are checked by the command, which answers with a code and a hint.
    inputSchema: told(input),
    outputSchema: told(output),
    annotations: annotationsOf(command),
  };
}

/** The tool's name: words of the command joined by an underscore. */
export function toolName(command: Pick<Command, 'name'>): string {
  return command.name.replaceAll(' ', '_');
}

/**
 * What every answer holds, errors and runs that are not finished included: old clients hold those against it, too. The rest stays open, for
 * the list of tools is read whole.
 */
const output: Json = {
  type: 'object',
  properties: { schema: { type: 'string' }, verdict: { type: 'string' }, headline: { type: 'string' } },
  required: ['schema'],
};

function inputOf(command: Command): Json {
  const fields = offered(command);
  const { properties = {}, required = [] } = z.toJSONSchema(
    z.object(Object.fromEntries(fields.map(({ name }) => [name, command.input.shape[name]!]))),
    { io: 'input' },
  );
  return {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(({ name }) => [name, briefly(properties[name] as Json, command)]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** A field without the command line's own hints, which strict clients would not know, and without what a wrong value is told anyway. */
function briefly(schema: Json, command: Command): Json {
  const { type, enum: choices, items, default: standard, description, agents } = schema;
  const plain = standard === undefined || standard === false || Array.isArray(standard);
  return {
    ...(type === undefined ? {} : { type }),
    ...(choices === undefined ? {} : { enum: choices }),
    ...(items === undefined ? {} : { items }),
    ...(plain ? {} : { default: standard }),
    ...(description === undefined
      ? {}
      : { description: asArgument((agents ?? description) as string, command) }),
  };
}

/** Options of the command line by the names that they have here. */
function asArgument(text: string, command: Command): string {
  return Object.keys(command.input.shape).reduce(
    (said, name) => said.replaceAll(`--${name.replaceAll(/([A-Z])/g, '-$1').toLowerCase()}`, `\`${name}\``),
    text,
  );
}

/** A schema that is told and holds nothing back. */
function told(json: Json): StandardSchemaWithJSON<Json> {
  return {
    '~standard': {
      version: 1,
      vendor: 'dbd',
      validate: (value) => ({ value: value as Json }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}
