import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface SourceFile {
  /** Path from the repository's folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Imported modules as written, type-only and dynamic ones included. */
  readonly imports: readonly string[];
}

/** Files below a folder of the repository, tests included, in the order of their paths. */
export function filesBelow(folder: string, ending: RegExp = /\.ts$/): readonly SourceFile[] {
  return (existsSync(join(root, folder)) ? walk(join(root, folder)) : [])
    .filter((path) => ending.test(path))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      return { path: relative(root, path).replaceAll('\\', '/'), text, imports: importsOf(text) };
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Product code: everything below `src` except tests. */
export function productFiles(): readonly SourceFile[] {
  return filesBelow('src').filter((file) => !file.path.endsWith('.test.ts'));
}

function walk(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? entry.name === 'node_modules'
        ? []
        : walk(join(folder, entry.name))
      : [join(folder, entry.name)],
  );
}

/** Modules named by `import … from`, `export … from`, `import 'x'`, `import('x')` and `typeof import('x')`. */
export function importsOf(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(
    /(?:^|[;}\s])(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|;)\s*import\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...found].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

/** The code without comments and without the contents of texts, so that words in them do not count. */
export function bareCode(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(?<=^|\s)\/\/.*$/gm, '');
}
