import { printName } from '../../catalog/identity.ts';
import { plural } from '../../base/text.ts';
import type { HealthRule } from './model.ts';

/** Policies that add up. */
export const severalPolicies: HealthRule = {
  id: 'several-policies',
  group: 'rights',
  severity: 'info',
  finds: 'Several permissive policies for the same role and command',
  because: 'each of them is asked for each row, and each widens what the others allow',
  instead: 'Write one policy, or make one of them restrictive.',
  threshold: 'Two or more for one role and command.',
  needs: [],
  find: ({ structure: { tables } }) =>
    tables.flatMap((table) => {
      const groups = new Map<string, string[]>();
      for (const { name, permissive, roles, command } of table.policies)
        for (const role of permissive ? (roles.length === 0 ? ['PUBLIC'] : roles) : [])
          for (const one of /^all$/i.test(command)
            ? ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
            : [command.toUpperCase()])
            groups.set(`${one} by ${role}`, [...(groups.get(`${one} by ${role}`) ?? []), name]);
      const many = [...groups].filter(([, names]) => names.length > 1);
      return many.length === 0
        ? []
        : [
            {
              object: printName(table),
              message: `${plural(many[0]![1].length, 'policy', 'policies')} of ${table.name} decide about ${many.map(([what]) => what).join(', ')}: ${many[0]![1].join(', ')}.`,
            },
          ];
    }),
};
