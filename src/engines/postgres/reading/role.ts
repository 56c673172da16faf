import { fail } from '../../../base/error.ts';
import type { Reading } from '../../../engine/model.ts';

export const reader: Reading['reader'] = () => fail('internal.bug', 'Not made yet.');
