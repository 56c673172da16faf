import type { Intake } from '../../../engine/model.ts';
import { history } from './history.ts';
import { handOver } from './hand-over.ts';
import { rebuild } from './rebuild.ts';
import { script } from './script.ts';

/** Brings schema files, dumps and the structure of other servers into a sandbox database. */
export const intake: Intake = { script, rebuild, history, handOver };
