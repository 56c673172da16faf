import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A policy that lets everybody write. */
export const alwaysTruePolicy: HealthRule = {
  id: 'always-true-policy',
  group: 'rights',
  severity: 'warning',
  finds: 'A policy that lets everybody write every row',
  because: 'row security is on and keeps nobody off',
  instead: 'Say which rows, or for which role.',
  threshold:
    'USING (true) or WITH CHECK (true) for writing, for everybody or for roles of visitors; reading may be open.',
  needs: [],
  find: ({ structure: { tables, quote } }) =>
    tables.flatMap((table) =>
      table.policies
        .filter(
          ({ permissive, command, roles, using, check }) =>
            permissive &&
            !/^select$/i.test(command) &&
            (roles.length === 0 ||
              roles.some((role) => /^(?:public|anon|anonymous|web_anon|authenticated)$/i.test(role))) &&
            (check ?? using) === 'true',
        )
        .map(({ name, command }) => ({
          object: `${printName(table)} policy ${name}`,
          message: `${name} lets everybody ${/^all$/i.test(command) ? 'write' : command} every row.`,
          fix: `DROP POLICY ${quote.identifier(name)} ON ${quote.name(table)}`,
        })),
    ),
};
