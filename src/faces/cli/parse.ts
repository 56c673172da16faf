import { Command as Parser, CommanderError, Option } from 'commander';
import { fail } from '../../base/error.ts';
import { nearest } from '../../base/text.ts';
import type { Command } from '../../commands/command.ts';
import { fieldsOf, meaning, type Field } from '../../commands/fields.ts';

/** Options that every command takes; they steer the face, never the command. */
export interface FaceOptions {
  readonly json: boolean;
  readonly debug: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  readonly format: string | undefined;
}

export interface Parsed {
  readonly input: Readonly<Record<string, unknown>>;
  readonly face: FaceOptions;
}

/** Values of `--format`. */
export const formats = ['terminal', 'md', 'html', 'json'];

/** Names of the face's own options; no command may declare a field of this name except `format`. */
export const faceFlags = ['--json', '--format', '--quiet', '--no-color', '--debug', '--help'];

/** Turns the words after the command's name into its input; throws `usage.wrong-option` and `usage.missing-input`. */
export function parse(command: Command, words: readonly string[]): Parsed {
  const { own, rest } = splitRest(words);
  const fields = fieldsOf(command);
  const parser = parserOf(command, fields);
  try {
    parser.parse([...own], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return refuse(command, fields, error, own);
    throw error;
  }
  const values = parser.opts<Record<string, unknown>>();
  const input: Record<string, unknown> = {};
  for (const field of fields) {
    const position = fields.filter((other) => other.positional).indexOf(field);
    const given = field.rest
      ? rest
      : field.positional
        ? parser.processedArgs[position]
        : parser.getOptionValueSource(field.name) === 'cli'
          ? values[field.name]
          : undefined;
    if (given === undefined || (Array.isArray(given) && given.length === 0)) continue;
    input[field.name] = field.kind === 'number' ? readNumber(field.flag, String(given)) : given;
  }
  if (rest && !fields.some((field) => field.rest)) {
    fail('usage.wrong-option', `\`dbd ${command.name}\` takes nothing after \`--\`.`, {
      hint: seeHelp(command),
    });
  }
  return {
    input,
    face: {
      json: values['json'] === true,
      debug: values['debug'] === true,
      quiet: values['quiet'] === true,
      color: values['color'] !== false,
      format: typeof values['format'] === 'string' ? values['format'] : undefined,
    },
  };
}

/** The number that people write: `20000`, `20k`, `1.5M`; throws `usage.wrong-option` for anything else. */
export function readNumber(flag: string, text: string): number {
  const match = /^(-?\d+(?:\.\d+)?)([kKMGg]?)$/.exec(text.replaceAll('_', ''));
  if (!match)
    return fail('usage.wrong-option', `${flag} needs a number such as 20000, 20k or 1M, not \`${text}\`.`);
  const factor = { k: 1e3, m: 1e6, g: 1e9 }[match[2]!.toLowerCase()] ?? 1;
  return Number(match[1]) * factor;
}

/** Help of one command, as the parser lays it out. */
export function helpText(command: Command, width: number): string {
  const parser = parserOf(command, fieldsOf(command)).configureHelp({ helpWidth: width });
  const examples = command.examples.map(({ call, shows }) => `  ${call}\n      ${shows}`).join('\n');
  return `${parser.helpInformation()}${examples ? `\nExamples:\n${examples}\n` : ''}`;
}

function parserOf(command: Command, fields: readonly Field[]): Parser {
  const parser = new Parser(`dbd ${command.name}`)
    .description(command.summary)
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  const rest = fields.find((field) => field.rest);
  const words = fields.filter((field) => field.positional);
  parser.usage(
    ['[options]', ...words.map(argumentText), ...(rest ? [`[-- <${rest.name}…>]`] : [])].join(' '),
  );
  for (const field of words) parser.argument(argumentText(field), field.help);
  for (const field of fields) if (!field.positional && !field.rest) parser.addOption(optionOf(field));
  if (!fields.some((field) => field.name === 'format')) {
    parser.addOption(new Option('--format <format>', 'how the result is printed').choices(formats));
  }
  return parser
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'no progress')
    .option('--no-color', 'no colours')
    .option('--debug', 'show the stack of an error')
    .option('-h, --help', 'show this help');
}

function optionOf(field: Field): Option {
  const short = field.short ? `-${field.short}, ` : '';
  if (field.kind === 'switch') {
    return field.default === true
      ? new Option(`--no-${field.flag.slice(2)}`, field.help)
      : new Option(`${short}${field.flag}`, field.help);
  }
  const value = field.kind === 'number' ? 'number' : field.kind === 'choice' ? 'choice' : 'value';
  const option = new Option(
    `${short}${field.flag} ${field.bare === undefined ? `<${value}>` : `[${value}]`}`,
    meaning(field),
  );
  if (field.bare !== undefined) option.preset(field.bare);
  if (field.kind === 'choice') option.choices([...field.choices]);
  if (field.kind === 'list') option.argParser<string[]>((value, before) => [...(before ?? []), value]);
  return option;
}

function argumentText(field: Field): string {
  const name = field.kind === 'list' ? `${field.name}...` : field.name;
  // A missing word is reported by the command's own schema, which knows what it is for.
  return field.required ? `<${name}>` : `[${name}]`;
}

function splitRest(words: readonly string[]): {
  readonly own: readonly string[];
  readonly rest: readonly string[] | undefined;
} {
  const at = words.indexOf('--');
  return at < 0 ? { own: words, rest: undefined } : { own: words.slice(0, at), rest: words.slice(at + 1) };
}

function refuse(
  command: Command,
  fields: readonly Field[],
  error: CommanderError,
  words: readonly string[],
): never {
  const message = error.message.replace(/^error: /, '').replace(/\n.*$/s, '');
  if (error.code === 'commander.unknownOption') {
    const flag = /'([^']+)'/.exec(message)?.[1] ?? '';
    const near = nearest(flag, [
      ...fields.filter((field) => !field.positional && !field.rest).map((field) => field.flag),
      ...faceFlags,
    ]);
    return fail('usage.wrong-option', `\`dbd ${command.name}\` has no option \`${flag}\`.`, {
      hint: near ? `Did you mean \`${near}\`?` : seeHelp(command),
    });
  }
  if (error.code === 'commander.excessArguments') {
    const takesRest = fields.some((field) => field.rest);
    return fail(
      'usage.wrong-option',
      `\`dbd ${command.name}\` takes fewer words than \`${words.join(' ')}\`.`,
      {
        hint: takesRest ? 'Put the command to run after `--`.' : seeHelp(command),
      },
    );
  }
  const missing =
    error.code === 'commander.missingArgument' || error.code === 'commander.optionMissingArgument';
  return fail(
    missing ? 'usage.missing-input' : 'usage.wrong-option',
    `\`dbd ${command.name}\`: ${message}.`.replace('..', '.'),
    {
      hint:
        fields.find((field) => field.missing !== undefined && message.includes(`'${field.name}'`))?.missing ??
        seeHelp(command),
    },
  );
}

function seeHelp(command: Command): string {
  return `\`dbd ${command.name} --help\` shows what it takes.`;
}
