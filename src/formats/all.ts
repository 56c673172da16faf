import { dbmate } from './dbmate/dbmate.ts';
import { drizzle } from './drizzle/drizzle.ts';
import { flyway } from './flyway/flyway.ts';
import { golangMigrate } from './golang-migrate/golang-migrate.ts';
import { goose } from './goose/goose.ts';
import { javascript } from './javascript/javascript.ts';
import { liquibase } from './liquibase/liquibase.ts';
import type { Format } from './model.ts';
import { nodePgMigrate } from './node-pg-migrate/node-pg-migrate.ts';
import { plain } from './plain/plain.ts';
import { prisma } from './prisma/prisma.ts';
import { sqitch } from './sqitch/sqitch.ts';

/** Every format, those that say so in their text first; the last takes what is left. */
export const formats: readonly Format[] = [
  javascript,
  liquibase,
  goose,
  dbmate,
  nodePgMigrate,
  drizzle,
  prisma,
  sqitch,
  golangMigrate,
  flyway,
  plain,
];
