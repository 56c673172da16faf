import type { Reading } from '../../../engine/model.ts';
import { judge } from './judge.ts';
import { read } from './read.ts';
import { reader } from './role.ts';
import { readerScript } from './script.ts';

/** Rows read for somebody who is not trusted: who reads, the script that makes such a role, the judgement, the rows. */
export const reading: Reading = { reader, readerScript, judge, read };
