import { fail } from '../../../base/error.ts';
import type { Reading } from '../../../engine/model.ts';

export const readerScript: Reading['readerScript'] = () => fail('internal.bug', 'Not made yet.');
