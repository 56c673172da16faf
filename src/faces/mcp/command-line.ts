import { hideSecrets } from '../../base/secret.ts';
import type { Command } from '../../commands/command.ts';
import { fieldsOf } from '../../commands/fields.ts';

/** The call as a person types it into a shell, without secrets. */
export function commandLine(command: Command, input: Readonly<Record<string, unknown>>): string {
  const words = fieldsOf(command).flatMap((field): readonly string[] => {
    const value = input[field.name];
    if (value === undefined || value === field.default) return [];
    if (typeof value === 'boolean') return [value ? field.flag : field.flag.replace('--', '--no-')];
    const given = (Array.isArray(value) ? value : [value]) as readonly (string | number)[];
    return given.flatMap((one) => [...(field.positional ? [] : [field.flag]), quoted(`${one}`)]);
  });
  return hideSecrets(['dbd', command.name, ...words].join(' '));
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
