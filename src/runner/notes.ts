/** Writing into the history. */
import { hostname } from 'node:os';
import { version } from '../base/version.ts';
import type { HistoryEvent } from '../engine/model.ts';
import type { Run } from './model.ts';

/** Notes one event of this run; in the session's open transaction, if it has one. */
export async function note(
  { engine, place, id }: Run,
  event: Omit<HistoryEvent, 'run' | 'host' | 'dbd'>,
): Promise<void> {
  await engine.history.add(place.session, place.target.schema, {
    ...event,
    run: id,
    host: hostname(),
    dbd: version,
  });
}
