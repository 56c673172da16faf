import type { Health } from '../../../engine/model.ts';
import { countersOf } from './counters.ts';
import { density } from './density.ts';
import { layout } from './layout.ts';
import { look } from './look.ts';
import { sql } from './mend.ts';
import { uses } from './uses.ts';

/** Health of a PostgreSQL server. */
export const health: Health = { look, count: countersOf, uses, density, sql, layout };
