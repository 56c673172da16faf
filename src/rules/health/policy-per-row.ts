import { printName } from '../../catalog/identity.ts';
import type { Policy } from '../../catalog/model.ts';
import type { HealthRule } from './model.ts';

/** What a call that is the same for all rows looks like in a policy. */
const call = /(?<!SELECT )\b(?:current_setting\((?:[^()]|\([^()]*\))*\)|auth\.(?:uid|jwt|role)\(\))/g;

/** A policy that asks for the same value for each row. */
export const policyPerRow: HealthRule = {
  id: 'policy-per-row',
  group: 'rights',
  severity: 'info',
  finds: 'A policy that asks for the same value for each row',
  because: 'the setting is read, and often parsed, once for each row that is looked at',
  instead: 'Put the call into a subquery: the server then asks once for each statement.',
  threshold: 'Calls of current_setting, auth.uid, auth.jwt and auth.role outside of a subquery.',
  needs: [],
  find: ({ structure: { tables, quote } }) =>
    tables.flatMap((table) =>
      table.policies.flatMap((policy) => {
        if (![policy.using, policy.check].some((text) => outsideOfSubquery(text ?? ''))) return [];
        return [
          {
            object: `${printName(table)} policy ${policy.name}`,
            message: `${policy.name} asks ${[...(policy.using ?? policy.check ?? '').matchAll(call)][0]?.[0] ?? 'a setting'} for each row.`,
            fix: `ALTER POLICY ${quote.identifier(policy.name)} ON ${quote.name(table)}${parts(policy)}`,
          },
        ];
      }),
    ),
};

function outsideOfSubquery(text: string): boolean {
  return [...text.matchAll(call)].length > 0;
}

function parts({ using, check }: Policy): string {
  const wrapped = (text: string): string => text.replaceAll(call, '(SELECT $&)');
  return `${using === undefined ? '' : ` USING (${wrapped(using)})`}${check === undefined ? '' : ` WITH CHECK (${wrapped(check)})`}`;
}
