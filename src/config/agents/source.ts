/** The texts of the plugin that the package ships: the one source of what agents are told. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../../base/error.ts';
import type { ServerEntry } from './model.ts';

/** Texts by their paths within `plugin/`, and how its MCP server is started. */
export interface Source {
  readonly texts: ReadonlyMap<string, string>;
  readonly server: ServerEntry;
}

/** Reads the plugin beside the program; throws `file.missing` where the package is not whole. */
export async function readSource(from = import.meta.dirname): Promise<Source> {
  const folder = await pluginFolder(from);
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = new Map<string, string>();
  for (const entry of names)
    if (entry.isFile() && entry.name.endsWith('.md')) {
      const path = join(entry.parentPath, entry.name);
      texts.set(path.slice(folder.length + 1).replaceAll('\\', '/'), await readFile(path, 'utf8'));
    }
  const { mcpServers } = JSON.parse(await readFile(join(folder, '.mcp.json'), 'utf8')) as {
    readonly mcpServers: { readonly dbd: ServerEntry };
  };
  return { texts, server: mcpServers.dbd };
}

/** A text of the plugin. */
export function textOf({ texts }: Source, path: string): string {
  return texts.get(path) ?? fail('file.missing', `The package lacks plugin/${path}.`, { hint: reinstall });
}

const reinstall = 'Install the package anew.';

async function pluginFolder(from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'plugin');
    const is = await stat(join(found, '.claude-plugin', 'plugin.json')).catch(() => undefined);
    if (is?.isFile()) return found;
    if (dirname(folder) === folder)
      return fail('file.missing', 'The package lacks the folder plugin.', { hint: reinstall });
  }
}
