exports.up = (pgm) => {
  pgm.createTable('users', { id: 'id', email: { type: 'text', notNull: true } });
  pgm.createTable('orders', { id: 'id', user_id: { type: 'integer', notNull: true }, total: { type: 'integer', notNull: true } });
};
exports.down = false;
