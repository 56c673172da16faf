/** Texts of the plugin, and the calls of dbd that they name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { all } from '../../src/commands/all.ts';
import { fieldsOf } from '../../src/commands/fields.ts';
import { faceFlags } from '../../src/faces/cli/parse.ts';

export const root = join(import.meta.dirname, '../..');

/** Text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Markdown files below a folder of the repository. */
export function pages(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path));
}

/** Frontmatter of a page as keys and values, and what follows it. */
export function frontmatter(text: string): {
  readonly keys: readonly string[];
  readonly head: string;
  readonly body: string;
} {
  const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  return { head, body, keys: [...head.matchAll(/^([\w-]+):/gm)].map(([, key]) => key!) };
}

/** Calls of dbd in code spans and fences, each from its `dbd` on. */
export function callsIn(text: string): readonly string[] {
  const fences = [...text.matchAll(/^```(?:sh|bash|text)?\n([\s\S]*?)^```/gm)].flatMap(([, code]) =>
    code!.split('\n'),
  );
  const spans = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code]) => code!,
  );
  return [...fences, ...spans].flatMap((code) =>
    [...code.matchAll(/(?:^|[\s"(])((?:npx -y database-developer|npx dbd|dbd) [^#|)]*)/g)].map(([, call]) =>
      call!.trim(),
    ),
  );
}

/** What is wrong with a call: an unknown command or option; undefined when nothing is. */
export async function wrongIn(call: string): Promise<string | undefined> {
  const words = call.replace(/^(?:npx -y database-developer|npx dbd|dbd) /, '').split(/\s+/);
  const name = [2, 1]
    .map((count) => words.slice(0, count).join(' '))
    .find((one) => all.some((listed) => listed.name === one));
  if (name === undefined) return `no command: ${call}`;
  const command = await all.find((listed) => listed.name === name)!.load();
  const fields = fieldsOf(command);
  const before = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
  if (words.includes('--') && !fields.some(({ rest }) => rest)) return `takes no command: ${call}`;
  const flags = before
    .filter((word) => word.startsWith('-') && word !== '-')
    .map((word) => word.split('=')[0]!);
  const unknown = flags.find(
    (flag) =>
      !faceFlags.includes(flag) &&
      !fields.some(
        (field) => field.flag === flag || `-${field.short}` === flag || `--no-${field.name}` === flag,
      ),
  );
  if (unknown !== undefined) return `no option ${unknown}: ${call}`;
  const given = before.slice(name.split(' ').length);
  const choice = fields.find(
    ({ flag, kind, choices }) =>
      kind === 'choice' && given.includes(flag) && !choices.includes(given[given.indexOf(flag) + 1]!),
  );
  return choice ? `no such value of ${choice.flag}: ${call}` : undefined;
}
