import { expect, test } from 'vitest';
import { DbdError } from '../../base/error.ts';
import { query } from '../../commands/query.ts';
import { inWordsOfTools } from './offered.ts';

const told = (code: ConstructorParameters<typeof DbdError>[0], message: string, hint: string): DbdError =>
  inWordsOfTools(query, new DbdError(code, message, { hint })) as DbdError;

test('an example of the command line becomes the list of arguments', () => {
  const { message, hint } = told(
    'usage.missing-input',
    '`dbd query` needs --on.',
    'dbd query --on shop "SELECT 1"',
  );
  expect(message).toBe('`dbd query` needs on.');
  expect(hint).toMatch(/^It takes .*\bon\b.*\.$/);
});

test('what a person should type stays a command line', () => {
  const { message, hint } = told(
    'policy.rows',
    '--on is closed.',
    'Let a person run `dbd query --on shop --role-script`.',
  );
  expect(message).toBe('on is closed.');
  expect(hint).toBe('Let a person run `dbd query --on shop --role-script`.');
});
