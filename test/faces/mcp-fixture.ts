import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { fail } from '../../src/base/error.ts';
import { command, type Command } from '../../src/commands/command.ts';
import { report } from '../../src/report/build.ts';

/** Commands that exist for tests alone, and what they did. */
export interface Fixture {
  readonly commands: readonly Command[];
  /** Names that were noted, each with who asked. */
  readonly noted: string[];
  /** What the calls of `slow` came to. */
  readonly slow: string[];
  /** Lets the calls of `hold` end. */
  release(): void;
  /** What noting depends on; a change of it changes what a person has to confirm. */
  state: string;
}

const hashOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** A command that a person confirms, one that takes long, one that is held, and one that breaks. */
export function fixture(): Fixture {
  const noted: string[] = [];
  const slow: string[] = [];
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const made = { noted, slow, release, state: 'as it is', commands: [] as readonly Command[] };
  const output = z.looseObject({});
  const faces = ['mcp'] as const;
  made.commands = [
    command({
      name: 'note',
      summary: 'Note a name',
      input: z.object({
        name: z.string().describe('what is noted'),
        quick: z.boolean().default(false).describe('at once'),
        seed: z.number().default(1).describe('not for agents').meta({ fine: true }),
      }),
      output,
      faces,
      effects: () => ['tracker'],
      examples: [],
      consent: async ({ name }) =>
        name === 'nothing'
          ? undefined
          : {
              says: `Note a name while all is ${made.state}.`,
              shown: [name],
              hash: hashOf(name, made.state),
            },
      run: async ({ name }, { agent = 'nobody', confirmed }) => {
        if (name !== 'nothing' && confirmed !== hashOf(name, made.state))
          fail('policy.confirm', 'That is not what was confirmed.');
        noted.push(`${name} by ${agent}`);
        return report({ command: 'note', title: 'Note', headline: `Noted ${name}.`, started: 0 });
      },
    }),
    command({
      name: 'wait long',
      summary: 'Wait',
      input: z.object({}),
      output,
      faces,
      effects: () => ['reads'],
      examples: [],
      run: async (_input, { emit, signal }) => {
        emit({ kind: 'started', step: 'postgres://me:s3cr3t@host/db waits' });
        emit({ kind: 'step', step: 'first', ms: 1 });
        emit({ kind: 'output', stream: 'stdout', text: 'not told' });
        const ended = await sleep(signal.aborted ? 0 : 150, 'finished', { signal }).catch(() => 'stopped');
        slow.push(ended);
        return report({ command: 'wait long', title: 'Wait', headline: `It ${ended}.`, started: 0 });
      },
    }),
    command({
      name: 'hold',
      summary: 'Hold',
      input: z.object({}),
      output,
      faces,
      effects: () => ['connects'],
      examples: [],
      run: async () => {
        await released;
        return report({ command: 'hold', title: 'Hold', headline: 'It was let go.', started: 0 });
      },
    }),
    command({
      name: 'break',
      summary: 'Break',
      input: z.object({}),
      output,
      faces,
      effects: () => ['reads'],
      examples: [],
      run: () => Promise.reject(new Error('at postgres://me:s3cr3t@host/db')),
    }),
  ];
  return made;
}
