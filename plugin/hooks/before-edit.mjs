/** Before a file is edited: denies edits of changes whose evidence was signed, and asks about migrations that the main branch holds. */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { decide, readInput, textOf } from './input.mjs';

const input = await readInput();
const named = textOf(input.tool_input?.file_path) || textOf(input.tool_input?.notebook_path);
if (named !== '') judge(real(resolve(textOf(input.cwd) || process.cwd(), named)));

function judge(file) {
  const signed = signedFolder(file);
  if (signed !== undefined)
    return decide(
      'deny',
      `The evidence of ${basename(signed)} is signed for its files as they are; an edit makes it void. Make a new change: \`dbd task\` or \`dbd plan\`.`,
    );
  if (isMigration(file) && isMerged(file))
    return decide(
      'ask',
      `${basename(file)} is in the main branch and may have run somewhere. Databases that have it will not see the edit; a new migration is the usual way.`,
    );
}

/** The change folder around the file, when it holds signed evidence. */
function signedFolder(file) {
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder))
    if (existsSync(join(folder, 'evidence.json')) && existsSync(join(folder, 'up'))) return folder;
  return undefined;
}

/** Files that migration tools run once: of dbd, Prisma, Flyway, Liquibase, Rails, Django, Alembic and those with numbered names. */
function isMigration(file) {
  const path = file.replaceAll('\\', '/');
  return (
    /\/(?:migrations?|migrate|changes|changelogs?|deploy|versions)\/(?:[^/]+\/){0,3}[^/]+\.(?:sql|js|mjs|cjs|ts|rb|py|ya?ml|xml)$/i.test(
      path,
    ) || /\/(?:V\d[^/]*__[^/]*|\d{3,}[_-][^/]*)\.sql$/.test(path)
  );
}

function isMerged(file) {
  const git = (...args) =>
    spawnSync('git', ['-C', dirname(file), ...args], { encoding: 'utf8', timeout: 3000 });
  const top = git('rev-parse', '--show-toplevel').stdout?.trim();
  if (!top) return false;
  const path = relative(real(top), file).replaceAll('\\', '/');
  return ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'].some(
    (branch) => git('cat-file', '-e', `${branch}:${path}`).status === 0,
  );
}

function real(path) {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(real(dirname(path)), basename(path));
  }
}
