/** Signs what the rehearsals showed about change folders. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DbdError } from '../../base/error.ts';
import { evidenceName } from '../../evidence/folder.ts';
import { signCommand } from '../evidence/sign.ts';
import type { TreeEntry } from '../git/tree.ts';
import type { MergeCheckOptions, Side, Signed, Tried } from './model.ts';

/** Signs each rehearsed change folder of the merge result; a text that is no key ends the command with `evidence.key`. */
export async function signTried(
  { key, env }: Pick<MergeCheckOptions, 'key' | 'env'>,
  tried: readonly Tried[],
  merged: Side,
  entries: ReadonlyMap<string, TreeEntry>,
  scratch: string,
): Promise<readonly Signed[]> {
  const signed: Signed[] = [];
  for (const { change, report, because } of tried) {
    if (change === undefined) continue;
    const link = [...entries.values()].find(
      ({ path, kind }) => kind !== 'file' && path.startsWith(`${change}/`),
    );
    const refused = !report
      ? (because ?? 'it was not rehearsed')
      : !key
        ? undefined
        : key.kind === 'variable' && key.text === ''
          ? `the variable ${key.name} is empty, as it is for pull requests of forks`
          : link
            ? `${link.path} is a link or a submodule: what it holds can change unseen`
            : undefined;
    if (!key && refused === undefined) continue;
    if (refused !== undefined || !report || !key)
      signed.push({ change, because: refused ?? 'no key was given' });
    else signed.push(await sign(change, report));
  }
  return signed;

  async function sign(change: string, report: Tried['report'] & object): Promise<Signed> {
    const path = join(scratch, 'reports', `${signed.length}.json`);
    await mkdir(join(scratch, 'reports'), { recursive: true });
    await writeFile(path, JSON.stringify(report));
    const folder = join(merged.folder, change);
    try {
      await signCommand({ path: folder, shown: change, report: path, key: key!, env });
      return { change, text: await readFile(join(folder, evidenceName), 'utf8') };
    } catch (error) {
      if (!(error instanceof DbdError) || error.code !== 'evidence.refused') throw error;
      return { change, because: error.message };
    }
  }
}
