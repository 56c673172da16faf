import { z } from 'zod';
import { codes, exitCodes, type Code } from '../base/codes.ts';
import { fail } from '../base/error.ts';
import { nearest } from '../base/text.ts';
import { column, report } from '../report/build.ts';
import type { Block, Report } from '../report/model.ts';
import { all } from './all.ts';
import { command, type Command } from './command.ts';
import { fieldsOf, meaning, type Field } from './fields.ts';

const input = z.object({
  topic: z
    .array(z.string())
    .default([])
    .describe('a command, an error code, `errors` or `exit-codes`')
    .meta({ positional: true }),
});

const output = z.object({ topic: z.string().describe('what was explained') });

/** Explains commands, error codes and exit codes from the tables that the product itself uses. */
export const help = command({
  name: 'help',
  summary: 'Explain a command, an error code or the exit codes',
  input,
  output,
  faces: ['cli'],
  effects: () => [],
  examples: [
    { call: 'dbd help rehearse', shows: 'what the command takes, with examples' },
    { call: 'dbd help connect.refused', shows: 'what the error means and what helps' },
    { call: 'dbd help exit-codes', shows: 'the exit codes' },
  ],
  run: async ({ topic }) => {
    const started = performance.now();
    const name = topic.join(' ');
    if (name === '') return explainAll(started);
    if (name === 'exit-codes')
      return explain(started, name, 'What the process tells its caller when it ends.', [exitTable()]);
    if (name === 'errors')
      return explain(started, name, 'Every error has a code; `dbd help <code>` explains one.', [
        errorTable(),
      ]);
    if (name in codes) return explain(started, name, codes[name as Code].explain, [exitFact(name as Code)]);
    const listed = all.find((entry) => entry.name === name);
    if (listed) return explainCommand(started, await listed.load());
    const near = nearest(name, [
      ...all.map((entry) => entry.name),
      ...Object.keys(codes),
      'exit-codes',
      'errors',
    ]);
    return fail('usage.unknown-command', `There is no help on \`${name}\`.`, {
      hint: near ? `Did you mean \`dbd help ${near}\`?` : '`dbd help` lists everything.',
    });
  },
});

function explain(started: number, topic: string, headline: string, blocks: readonly Block[]): Report {
  return report({ command: 'help', title: topic, headline, started, blocks, output: { topic } });
}

function explainAll(started: number): Report {
  const rows = all.map((entry) => [`dbd ${entry.name}`, entry.summary]);
  return report({
    command: 'help',
    title: 'Commands of dbd',
    headline: 'dbd turns a database task, or any migration you already have, into a proven change.',
    started,
    blocks: [
      {
        id: 'commands',
        title: 'Commands',
        kind: 'table',
        columns: [column('Command', 'code'), column('What it does')],
        rows,
      },
    ],
    next: [
      { command: 'dbd help <command>', why: 'what a command takes' },
      { command: 'dbd help errors', why: 'all error codes' },
      { command: 'dbd help exit-codes', why: 'all exit codes' },
    ],
    output: { topic: '' },
  });
}

function explainCommand(started: number, declared: Command): Report {
  const fields = fieldsOf(declared);
  const blocks: Block[] = [];
  if (fields.length > 0) {
    blocks.push({
      id: 'options',
      title: 'What it takes',
      kind: 'table',
      columns: [column('Option', 'code'), column('Meaning')],
      rows: fields.map((field) => [optionText(field), meaning(field)]),
    });
  }
  blocks.push({
    id: 'examples',
    title: 'Examples',
    kind: 'table',
    columns: [column('Call', 'code'), column('Shows')],
    rows: declared.examples.map(({ call, shows }) => [call, shows]),
  });
  return explain(started, declared.name, `${declared.summary}.`, blocks);
}

/** A field as it is typed. */
export function optionText(field: Field): string {
  if (field.rest) return `-- <${field.name}…>`;
  if (field.positional) return field.required ? `<${field.name}>` : `[${field.name}]`;
  if (field.kind === 'switch') return field.default === true ? `--no-${field.flag.slice(2)}` : field.flag;
  return `${field.flag} <${field.kind === 'choice' ? field.choices.join('|') : field.kind === 'number' ? 'number' : 'value'}>`;
}

function exitFact(code: Code): Block {
  const { exit } = codes[code];
  return { id: 'exit', title: 'Exit code', kind: 'text', text: `${exitCodes[exit]} (${exitMeanings[exit]})` };
}

function errorTable(): Block {
  return {
    id: 'errors',
    title: 'Error codes',
    kind: 'table',
    columns: [column('Code', 'code'), column('Exit', 'right'), column('Meaning')],
    rows: Object.entries(codes).map(([code, entry]) => [code, exitCodes[entry.exit], entry.explain]),
  };
}

/** What each exit code means, by its name. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  clean: 'proven, or done',
  negative: 'a claim is missed or not proven, or a finding is an error',
  usage: 'asked wrongly',
  environment: 'the environment could not',
  bug: 'a bug in dbd',
  interrupted: 'stopped by Ctrl-C',
  terminated: 'stopped by a signal',
};

function exitTable(): Block {
  const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
  return {
    id: 'exit-codes',
    title: 'Exit codes',
    kind: 'table',
    columns: [column('Code', 'right'), column('Meaning')],
    rows: names.map((name) => [exitCodes[name], exitMeanings[name]]),
  };
}
