import type { Session } from '../../../engine/model.ts';

/** The path of our own look-ups: it keeps operators and functions of other schemas out of them. */
export const ownPath = 'pg_catalog, pg_temp';

/** Settings that the server's answer depends on, or our own look-ups. */
const ours: Readonly<Record<string, string>> = {
  search_path: ownPath,
  client_min_messages: 'log',
  debug_pretty_print: 'off',
  debug_print_parse: 'off',
  debug_print_plan: 'off',
  debug_print_rewritten: 'off',
};

/** Settings as they were before. */
export interface Before {
  readonly settings: Readonly<Record<string, string>>;
  /** The server counts bytes of names as UTF-8 does. */
  readonly utf8: boolean;
  /** A backslash in a literal is a backslash, as our parser reads it. */
  readonly standardStrings: boolean;
}

/** Makes the settings of this transaction ours; no operator stands in these statements, and every function has its schema. */
export async function enter(session: Session): Promise<Before> {
  const names = [...Object.keys(ours), 'server_encoding', 'standard_conforming_strings'];
  const { rows } = await session.query<Record<string, string>>(
    `SELECT ${names.map((name) => `pg_catalog.current_setting('${name}') AS ${name}`).join(', ')}`,
  );
  const { server_encoding: encoding, standard_conforming_strings: strings, ...settings } = rows[0]!;
  await set(session, ours);
  return { settings, utf8: encoding === 'UTF8', standardStrings: strings === 'on' };
}

/** Sets what was there before; after an error of the server the end of the transaction does that. */
export async function leave(session: Session, { settings }: Before): Promise<void> {
  await set(session, settings).catch(() => undefined);
}

/** The statement is resolved on the path and with the literals it will run with; the server's tree is asked for at this one place. */
export async function resolving<T>(session: Session, before: Before, work: () => Promise<T>): Promise<T> {
  const { search_path: path = '' } = before.settings;
  await set(session, { search_path: path, debug_print_rewritten: 'on' });
  const result = await work();
  await set(session, { search_path: ownPath, debug_print_rewritten: 'off' });
  return result;
}

async function set(session: Session, settings: Readonly<Record<string, string>>): Promise<void> {
  const pairs = Object.entries(settings);
  const calls = pairs.map((_, at) => `pg_catalog.set_config($${2 * at + 1}, $${2 * at + 2}, true)`);
  await session.query(`SELECT ${calls.join(', ')}`, pairs.flat());
}
