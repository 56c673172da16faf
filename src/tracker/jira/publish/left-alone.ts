import { DbdError } from '../../../base/error.ts';
import type { PublishedPart } from '../../model.ts';

/** Does a thing that others can do without: where Jira refuses it, that is told and the rest goes on. */
export async function leftAlone(
  part: PublishedPart,
  act: () => Promise<PublishedPart>,
): Promise<PublishedPart> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DbdError) || !refusals.has(error.code) || error.details?.['status'] === 401)
      throw error;
    return { ...part, did: 'left-alone', note: error.message };
  }
}

const refusals = new Set(['tracker.refused', 'tracker.denied', 'tracker.missing']);
