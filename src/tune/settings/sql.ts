/** Statements that set a value, and those that bring the old one back. */
import type { Engine, SettingFact } from '../../engine/model.ts';
import type { Draft } from './model.ts';

/** SQL of a draft; what no statement can set is told in a comment. */
export function statementsOf(
  engine: Engine,
  draft: Draft,
  database: string,
  setting: SettingFact | undefined,
): { readonly sql: string; readonly undo: string } {
  const { quote } = engine;
  const { scope, name, advised, now } = draft;
  const value = /^\d+(?:\.\d+)?$/.test(advised) ? advised : quote.literal(advised);
  const old = /^\d+(?:\.\d+)?$/.test(now) ? now : quote.literal(now);
  switch (scope.kind) {
    case 'server': {
      const reload =
        draft.takesEffect === 'restart' ? '-- then restart the server' : 'SELECT pg_reload_conf();';
      const back =
        setting === undefined || setting.from === 'default' ? `RESET ${name}` : `SET ${name} = ${old}`;
      return {
        sql: `ALTER SYSTEM SET ${name} = ${value};\n${reload}`,
        undo: `ALTER SYSTEM ${back};\n${reload}`,
      };
    }
    case 'database': {
      const place = `ALTER DATABASE ${quote.identifier(database)}`;
      const back = setting?.from === 'database' ? `SET ${name} = ${old}` : `RESET ${name}`;
      return { sql: `${place} SET ${name} = ${value};`, undo: `${place} ${back};` };
    }
    case 'role': {
      const place = `ALTER ROLE ${quote.identifier(scope.role)} IN DATABASE ${quote.identifier(database)}`;
      const back = setting?.from === 'role in database' ? `SET ${name} = ${old}` : `RESET ${name}`;
      return { sql: `${place} SET ${name} = ${value};`, undo: `${place} ${back};` };
    }
    case 'statement':
      return {
        sql: `BEGIN;\nSET LOCAL ${name} = ${value};\n-- the statement\nCOMMIT;`,
        undo: `-- leave out SET LOCAL ${name}`,
      };
    case 'table': {
      const place = `ALTER TABLE ${quote.name(scope.table)}`;
      const back = now.startsWith('default') ? `RESET (${name})` : `SET (${name} = ${now})`;
      return { sql: `${place} SET (${name} = ${value});`, undo: `${place} ${back};` };
    }
    case 'pooler':
      return {
        sql: `-- in the pooler's configuration: ${advised} connections to this database`,
        undo: '-- the size it has now',
      };
  }
}
