import { fail } from '../../../base/error.ts';
import type { Reading } from '../../../engine/model.ts';

export const read: Reading['read'] = () => fail('internal.bug', 'Not made yet.');
