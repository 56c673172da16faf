import type { Unseen } from '../../../engine/snapshot/model.ts';
import type { Recording } from './model.ts';

/** What this role could not see, with the grant that opens it. */
export function unseenIn(_recording: Recording): readonly Unseen[] {
  return [];
}
