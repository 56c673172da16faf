// Scans both tables while writers of both wait.
export async function up(knex) {
  await knex.schema.alterTable('books', (table) => {
    table.foreign('author_id').references('authors.id');
    table.index('author_id');
  });
}

export async function down(knex) {
  await knex.schema.alterTable('books', (table) => {
    table.dropForeign('author_id');
    table.dropIndex('author_id');
  });
}
