import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A table that is not cleaned up. */
export const vacuumSwitchedOff: HealthRule = {
  id: 'vacuum-switched-off',
  group: 'cleaning',
  severity: 'warning',
  finds: 'A table whose automatic cleaning is switched off',
  because: 'dead rows and old statistics pile up until somebody remembers',
  instead: 'Switch it on; give a table that suffers from it settings of its own instead.',
  threshold: 'The setting alone decides.',
  needs: [],
  find: ({ tables, quote }) =>
    tables.flatMap((table) => {
      const off = table.options.filter((option) =>
        /^(?:toast\.)?autovacuum_enabled=(?:false|off|0|no)$/.test(option),
      );
      return off.length === 0
        ? []
        : [
            {
              object: printName(table),
              message: `${table.name} has ${off.join(' and ')}.`,
              fix: `ALTER TABLE ${quote.name(table)} RESET (${off.map((option) => option.split('=')[0]!).join(', ')})`,
            },
          ];
    }),
};
