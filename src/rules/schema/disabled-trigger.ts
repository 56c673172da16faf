import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A trigger that is switched off. */
export const disabledTrigger: Rule = {
  id: 'disabled-trigger',
  group: 'habits',
  severity: 'warning',
  finds: 'A trigger that is switched off',
  because: 'somebody switched it off for a moment; what it keeps is wrong since then',
  instead: 'Switch it on, or drop it.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.triggers
        .filter(({ enabled }) => enabled === 'disabled')
        .map(({ name }) => ({
          object: `${printName(table)} trigger ${name}`,
          message: `${name} is disabled.`,
          fix: `ALTER TABLE ${quote.name(table)} ENABLE TRIGGER ${quote.identifier(name)}`,
        })),
    ),
};
