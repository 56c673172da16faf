import { expect, test } from 'vitest';
import { scan } from '../../engines/postgres/grammar/lex.ts';
import { withoutPasswords } from './secrets.ts';

test.each([
  ["ALTER ROLE app PASSWORD 'hunter2'", "ALTER ROLE app PASSWORD '***'"],
  [
    "CREATE USER x WITH ENCRYPTED PASSWORD E'hunter2' LOGIN",
    "CREATE USER x WITH ENCRYPTED PASSWORD E'***' LOGIN",
  ],
  ["ALTER ROLE app PASSWORD 'hunter2 cut o", "ALTER ROLE app PASSWORD '***"],
  ['ALTER ROLE app PASSWORD $$hunter2$$', "ALTER ROLE app PASSWORD '***'"],
  [
    "CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'app', password 'hunter2')",
    "CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'app', password '***')",
  ],
  [
    "SELECT * FROM dblink('host=db user=app password=hunter2 dbname=x', $1)",
    "SELECT * FROM dblink('host=db user=app password=*** dbname=x', $1)",
  ],
  ["SELECT dblink_connect('password=''hunter 2'' host=db')", "SELECT dblink_connect('password=*** host=db')"],
  [
    "SELECT dblink('postgres://app:hunter2@db/x', 'SELECT 1')",
    "SELECT dblink('postgres://app:***@db/x', 'SELECT 1')",
  ],
  ["SELECT f(password => 'hunter2')", "SELECT f(password => '***')"],
  [
    `SELECT '{"password": "hunter2", "user": "app"}'::jsonb`,
    `SELECT '{"password": "***", "user": "app"}'::jsonb`,
  ],
  [
    "DO $x$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''hunter2'''; END $x$",
    "DO $x$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''***'''; END $x$",
  ],
  ['SELECT 1 /* password=hunter2 */', 'SELECT 1 /* password=*** */'],
  ['SELECT 1 /* a /* b */ password=hunter2 */', 'SELECT 1 /* a /* b */ password=*** */'],
])('%s', (sql, clean) => {
  expect(withoutPasswords(sql, scan)).toBe(clean);
});

test.each([
  'SELECT id FROM users WHERE password = $1',
  "SELECT id FROM users WHERE password_state = 'expired' AND name = 'password'",
  "SELECT format('ALTER ROLE %I PASSWORD %L', a, b)",
  "UPDATE users SET password = crypt($1, gen_salt('bf'))",
  "SELECT 'host=db password=$1'",
])('%s holds none', (sql) => {
  expect(withoutPasswords(sql, scan)).toBe(sql);
});
