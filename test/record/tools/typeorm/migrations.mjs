export class Users1700000000001 {
  name = 'Users1700000000001';

  async up(runner) {
    await runner.query('CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL)');
    await runner.query('CREATE TABLE orders (id serial PRIMARY KEY, user_id integer NOT NULL, total integer NOT NULL)');
  }
}

export class Grow1700000000002 {
  name = 'Grow1700000000002';

  async up(runner) {
    await runner.query('ALTER TABLE orders ALTER COLUMN total TYPE bigint');
    await runner.query('ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id)');
    await runner.query('CREATE UNIQUE INDEX users_email ON users (email)');
  }
}
