/** The library's face: run any command of dbd from code and draw its report. */
export { run, type RunOptions } from './commands/run.ts';
export type { Command, Context, Effect, Face } from './commands/command.ts';
export { DbdError, SqlError } from './base/error.ts';
export { codes, exitCodes, type Code } from './base/codes.ts';
export type { Emit, Event } from './base/event.ts';
export { renderJson, envelope } from './render/json.ts';
export { renderMarkdown } from './render/markdown/markdown.ts';
export { renderHtml } from './render/html/html.ts';
export { renderTerminal } from './render/terminal/terminal.ts';
export { reportSchema } from './report/schema.ts';
export type * from './report/model.ts';
