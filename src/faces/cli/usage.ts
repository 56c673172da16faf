import type { Listed } from '../../commands/all.ts';

/** The first page of help; made from the list alone, so that nothing else is loaded for it. */
export function usage(list: readonly Listed[]): string {
  return `dbd turns a database task, or any migration you already have, into a proven change.

Usage:
  dbd <task.md> [options]                    the same as dbd task <task.md>
  dbd <KEY-1> [options]                      the same for an issue of the configured Jira
  dbd <command> [options] [-- <your own migrate command>]

Commands:
${rows(list)}

Options of every command:
  --json            print the result as JSON
  --format <name>   terminal, md, html or json
  --quiet           no progress
  --no-color        no colours (NO_COLOR and FORCE_COLOR are heeded too)
  --debug           show the stack of an error
  -h, --help        help of the command
  --version         the version of dbd

Exit codes: 0 proven or done, 1 something missed or not proven, 2 asked wrongly,
3 the environment could not, 70 a bug in dbd, 130 and 143 stopped by a signal.
`;
}

/** The commands that begin with the same word. */
export function groupUsage(word: string, members: readonly Listed[]): string {
  return `Commands that begin with ${word}:\n${rows(members)}\n`;
}

function rows(list: readonly Listed[]): string {
  const width = Math.max(...list.map((entry) => entry.name.length), 0) + 3;
  return list.map((entry) => `  ${entry.name.padEnd(width)}${entry.summary}`).join('\n');
}
