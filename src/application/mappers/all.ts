import type { Mapper } from '../model.ts';
import { drizzle } from './drizzle/drizzle.ts';
import { kysely } from './kysely/kysely.ts';
import { typeorm } from './typeorm/typeorm.ts';
import { prisma } from './prisma/prisma.ts';
import { sequelize } from './sequelize/sequelize.ts';
import { sql } from './sql/sql.ts';

/** Every mapper that models are written for; the plain driver first. */
export const mappers: readonly Mapper[] = [sql, prisma, drizzle, sequelize, typeorm, kysely];
