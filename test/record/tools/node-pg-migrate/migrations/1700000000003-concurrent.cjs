exports.up = (pgm) => {
  pgm.noTransaction();
  pgm.createIndex('orders', 'total', { concurrently: true });
};
exports.down = false;
