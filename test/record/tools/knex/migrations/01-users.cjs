exports.up = async (knex) => {
  await knex.schema.createTable('users', (table) => {
    table.increments('id');
    table.string('email', 100).notNullable();
  });
  await knex.schema.createTable('orders', (table) => {
    table.increments('id');
    table.integer('user_id').notNullable();
    table.integer('total').notNullable();
  });
};
exports.down = async (knex) => {
  await knex.schema.dropTable('orders');
  await knex.schema.dropTable('users');
};
