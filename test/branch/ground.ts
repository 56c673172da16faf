/** Scratch repositories of git. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Scratch {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  git(...words: readonly string[]): string;
  write(files: Readonly<Record<string, string>>): void;
  /** Writes the files and commits everything. */
  commit(message: string, files?: Readonly<Record<string, string>>): string;
  remove(): void;
}

/** A new repository with its own home, so that nobody's configuration counts. */
export function scratch(options: { readonly bare?: boolean; readonly identity?: boolean } = {}): Scratch {
  const root = mkdtempSync(join(tmpdir(), 'dbd-git-'));
  const folder = join(root, 'project');
  mkdirSync(folder);
  const env = {
    PATH: process.env['PATH']!,
    HOME: root,
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? root, '.cache'),
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const git = (...words: readonly string[]): string =>
    execFileSync('git', [...words], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }).trim();
  git('init', '--quiet', '--initial-branch=main', ...(options.bare ? ['--bare'] : []));
  if (options.identity !== false) {
    git('config', 'user.name', 'Ada Lovelace');
    git('config', 'user.email', 'ada@example.org');
  }
  const write: Scratch['write'] = (files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  return {
    folder,
    env,
    git,
    write,
    commit: (message, files = {}) => {
      write(files);
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
