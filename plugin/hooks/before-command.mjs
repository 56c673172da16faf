/** Before a shell command: asks about clients and migration tools that reach other databases than sandboxes of dbd, and denies what destroys. */
import { judgeCommand } from './command.mjs';
import { decide, readInput } from './input.mjs';

const judged = judgeCommand(await readInput(), process.env);
if (judged) decide(...judged);
