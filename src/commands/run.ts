import type { z } from 'zod';
import { fail } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import { nearest } from '../base/text.ts';
import { defaultEngine, engines } from '../engines/all.ts';
import type { Report } from '../report/model.ts';
import { all } from './all.ts';
import type { Command, Consent, Context } from './command.ts';
import { fieldsOf } from './fields.ts';
import { mayWrite, needConfirmed, withinPolicy } from './policy.ts';

/** What a face gives to a run; everything has a quiet default. */
export interface RunOptions {
  readonly emit?: Emit;
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text of standard input; without it commands see an empty one. */
  readonly stdin?: () => Promise<string>;
  /** Hands the process's streams to another face and resolves when that face ends; only the CLI offers it. */
  readonly serve?: Context['serve'];
  /** The agent that asks, when it is one. */
  readonly agent?: string;
  /** Hash of what a person has confirmed for this call. */
  readonly confirmed?: string;
}

/** Loads a command by its name; throws `usage.unknown-command` with the nearest one. */
export async function findCommand(name: string): Promise<Command> {
  const listed = all.find((entry) => entry.name === name);
  if (listed) return listed.load();
  const near = nearest(
    name,
    all.map((entry) => entry.name),
  );
  return fail('usage.unknown-command', `There is no command \`${name}\`.`, {
    hint: near
      ? `Did you mean \`dbd ${near}\`? \`dbd help\` lists all commands.`
      : '`dbd help` lists all commands.',
  });
}

/** Checks the input against the command's declaration and runs it, by its name or as it stands; throws `usage.wrong-option` for input of the wrong form. */
export async function run(
  which: string | Command,
  input: unknown,
  options: RunOptions = {},
): Promise<Report> {
  const { command, given, context } = await prepared(which, input, options);
  await mayWrite(command, given, context);
  await needConfirmed(command, given, context);
  return command.run(given, context);
}

/** What a person has to confirm before an agent's call may run; nothing when it needs none. Throws as {@link run} does. */
export async function consentOf(
  which: string | Command,
  input: unknown,
  options: RunOptions = {},
): Promise<Consent | undefined> {
  const { command, given, context } = await prepared(which, input, options);
  await mayWrite(command, given, context);
  return command.consent?.(given, context);
}

async function prepared(which: string | Command, input: unknown, options: RunOptions) {
  const command = typeof which === 'string' ? await findCommand(which) : which;
  const context = contextOf(options);
  return { command, context, given: await withinPolicy(command, checkInput(command, input), context) };
}

/** The input with its defaults filled in; throws `usage.wrong-option` naming the field and the expected form. */
export function checkInput(command: Command, input: unknown): Record<string, unknown> {
  const parsed = command.input.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const field = fieldsOf(command).find((one) => one.name === name);
  const shown = field === undefined ? name : field.positional ? `<${name}>` : field.flag;
  const absent =
    issue?.code === 'invalid_type' &&
    typeof input === 'object' &&
    input !== null &&
    !(String(issue.path[0]) in input);
  return fail(
    absent ? 'usage.missing-input' : 'usage.wrong-option',
    absent
      ? `\`dbd ${command.name}\` needs ${shown}.`
      : `${shown || 'The input'} of \`dbd ${command.name}\` is wrong: ${saidOf(issue)}.`,
    {
      hint: (absent ? field?.missing : undefined) ?? `\`dbd ${command.name} --help\` shows what it takes.`,
    },
  );
}

function saidOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'too_small' && issue.origin !== 'string')
    return `it must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
  if (issue?.code === 'too_big' && issue.origin !== 'string')
    return `it must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
  if (issue?.code === 'invalid_type' && issue.expected === 'int') return 'it must be a whole number';
  return issue?.message ?? 'unexpected form';
}

/** What a command sees of the face that runs it. */
export function contextOf(options: RunOptions): Context {
  return {
    emit: options.emit ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
    cwd: options.cwd ?? process.cwd(),
    env: options.env ?? process.env,
    engine: (name = defaultEngine) => {
      const load = engines[name];
      return load
        ? load()
        : fail('task.refused', `The engine \`${name}\` is not supported.`, {
            hint: `Known: ${Object.keys(engines).join(', ')}.`,
          });
    },
    stdin: options.stdin ?? (async () => ''),
    ...(options.serve ? { serve: options.serve } : {}),
    ...(options.agent === undefined ? {} : { agent: options.agent }),
    ...(options.confirmed === undefined ? {} : { confirmed: options.confirmed }),
  };
}
