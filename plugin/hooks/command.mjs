/** What is said about a shell command before it runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from './input.mjs';
import { databaseProgram, destruction, packageScript, shellTexts } from './programs.mjs';
import { reachesSandbox } from './sandboxes.mjs';
import { simpleCommands } from './shell-words.mjs';

/** The decision about the call, `ask` or `deny`, and its reason; undefined when the command goes on. */
export function judgeCommand(input, env) {
  const command = textOf(input.tool_input?.command);
  const cwd = textOf(input.cwd) || process.cwd();
  const found = programsIn(command, cwd, 0).filter(({ words }) => !reachesSandbox(words, env));
  return found.length > 0 ? answer(found, command) : undefined;
}

/** Programs that reach databases, also within texts for shells and scripts of package.json. */
function programsIn(text, cwd, depth) {
  if (depth > 3) return [];
  return simpleCommands(text).flatMap((words) => {
    const program = databaseProgram(words);
    const script = packageScript(words);
    return [
      ...(program ? [{ ...program, words }] : []),
      ...shellTexts(words).flatMap((inner) => programsIn(inner, cwd, depth + 1)),
      ...(script === undefined || program ? [] : programsIn(scriptText(script, cwd), cwd, depth + 1)),
    ];
  });
}

function scriptText(name, cwd) {
  try {
    const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
    return Object.hasOwn(scripts ?? {}, name) ? textOf(scripts[name]) : '';
  } catch {
    return '';
  }
}

function answer(programs, command) {
  const names = [...new Set(programs.map(({ program }) => program))].join(', ');
  const destroyed = programs.some(({ does }) => does === 'destroys')
    ? 'destroys data'
    : holds(destruction(command));
  if (destroyed !== undefined)
    return [
      'deny',
      `${names}: this ${destroyed}, and the database is no sandbox of dbd. Rehearse it: \`dbd rehearse -- <command>\` runs it against a twin. A person may run it themselves.`,
    ];
  if (programs.some(({ does }) => does === 'migrates'))
    return [
      'ask',
      `${names} changes a database that is no sandbox of dbd. \`dbd rehearse -- <command>\` shows what it does on a twin; a shared database is changed by a person or CI.`,
    ];
  return [
    'ask',
    `${names} reaches a database that is no sandbox of dbd. \`dbd sandbox start\` and \`dbd twin\` give one where anything may be tried.`,
  ];
}

function holds(words) {
  return words === undefined ? undefined : `holds ${words}`;
}
