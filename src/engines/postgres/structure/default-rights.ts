import type { Catalog } from '../../../catalog/model.ts';
import { lex } from '../grammar/lex.ts';
import { id } from './making.ts';
import { otherPath } from './others.ts';
import type { Given } from './rights.ts';
import { bare } from './text.ts';

const kinds: Readonly<Record<string, string>> = {
  r: 'TABLES',
  S: 'SEQUENCES',
  f: 'FUNCTIONS',
  T: 'TYPES',
  n: 'SCHEMAS',
};

/** Letters of a grant as the server keeps it. */
const letters: Readonly<Record<string, string>> = {
  r: 'SELECT',
  a: 'INSERT',
  w: 'UPDATE',
  d: 'DELETE',
  D: 'TRUNCATE',
  x: 'REFERENCES',
  t: 'TRIGGER',
  m: 'MAINTAIN',
  U: 'USAGE',
  X: 'EXECUTE',
  C: 'CREATE',
};

/** Statements that set which rights objects of the future bring along; composed of quoted names and known words. */
export function defaultRights(
  catalog: Catalog,
  known: ReadonlySet<string>,
  grantees: ReadonlySet<string>,
): readonly Given[] {
  return (catalog.others ?? [])
    .filter(({ kind }) => kind === 'default privileges')
    .flatMap((other) => {
      const words = lex(other.name).map(({ text }) => text);
      const [role = '', second] = words;
      const schema = second === 'in' ? words[2] : undefined;
      const kind = kinds[words.at(-1) ?? ''];
      if (!kind || !known.has(bare(role))) return [];
      const alter = `ALTER DEFAULT PRIVILEGES FOR ROLE ${id(bare(role))}${schema === undefined ? '' : ` IN SCHEMA ${id(bare(schema))}`}`;
      const path = otherPath(other);
      // Without a schema the list stands in place of the usual rights, with one it is added to them.
      const cleared =
        schema === undefined
          ? [
              { path, sql: `${alter} REVOKE ALL ON ${kind} FROM PUBLIC` },
              { path, sql: `${alter} REVOKE ALL ON ${kind} FROM ${id(bare(role))}` },
            ]
          : [];
      return [
        ...cleared,
        ...items(other.definition).flatMap(({ to, all, grantable }) => {
          if (to !== '' && !grantees.has(to)) return [];
          const give = (privileges: readonly string[], more: string): readonly Given[] =>
            privileges.length === 0
              ? []
              : [
                  {
                    path,
                    sql: `${alter} GRANT ${privileges.join(', ')} ON ${kind} TO ${to === '' ? 'PUBLIC' : id(to)}${more}`,
                  },
                ];
          return [
            ...give(
              all.filter((one) => !grantable.includes(one)),
              '',
            ),
            ...give(grantable, ' WITH GRANT OPTION'),
          ];
        }),
      ];
    });
}

/** `alice=arw*` + `/bob, …`: who, what, and what may be passed on. */
function items(printed: string): readonly {
  readonly to: string;
  readonly all: readonly string[];
  readonly grantable: readonly string[];
}[] {
  return [...printed.matchAll(/(?:^|, )((?:"(?:[^"]|"")*"|[^=",])*)=([A-Za-z*]*)\//g)].map(
    ([, to = '', marks = '']) => {
      const found = [...marks.matchAll(/([A-Za-z])(\*?)/g)].flatMap(([, letter = '', star = '']) => {
        const privilege = letters[letter];
        return privilege === undefined ? [] : [{ privilege, grantable: star !== '' }];
      });
      return {
        to: bare(to),
        all: found.map(({ privilege }) => privilege),
        grantable: found.filter(({ grantable }) => grantable).map(({ privilege }) => privilege),
      };
    },
  );
}
