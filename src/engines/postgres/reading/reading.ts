/** Rows read for somebody who is not trusted. */
import type { Reading } from '../../../engine/model.ts';
import { judge } from './judge.ts';
import { read } from './read.ts';
import { reader } from './role.ts';
import { readerScript } from './script.ts';

export const reading: Reading = { reader, readerScript, judge, read };
