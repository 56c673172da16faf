/** Whether substitutes stand in the order that a server of the snapshot's locale sorts them in; it is asked, since no rule of ours is a collation. */
import type { Engine, Snapshot } from '../../engine/model.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { readArray, writeArray, type Item } from '../../base/array-literal.ts';
import type { LetterOrder } from '../../mask/text-units.ts';

/** Puts texts in order; `place` of each in the order of the server. */
export interface Collation {
  /** Places of the texts as the server sorts them; equal ones keep their order. */
  order(texts: readonly string[]): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** How texts of the database's own collation compare. */
export function letterOrder({ locale }: Snapshot): LetterOrder {
  const name = locale.provider === 'libc' ? locale.collate : (locale.locale ?? locale.collate);
  return locale.provider === 'builtin' || /^(?:C|POSIX|C\.UTF-?8)$/i.test(name) ? 'code' : 'language';
}

/** The order of code points, which is that of the bytes of UTF-8. */
const byCode: Collation = {
  order: (texts) => {
    const bytes = texts.map((text) => Buffer.from(text));
    return Promise.resolve(texts.map((_, at) => at).toSorted((a, b) => bytes[a]!.compare(bytes[b]!)));
  },
  close: () => Promise.resolve(),
};

/** Opens the collation of a snapshot's database; undefined where no server here has it. */
export async function openCollation(engine: Engine, snapshot: Snapshot): Promise<Collation | undefined> {
  if (letterOrder(snapshot) === 'code') return byCode;
  const { provider, collate, ctype, locale, rules } = snapshot.locale;
  try {
    const sandbox = await startSandbox(engine, {});
    try {
      const database = await sandbox.createDatabase({
        locale: {
          provider,
          locale: provider === 'libc' ? collate : (locale ?? collate),
          collate,
          ctype,
          ...(rules ? { rules } : {}),
        },
      });
      const session = await engine.connect(database.adminUrl, { application: 'dbd mask' });
      return {
        async order(texts) {
          const { rows } = await session.query<{ place: number }>(
            'SELECT (place - 1)::int AS place FROM unnest($1::text[]) WITH ORDINALITY AS listed (value, place) ORDER BY value, place',
            [texts],
          );
          return rows.map(({ place }) => place);
        },
        async close() {
          await session.close();
          await sandbox.stop();
        },
      };
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  } catch {
    return undefined;
  }
}

/** A histogram whose bounds grow as the server compares them; undefined when they did already. */
export async function inOrder(literal: string, collation: Collation): Promise<string | undefined> {
  const items = readArray(literal) ?? [];
  const texts = items.map((item) => (typeof item === 'string' ? item : ''));
  const order = await collation.order(texts);
  return order.every((place, at) => place === at)
    ? undefined
    : writeArray(order.map((place): Item => items[place]!));
}
