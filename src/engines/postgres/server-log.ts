/** What a statement did, read from the server's own DEBUG1 lines; the log's prefix is `%p|`. */
import { open, stat } from 'node:fs/promises';

/** One fact that the server told about a statement; names are as the server prints them, without schema. */
export type LogFact =
  | { readonly kind: 'rewritten'; readonly table: string }
  | { readonly kind: 'verified'; readonly table: string }
  | { readonly kind: 'foreign key'; readonly constraint: string }
  | { readonly kind: 'index built'; readonly index: string; readonly table: string }
  | { readonly kind: 'skipped'; readonly table: string; readonly text: string };

/** Length of the log in bytes; 0 when there is none yet. */
export async function logLength(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

/** Facts about the session `pid` in the log from the byte `from` on. */
export async function readFacts(path: string, from: number, pid: number): Promise<readonly LogFact[]> {
  const length = (await logLength(path)) - from;
  if (length <= 0) return [];
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, from);
    return factsOf(buffer.toString('utf8', 0, bytesRead), pid);
  } finally {
    await file.close();
  }
}

/** Facts about the session `pid` in a piece of the log. */
export function factsOf(text: string, pid: number): readonly LogFact[] {
  const prefix = `${pid}|DEBUG:  `;
  return text.split('\n').flatMap((line) => {
    const fact = line.startsWith(prefix) ? factOf(line.slice(prefix.length)) : undefined;
    return fact ? [fact] : [];
  });
}

// Messages of src/backend/commands/tablecmds.c and src/backend/catalog/index.c; the same words in versions 12 to 18.
const patterns: readonly [RegExp, (part: readonly string[]) => LogFact][] = [
  [/^rewriting table "(.+)"$/, ([table]) => ({ kind: 'rewritten', table: table! })],
  [/^verifying table "(.+)"$/, ([table]) => ({ kind: 'verified', table: table! })],
  [
    /^validating foreign key constraint "(.+)"$/,
    ([constraint]) => ({ kind: 'foreign key', constraint: constraint! }),
  ],
  [
    /^building index "(.+)" on table "(.+)" (?:serially|with request for .*)$/,
    ([index, table]) => ({ kind: 'index built', index: index!, table: table! }),
  ],
  [
    /^existing constraints on column "([^.]+)\.(.+)" are sufficient/,
    ([table, column]) => ({
      kind: 'skipped',
      table: table!,
      text: `${column} is proven to hold no nulls by existing constraints`,
    }),
  ],
  [
    /^(?:updated )?partition constraint for (?:default partition|table) "(.+)" is implied by existing constraints$/,
    ([table]) => ({
      kind: 'skipped',
      table: table!,
      text: 'the partition bound is proven by existing constraints',
    }),
  ],
];

function factOf(message: string): LogFact | undefined {
  for (const [pattern, make] of patterns) {
    const match = pattern.exec(message);
    if (match) return make(match.slice(1));
  }
  return undefined;
}
