/** Writes the files by which an agent learns of dbd: everything is looked at first, and nothing that others wrote is lost. */
import { fail } from '../../base/error.ts';
import { marked, markedSection, whose, withSection } from './marks.ts';
import type { AgentName, WantedFile, WrittenFile } from './model.ts';
import { look, replace, type Placed } from './place.ts';
import { withServer } from './servers.ts';
import { readSource, type Source } from './source.ts';
import { wantedFor } from './wanted.ts';

interface Planned extends WrittenFile {
  readonly placed: Placed;
  readonly text: string;
}

/** Writes them into the project; throws `file.exists` for what somebody else wrote or edited (unless `force`), and `file.*`. */
export async function writeAgentFiles(
  root: string,
  agent: AgentName,
  { force = false, source }: { readonly force?: boolean; readonly source?: Source } = {},
): Promise<readonly WrittenFile[]> {
  const wanted = wantedFor(agent, source ?? (await readSource()));
  const planned: Planned[] = [];
  for (const file of wanted) planned.push(planOf(file, await look(root, file.path), force));
  for (const { did, placed, text } of planned) if (did !== 'unchanged') await replace(placed, text);
  return planned.map(({ path, what, did }) => ({ path, what, did }));
}

function planOf(file: WantedFile, placed: Placed, force: boolean): Planned {
  const text = textFor(file, placed.text, force);
  return {
    path: file.path,
    what: file.what,
    did: placed.text === undefined ? 'created' : placed.text === text ? 'unchanged' : 'updated',
    placed,
    text,
  };
}

function textFor(file: WantedFile, before: string | undefined, force: boolean): string {
  const refuse = (problem: string): void => {
    if (!force)
      fail('file.exists', `${file.path} ${problem}; nothing was written.`, {
        hint: 'Move it away, or call `dbd init` with --agent and --force to replace it.',
      });
  };
  switch (file.kind) {
    case 'whole': {
      const text = marked(file.text);
      if (before === undefined || before.replaceAll('\r\n', '\n') === text) return before ?? text;
      const known = whose(before);
      if (known !== 'ours')
        refuse(known === 'foreign' ? 'is there and was not written by dbd' : 'was edited since dbd wrote it');
      return text;
    }
    case 'section': {
      const { known, after } = withSection(before ?? '', markedSection(file.text));
      if (known === 'broken')
        fail('file.exists', `The markers of dbd in ${file.path} do not pair; nothing was written.`, {
          hint: 'Leave one `<!-- dbd:begin -->` and one `<!-- dbd:end -->`, or remove both.',
        });
      if (known === 'edited' && after !== before) refuse('holds a section of dbd that was edited');
      return after;
    }
    case 'server': {
      const { after, foreign } = withServer(file.path, before, file.name, file.entry);
      if (foreign) refuse(`has a server \`${file.name}\` that is another one`);
      return after;
    }
  }
}
