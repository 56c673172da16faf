/** Before a shell command: asks about clients and migration tools that reach other databases than sandboxes of dbd, and denies what destroys. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide, readInput, textOf } from './input.mjs';
import { databaseProgram, destruction, packageScript, shellTexts } from './programs.mjs';
import { reachesSandbox } from './sandboxes.mjs';
import { simpleCommands } from './shell-words.mjs';

const input = await readInput();
const command = textOf(input.tool_input?.command);
const cwd = textOf(input.cwd) || process.cwd();
const found = programsIn(command, 0).filter(({ words }) => !reachesSandbox(words, process.env));
if (found.length > 0) answer(found);

/** Programs that reach databases, also within texts for shells and scripts of package.json. */
function programsIn(text, depth) {
  if (depth > 3) return [];
  return simpleCommands(text).flatMap((words) => {
    const program = databaseProgram(words);
    const script = packageScript(words);
    return [
      ...(program ? [{ ...program, words }] : []),
      ...shellTexts(words).flatMap((inner) => programsIn(inner, depth + 1)),
      ...(script === undefined || program ? [] : programsIn(scriptText(script), depth + 1)),
    ];
  });
}

function scriptText(name) {
  try {
    const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
    return Object.hasOwn(scripts ?? {}, name) ? textOf(scripts[name]) : '';
  } catch {
    return '';
  }
}

function answer(programs) {
  const names = [...new Set(programs.map(({ program }) => program))].join(', ');
  const destroyed = programs.some(({ does }) => does === 'destroys')
    ? 'destroys data'
    : holds(destruction(command));
  if (destroyed !== undefined)
    return decide(
      'deny',
      `${names}: this ${destroyed}, and the database is no sandbox of dbd. Rehearse it: \`dbd rehearse -- <command>\` runs it against a twin. A person may run it themselves.`,
    );
  if (programs.some(({ does }) => does === 'migrates'))
    return decide(
      'ask',
      `${names} changes a database that is no sandbox of dbd. \`dbd rehearse -- <command>\` shows what it does on a twin; a shared database is changed by a person or CI.`,
    );
  return decide(
    'ask',
    `${names} reaches a database that is no sandbox of dbd. \`dbd sandbox start\` and \`dbd twin\` give one where anything may be tried.`,
  );
}

function holds(words) {
  return words === undefined ? undefined : `holds ${words}`;
}
