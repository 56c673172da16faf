import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../base/error.ts';

/** Fewest characters of a token that somebody brings. */
const shortest = 20;

/** The token that a person brings in `DBD_MCP_TOKEN`, or a new one; throws `usage.wrong-option` for one that is short. */
export function chooseToken(env: Readonly<Record<string, string | undefined>>): {
  readonly token: string;
  readonly own: boolean;
} {
  const brought = env['DBD_MCP_TOKEN'];
  if (brought === undefined || brought === '')
    return { token: randomBytes(32).toString('base64url'), own: true };
  if (brought.length < shortest || /[^\x21-\x7e]/.test(brought))
    fail('usage.wrong-option', `DBD_MCP_TOKEN needs at least ${shortest} characters without spaces.`, {
      hint: 'Leave it out, and dbd makes one; or set it to the output of `openssl rand -hex 32`.',
    });
  return { token: brought, own: false };
}

/** Whether both are equal, in a time that does not depend on where they differ. */
export function isToken(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** Writes the token where only its owner reads it, and returns the path and a way to take it away. */
export async function keepToken(
  folder: string,
  port: number,
  token: string,
): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = join(folder, `mcp-${port}.token`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rm(path, { force: true });
  await writeFile(path, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return { path, remove: () => rm(path, { force: true }) };
}
