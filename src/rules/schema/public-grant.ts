import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** Rights for everybody. */
export const publicGrant: Rule = {
  id: 'public-grant',
  group: 'habits',
  severity: 'warning',
  finds: 'Rights for everybody',
  because: 'every role of the server has them, those that come later too',
  instead: 'Grant to a role that needs them.',
  find: ({ tables, views, quote }) =>
    [...tables, ...views].flatMap((object) => {
      const rights = object.grants.filter(({ to }) => to === 'PUBLIC').map(({ privilege }) => privilege);
      return rights.length === 0
        ? []
        : [
            {
              object: printName(object),
              message: `Everybody may ${rights.join(', ')} on ${object.name}.`,
              fix: `REVOKE ${rights.join(', ')} ON ${quote.name(object)} FROM PUBLIC`,
            },
          ];
    }),
};
