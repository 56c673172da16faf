import { fail } from '../../../base/error.ts';
import type { Probes } from '../../../engine/probes/model.ts';
import type { Capture } from '../../../engine/snapshot/model.ts';
import { buildSnapshot } from './build.ts';
import { readSections } from './read.ts';

const none: Probes = { ran: [], fanOut: [], pairs: [], offsets: [], prefixes: [], ends: [] };

const notYet = (): never => fail('task.refused', 'This part is being built.');

/** Capture of PostgreSQL. */
export const capture: Capture = {
  async read(session, options) {
    return buildSnapshot(await readSections(session, options), none);
  },
  script: notYet,
  fromScript: notYet,
};
