import type { Mapper } from './model.ts';
import { kysely } from './kysely/kysely.ts';
import { sql } from './sql/sql.ts';

/** Every mapper that models are written for; the plain driver first. */
export const mappers: readonly Mapper[] = [sql, kysely];
