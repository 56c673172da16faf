/** Finds the packages of a project as its own programs would. */
import { realpath, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Folder of a package as a file in `from` would find it; undefined when it is not installed. */
export async function packageFolder(from: string, name: string): Promise<string | undefined> {
  const folder = join(from, 'node_modules', name);
  if (
    await stat(join(folder, 'package.json')).then(
      () => true,
      () => false,
    )
  )
    return folder;
  return dirname(from) === from ? undefined : packageFolder(dirname(from), name);
}

/** Version of an installed package. */
export async function packageVersion(folder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(await realpath(folder), 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
