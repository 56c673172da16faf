import { fail } from '../../../base/error.ts';
import type { Reading } from '../../../engine/model.ts';

export const judge: Reading['judge'] = () => fail('internal.bug', 'Not made yet.');
