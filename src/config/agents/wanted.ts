/** Which files each agent reads, made of the texts of the plugin. */
import type { AgentName, ServerEntry, WantedFile } from './model.ts';
import { textOf, type Source } from './source.ts';

const skill = 'skills/database-developer/SKILL.md';

/** The files for an agent, in the order in which they are told. */
export function wantedFor(agent: AgentName, source: Source): readonly WantedFile[] {
  switch (agent) {
    case 'claude':
      return [
        ...skills(source, '.claude/skills', '`/database-developer KAN-29`, or `/dbd KAN-29`'),
        {
          kind: 'whole',
          path: '.claude/agents/database-developer.md',
          what: 'the subagent database-developer',
          text: textOf(source, 'agents/database-developer.md'),
        },
        server(source, '.mcp.json', (name) => `\${${name}:-}`),
      ];
    case 'cursor':
      return [
        {
          kind: 'whole',
          path: '.cursor/rules/database-developer.mdc',
          what: 'the rule, taken up when database work is asked for',
          text: cursorRule(source),
        },
        server(source, '.cursor/mcp.json', (name) => `\${env:${name}}`),
      ];
    case 'generic':
      return [
        {
          kind: 'section',
          path: 'AGENTS.md',
          what: 'a section between markers; the rest of the file is yours',
          text: agentsSection(source),
        },
        ...skills(source, '.agents/skills', 'the skill'),
      ];
  }
}

function skills(source: Source, folder: string, what: string): readonly WantedFile[] {
  return [...source.texts.keys()]
    .filter((path) => path.startsWith('skills/'))
    .toSorted()
    .map((path) => ({
      kind: 'whole',
      path: path.replace('skills', folder),
      what: path === skill ? what : path.includes('/references/') ? 'phases and presets' : 'the short name',
      text: textOf(source, path),
    }));
}

/** The server with tokens of the environment instead of the plugin's settings. */
function server(source: Source, path: string, variable: (name: string) => string): WantedFile {
  const entry: ServerEntry = {
    ...source.server,
    env: Object.fromEntries(Object.keys(source.server.env).map((name) => [name, variable(name)])),
  };
  return { kind: 'server', path, what: 'the MCP server dbd; other servers stay', name: 'dbd', entry };
}

/** One page: rules have no files beside them. */
function cursorRule(source: Source): string {
  const references = [...source.texts.keys()].filter((path) => path.includes('/references/')).toSorted();
  const anchors = references.map((path) => {
    const title = /^# (.*)$/m.exec(textOf(source, path))![1]!;
    return {
      file: path.split('/').at(-1)!,
      anchor: title
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    };
  });
  const linked = (text: string): string =>
    anchors.reduce(
      (so, { file, anchor }) =>
        so.replaceAll(`(references/${file})`, `(#${anchor})`).replaceAll(`(${file})`, `(#${anchor})`),
      text,
    );
  const { body, description } = parts(textOf(source, skill));
  return [
    `---\ndescription: ${description}\nglobs:\nalwaysApply: false\n---\n`,
    linked(body).trim(),
    ...references.map((path) => linked(textOf(source, path)).trim().replaceAll(/^#/gm, '##')),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The rules that hold throughout; the way itself stands in the skill. */
function agentsSection(source: Source): string {
  const { body } = parts(textOf(source, skill));
  const [, rules = ''] = /^## Rules that hold throughout\n([\s\S]*?)(?=^## )/m.exec(body) ?? [];
  return [
    '## Database work',
    'Follow the skill `.agents/skills/database-developer/SKILL.md` for schemas, migrations, indexes and slow queries. These rules hold in any case:',
    rules.trim(),
  ].join('\n\n');
}

function parts(text: string): { readonly body: string; readonly description: string } {
  const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  return { body, description: /^description: (.*)$/m.exec(head)?.[1] ?? '' };
}
