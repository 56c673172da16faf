import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Compiles `src` to `dist` before the tests that start processes, unless `dist` is newer already. */
export default function build(): void {
  const built = join('dist', 'bin.js');
  if (existsSync(built) && newest('src') < statSync(built).mtimeMs) return;
  try {
    execFileSync(
      process.execPath,
      [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
      { stdio: 'pipe' },
    );
  } catch (error) {
    // The compiler writes its output in spite of wrong types, and `npm run types` is the check for those.
    const told = (error as { stdout?: Buffer }).stdout?.toString() ?? '';
    process.stderr.write(`src has wrong types:\n${told.split('\n').slice(0, 5).join('\n')}\n`);
    if (!existsSync(built)) throw error;
  }
}

function newest(folder: string): number {
  return Math.max(
    0,
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory()
        ? newest(path)
        : entry.name.endsWith('.test.ts')
          ? 0
          : statSync(path).mtimeMs;
    }),
  );
}
