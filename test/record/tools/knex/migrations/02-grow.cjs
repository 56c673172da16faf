exports.up = async (knex) => {
  await knex.schema.alterTable('orders', (table) => {
    table.bigInteger('total').notNullable().alter();
    table.foreign('user_id').references('users.id');
  });
  await knex.schema.alterTable('users', (table) => {
    table.unique(['email']);
  });
};
exports.down = async () => {};
