import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type Out = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What the face needs of the process; tests hand in their own. */
export interface Host {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Out;
  readonly stderr: Out;
  readonly platform: string;
  cwd(): string;
  on(
    event: 'SIGINT' | 'SIGTERM' | 'uncaughtException' | 'unhandledRejection',
    listener: (value: unknown) => void,
  ): unknown;
  exit(code: number): never;
}

/** How text may look on a stream. */
export interface Look {
  readonly width: number;
  readonly color: boolean;
  readonly unicode: boolean;
}

/** Width, colours and characters that a stream can show, after NO_COLOR, FORCE_COLOR, TERM, COLUMNS and the locale. */
export function lookOf(out: Out, env: Host['env'], wantsColor: boolean): Look {
  const dumb = env['TERM'] === 'dumb';
  const forced =
    env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  const refused = Boolean(env['NO_COLOR']) || env['FORCE_COLOR'] === '0' || env['FORCE_COLOR'] === 'false';
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'UTF-8';
  const columns = out.columns ?? Number(env['COLUMNS'] ?? NaN);
  return {
    width: Number.isFinite(columns) && columns > 0 ? Math.min(120, Math.max(80, columns)) : 100,
    color: wantsColor && !refused && (forced || (out.isTTY === true && !dumb)),
    unicode: !dumb && /utf-?8/i.test(locale),
  };
}

/** Whether lines on the stream can be redrawn. */
export function canRedraw(out: Out, env: Host['env']): boolean {
  return out.isTTY === true && env['TERM'] !== 'dumb' && !env['CI'];
}

/** Writes and waits until the text left the process; a reader that went away is not an error. */
export async function write(out: Writable, text: string): Promise<void> {
  if (text === '' || out.destroyed || out.writableEnded) return;
  await new Promise<void>((resolve) => {
    out.write(text, () => resolve());
  });
}
