export async function up(knex) {
  await knex.schema.createTable('sales', (table) => {
    table.bigIncrements('id');
    table.integer('book_id').notNullable().references('books.id');
    table.integer('quantity').notNullable();
    table.timestamp('sold_at').notNullable().defaultTo(knex.fn.now());
  });
}

export async function down(knex) {
  await knex.schema.dropTable('sales');
}
