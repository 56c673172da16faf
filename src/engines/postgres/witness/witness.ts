import type { Witness } from '../../../engine/model.ts';
import { compare } from './compare.ts';
import { mutationsOf } from './mutations.ts';
import { observe } from './observe.ts';
import { oldWriter } from './old-writer.ts';
import { rows } from './rows.ts';
import { third } from './third.ts';

/** Reads the system catalogs as the server describes them. */
export const witness: Witness = { observe, compare, rows, third, oldWriter, mutations: mutationsOf };
