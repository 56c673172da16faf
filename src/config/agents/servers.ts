/** Puts one entry into `mcpServers` of a JSON file and leaves the others alone. */
import { isDeepStrictEqual } from 'node:util';
import { fail } from '../../base/error.ts';
import type { ServerEntry } from './model.ts';

/** The text with the entry, and whether somebody else's entry of that name would be lost. Throws `file.unreadable`. */
export function withServer(
  path: string,
  before: string | undefined,
  name: string,
  entry: ServerEntry,
): { readonly after: string; readonly foreign: boolean } {
  if (before === undefined || before.trim() === '')
    return { after: `${JSON.stringify({ mcpServers: { [name]: entry } }, null, 2)}\n`, foreign: false };
  const parsed = objectOf(parse(path, before), path, 'is not a JSON object');
  const servers = objectOf(parsed['mcpServers'] ?? {}, path, 'holds `mcpServers` that is not an object');
  const present = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (isDeepStrictEqual(present, entry)) return { after: before, foreign: false };
  const indent = /^[ \t]+(?=")/m.exec(before)?.[0] ?? 2;
  const after = {
    ...parsed,
    mcpServers: { ...servers, [name]: isOurs(present, entry) ? { ...present, args: entry.args } : entry },
  };
  const text = JSON.stringify(after, null, indent);
  const ends = before.includes('\r\n') ? '\r\n' : '\n';
  return {
    after: `${before.startsWith('\uFEFF') ? '\uFEFF' : ''}${`${text}${/\n\s*$/.test(before) ? '\n' : ''}`.replaceAll('\n', ends)}`,
    foreign: present !== undefined && !isOurs(present, entry),
  };
}

/** An entry that starts this package, whatever its version and variables. */
function isOurs(present: unknown, entry: ServerEntry): present is ServerEntry {
  const { command, args } = (present ?? {}) as Partial<ServerEntry>;
  const bare = (words: unknown): unknown =>
    Array.isArray(words)
      ? words.map((word) => String(word).replace(/^(database-developer)@.*$/, '$1'))
      : words;
  return command === entry.command && isDeepStrictEqual(bare(args), bare(entry.args));
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    return fail('file.unreadable', `${path} is not JSON: ${(cause as Error).message}.`, {
      cause,
      hint: 'Mend it first (comments are not allowed there); nothing was written.',
    });
  }
}

function objectOf(value: unknown, path: string, problem: string): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : fail('file.unreadable', `${path} ${problem}.`, { hint: 'Mend it first; nothing was written.' });
}
