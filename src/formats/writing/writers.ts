import { dbmateWriter } from '../dbmate/write.ts';
import { drizzleWriter } from '../drizzle/write.ts';
import { flywayWriter } from '../flyway/write.ts';
import { golangMigrateWriter } from '../golang-migrate/write.ts';
import { gooseWriter } from '../goose/write.ts';
import { knexWriter } from '../knex/write.ts';
import { liquibaseWriter } from '../liquibase/write.ts';
import { nodePgMigrateWriter } from '../node-pg-migrate/write.ts';
import { prismaWriter } from '../prisma/write.ts';
import { sqitchWriter } from '../sqitch/write.ts';
import type { Writer } from './model.ts';

/** Every tool whose files are written. */
export const writers: readonly Writer[] = [
  flywayWriter,
  liquibaseWriter,
  sqitchWriter,
  dbmateWriter,
  gooseWriter,
  golangMigrateWriter,
  prismaWriter,
  drizzleWriter,
  knexWriter,
  nodePgMigrateWriter,
];
