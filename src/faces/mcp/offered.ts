import type { z } from 'zod';
import { DbdError, fail } from '../../base/error.ts';
import { nearest } from '../../base/text.ts';
import type { Command } from '../../commands/command.ts';
import { fieldsOf, type Field } from '../../commands/fields.ts';

/** Most characters of all arguments of a call, written as JSON; a task is a description and may have 1 MiB. */
const mostCharacters = 2 * 1024 * 1024;

/** The fields that agents are offered: fine tuning would make the list of tools longer than agents read, and a foreign command would be any program. */
export function offered(command: Command): readonly Field[] {
  return fieldsOf(command).filter(
    ({ name, rest }) => !rest && (command.input.shape[name] as z.ZodType).meta()?.['fine'] !== true,
  );
}

/** The arguments of a call, of which each is offered; throws `usage.wrong-option` naming the one that is not. */
export function argumentsOf(command: Command, given: unknown): Readonly<Record<string, unknown>> {
  const input = (given ?? {}) as Readonly<Record<string, unknown>>;
  const names = offered(command).map(({ name }) => name);
  for (const name of Object.keys(input)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const hidden = Object.hasOwn(command.input.shape, name);
    fail(
      'usage.wrong-option',
      hidden
        ? `The tool ${command.name} does not offer \`${name}\`: it belongs to the command line.`
        : `The tool ${command.name} does not know \`${name.slice(0, 60)}\`.`,
      { hint: near ? `Did you mean ${near}?` : `It takes ${names.join(', ') || 'nothing'}.` },
    );
  }
  if (JSON.stringify(input).length > mostCharacters)
    fail('usage.wrong-option', `The arguments of ${command.name} are larger than 2 MiB.`, {
      hint: 'Write the text to a file of the project and give its path.',
    });
  return input;
}

/** An error told in the words of a tool: options are arguments, and examples of the command line are the list of arguments. What a person should type stays as it is. */
export function inWordsOfTools(command: Command, error: unknown): unknown {
  if (!(error instanceof DbdError) || !/^(?:usage|policy)\./.test(error.code)) return error;
  const usage = error.code.startsWith('usage.');
  const fields = fieldsOf(command);
  const names = (text: string): string =>
    fields.reduce(
      (said, { name, flag }) => said.replaceAll(new RegExp(`${flag}(?![\\w-])`, 'g'), name),
      text,
    );
  const hint =
    usage && error.hint !== undefined && /--help|(?:^|`)dbd /.test(error.hint)
      ? `It takes ${offered(command)
          .map(({ name }) => name)
          .join(', ')}.`
      : error.hint;
  return new DbdError(error.code, names(error.message), {
    cause: error,
    ...(hint === undefined ? {} : { hint: usage ? names(hint) : hint }),
  });
}
