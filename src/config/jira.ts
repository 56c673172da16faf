/** Reads the map `jira` of the configuration. */
import type { JiraConfig, JiraKind, Word } from './model.ts';
import { isVariable, textOf, textsOf, valuesOf, type Node } from './yaml.ts';

const keys = ['site', 'kind', 'email', 'token', 'cloud_id', 'authors', 'project', 'finish'] as const;

/** The variable that holds the token when the file names none. */
const usualVariable = 'JIRA_TOKEN';

/** Reads the map; variables are only named here, so that a task in a file needs none of them. Throws `config.invalid`. */
export function readJira(node: Node): JiraConfig {
  const values = valuesOf(node, keys, '`jira`');
  const site = values.get('site') ?? node.refuse('`jira` needs `site`.', example);
  const email = values.get('email');
  const token = values.get('token');
  const cloudId = values.get('cloud_id');
  const authors = values.get('authors');
  const project = values.get('project');
  const finish = values.get('finish');
  const said = values.get('kind');
  const kind = said ? kindOf(said) : undefined;
  const address = siteOf(site, kind);
  const cloud = kind === 'cloud' || cloudId !== undefined || /\.(?:atlassian\.net|jira\.com)$/.test(address);
  if (!email && cloud && kind !== 'data-center') node.refuse('`jira` needs `email`.', example);
  return {
    site: address,
    ...(kind ? { kind } : {}),
    ...(email ? { email: wordOf(email, 'jira.email') } : {}),
    tokenVariable: token ? tokenVariable(token) : usualVariable,
    authors: authors ? textsOf(authors, 'jira.authors') : [],
    ...(cloudId ? { cloudId: cloudIdOf(cloudId) } : {}),
    ...(project ? { project: projectOf(project) } : {}),
    ...(finish ? { mayFinish: finishOf(finish) } : {}),
  };
}

/** The map as it should be written, for hints. */
export const example =
  'Write `jira: { site: https://acme.atlassian.net, email: you@acme.com, token: "${JIRA_TOKEN}" }` into dbd.config.yaml; a Data Center needs no e-mail and its kind instead: `kind: data-center`.';

function kindOf(node: Node): JiraKind {
  const text = textOf(node, 'jira.kind');
  return text === 'cloud' || text === 'data-center'
    ? text
    : node.refuse('`jira.kind` must be `cloud` or `data-center`.', example);
}

function finishOf(node: Node): boolean {
  const text = textOf(node, 'jira.finish');
  return text === 'allowed' || text === 'never'
    ? text === 'allowed'
    : node.refuse(
        '`jira.finish` must be `allowed` or `never`: whether an issue may be moved to a state of the category done.',
      );
}

function siteOf(node: Node, kind: JiraKind | undefined): string {
  const text = textOf(node, 'jira.site');
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  if (!url || url.hostname === '' || (url.protocol !== 'https:' && !(loopback && url.protocol === 'http:')))
    return node.refuse('`jira.site` must be an address that begins with https://.', example);
  if (url.username !== '' || url.password !== '')
    return node.refuse('`jira.site` must not hold a user or a password.', example);
  // A Data Center may stand below a path; the path of a Cloud address is that of a page.
  return kind === 'data-center' ? `${url.origin}${url.pathname.replace(/\/+$/, '')}` : url.origin;
}

function tokenVariable(node: Node): string {
  const word = wordOf(node, 'jira.token');
  if ('variable' in word) return word.variable;
  return node.refuse(
    '`jira.token` must name an environment variable, so that no secret stands in the file.',
    'Write `token: ${JIRA_TOKEN}` and set JIRA_TOKEN. A token that was kept in a file should be replaced.',
  );
}

function wordOf(node: Node, key: string): Word {
  const text = textOf(node, key);
  const variable = /^\$\{(.*)\}$/.exec(text)?.[1];
  if (variable === undefined) return { text };
  return isVariable(variable)
    ? { variable }
    : node.refuse(`\`${text.slice(0, 60)}\` is not the name of an environment variable.`);
}

function cloudIdOf(node: Node): string {
  const text = textOf(node, 'jira.cloud_id');
  return /^[0-9a-z-]{1,64}$/i.test(text)
    ? text
    : node.refuse(
        '`jira.cloud_id` must be an id such as 11223344-a1b2-3b33-c444-def123456789.',
        'It stands at <site>/_edge/tenant_info; without it dbd looks there itself.',
      );
}

function projectOf(node: Node): string {
  const text = textOf(node, 'jira.project').toUpperCase();
  return /^[A-Z][A-Z0-9_]*$/.test(text)
    ? text
    : node.refuse('`jira.project` must be the key of a project, such as KAN.');
}
