export async function up(db) {
  await db.schema.alterTable('orders').alterColumn('total', (column) => column.setDataType('bigint')).execute();
  await db.schema.alterTable('orders').addForeignKeyConstraint('orders_user_fk', ['user_id'], 'users', ['id']).execute();
  await db.schema.createIndex('users_email').on('users').column('email').unique().execute();
}
