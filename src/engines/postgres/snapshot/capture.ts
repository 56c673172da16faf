import type { Capture } from '../../../engine/snapshot/model.ts';
import { buildSnapshot } from './build.ts';
import { parseScript } from './from-script.ts';
import { readSections } from './read.ts';
import { scriptText } from './script.ts';

/** Capture of PostgreSQL. */
export const capture: Capture = {
  async read(session, options) {
    return buildSnapshot(await readSections(session, options));
  },
  script: scriptText,
  async fromScript(text) {
    return buildSnapshot(parseScript(text));
  },
};
