import type { ToolAnnotations } from '@modelcontextprotocol/server';
import type { Command, Effect } from '../../commands/command.ts';
import type { Field } from '../../commands/fields.ts';
import { offered } from './offered.ts';

/** Hints for the client about what any call of the tool may touch; each of the four is said, for what is left out counts as the worst. */
export function annotationsOf(command: Command): Required<Omit<ToolAnnotations, 'title'>> {
  const effects = possibleEffects(command);
  return {
    readOnlyHint: !['files', 'database', 'tracker'].some((effect) => effects.has(effect as Effect)),
    destructiveHint: effects.has('database'),
    idempotentHint: !effects.has('database'),
    openWorldHint: ['connects', 'database', 'tracker'].some((effect) => effects.has(effect as Effect)),
  };
}

/** Effects of the smallest input, of each option on top of it, and of all options together; options that agents are not offered keep their defaults. */
function possibleEffects(command: Command): ReadonlySet<Effect> {
  const fields = offered(command);
  const least = command.input.parse(
    Object.fromEntries(fields.filter((field) => field.required).map((field) => [field.name, sample(field)])),
  );
  const full = Object.fromEntries(fields.map((field) => [field.name, sample(field)]));
  const inputs = [
    least,
    { ...least, ...full },
    ...fields.map((field) => ({ ...least, [field.name]: full[field.name] })),
  ];
  return new Set(inputs.flatMap((input) => command.effects(input)));
}

function sample({ kind, choices }: Field): unknown {
  return { text: 'x', number: 1, switch: true, list: ['x'], choice: choices[0] }[kind];
}
