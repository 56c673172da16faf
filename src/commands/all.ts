import type { Command } from './command.ts';

/** A command as the list knows it: enough for `--help`, so that nothing heavy loads before it is needed. */
export interface Listed {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order in which help shows them; a test compares name and summary with the declaration. */
export const all: readonly Listed[] = [
  {
    name: 'task',
    summary: 'Turn a task into a proven change: schema, migration, way back, indexes, evidence',
    load: async () => (await import('./task.ts')).task,
  },
  {
    name: 'rehearse',
    summary: 'Show what a migration does to locks, queries and data, on a twin',
    load: async () => (await import('./rehearse.ts')).rehearse,
  },
  {
    name: 'report',
    summary: 'Show a report again, in another format',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'mcp',
    summary: 'Serve the commands to agents over MCP (standard input and output)',
    load: async () => (await import('./mcp.ts')).mcp,
  },
  {
    name: 'help',
    summary: 'Explain a command, an error code or the exit codes',
    load: async () => (await import('./help.ts')).help,
  },
];
