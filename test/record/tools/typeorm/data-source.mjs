import { DataSource } from 'typeorm';
import { Users1700000000001, Grow1700000000002 } from './migrations.mjs';

export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  migrations: [Users1700000000001, Grow1700000000002],
});
