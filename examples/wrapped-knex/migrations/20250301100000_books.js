export async function up(knex) {
  await knex.schema.createTable('authors', (table) => {
    table.increments('id');
    table.text('name').notNullable();
  });
  await knex.schema.createTable('books', (table) => {
    table.increments('id');
    table.integer('author_id').notNullable();
    table.text('title').notNullable();
    table.integer('price_cents').notNullable();
    table.timestamp('published_at');
  });
}

export async function down(knex) {
  await knex.schema.dropTable('books');
  await knex.schema.dropTable('authors');
}
