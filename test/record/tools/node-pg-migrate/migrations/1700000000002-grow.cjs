exports.up = (pgm) => {
  pgm.alterColumn('orders', 'total', { type: 'bigint' });
  pgm.addConstraint('orders', 'orders_user_fk', { foreignKeys: { columns: 'user_id', references: 'users(id)' } });
  pgm.createIndex('users', 'email', { unique: true });
};
exports.down = false;
