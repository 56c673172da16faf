/** Keeps what a run of the corpus measured, until a page is made of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = new URL('../../node_modules/.dbd-corpus/', import.meta.url).pathname;

/** Replaces what the run before kept under this name. */
export function keep(name: string, figures: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(figures, undefined, 2));
}
