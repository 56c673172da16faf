import { expect, test } from 'vitest';
import { guessPersonal } from './personal.ts';

test('names tell what is personal, and facts about it are not', () => {
  expect(guessPersonal('users', 'email')).toEqual({ kind: 'email', class: 'personal' });
  expect(guessPersonal('users', 'billingEmail')?.kind).toBe('email');
  expect(guessPersonal('logins', 'clientIP')?.kind).toBe('ip');
  expect(guessPersonal('users', 'password_hash')).toEqual({ kind: 'hash', class: 'secret' });
  expect(guessPersonal('app_user', 'name')?.kind).toBe('name');
  expect(guessPersonal('patients', 'date_of_birth')?.kind).toBe('date');
  for (const [table, column] of [
    ['products', 'name'],
    ['users', 'email_verified'],
    ['users', 'password_changed_at'],
    ['shipments', 'description'],
    ['users', 'is_phone_confirmed'],
    ['pages', 'zipper'],
    ['orders', 'address_id'],
  ] as const)
    expect(guessPersonal(table, column), `${table}.${column}`).toBeUndefined();
});
