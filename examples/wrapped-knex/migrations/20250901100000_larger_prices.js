// Rewrites the table while readers and writers wait.
export async function up(knex) {
  await knex.raw('ALTER TABLE books ALTER COLUMN price_cents TYPE bigint');
  await knex.raw(`ALTER TABLE sales ADD COLUMN receipt uuid NOT NULL DEFAULT gen_random_uuid()`);
}

export async function down(knex) {
  await knex.raw('ALTER TABLE sales DROP COLUMN receipt');
  await knex.raw('ALTER TABLE books ALTER COLUMN price_cents TYPE integer');
}
