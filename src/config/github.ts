/** Reads the map `github` of the configuration. */
import type { GithubConfig } from './model.ts';
import { isVariable, textOf, textsOf, valuesOf, type Node } from './yaml.ts';

const keys = ['repository', 'host', 'token', 'authors', 'associations', 'labels'] as const;

/** The variable that holds the token when the file names none. */
export const usualGithubVariable = 'GITHUB_TOKEN';
/** The host when the file names none. */
export const usualGithubHost = 'https://github.com';
/** How somebody may stand to a repository, as far as that is a reason to believe them. */
const associations = ['OWNER', 'MEMBER', 'COLLABORATOR'] as const;

/** Reads the map; the token's variable is only named here, so that a public issue needs none. Throws `config.invalid`. */
export function readGithub(node: Node): GithubConfig {
  const values = valuesOf(node, keys, '`github`');
  const [repository, host, token, authors, trusted, labels] = keys.map((key) => values.get(key));
  return {
    host: host ? hostOf(host) : usualGithubHost,
    tokenVariable: token ? variableOf(token) : usualGithubVariable,
    authors: authors ? textsOf(authors, 'github.authors') : [],
    associations: trusted
      ? textsOf(trusted, 'github.associations').map((text) => associationOf(trusted, text))
      : [],
    labels: labels ? labelsOf(labels) : {},
    ...(repository ? { repository: repositoryOf(repository) } : {}),
  };
}

function repositoryOf(node: Node): string {
  const text = textOf(node, 'github.repository');
  return /^[A-Za-z0-9-]{1,39}\/[\w.-]{1,100}$/.test(text)
    ? text
    : node.refuse('`github.repository` must be owner and name, such as acme/shop.');
}

function hostOf(node: Node): string {
  const text = textOf(node, 'github.host');
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  if (!url || (url.protocol !== 'https:' && !(loopback && url.protocol === 'http:')))
    return node.refuse(
      '`github.host` must be an address that begins with https://, such as https://git.acme.com.',
    );
  if (url.username !== '' || url.password !== '' || url.pathname !== '/')
    return node.refuse('`github.host` must be a host alone, without user, password or path.');
  return url.origin;
}

function variableOf(node: Node): string {
  const text = textOf(node, 'github.token');
  const variable = /^\$\{(.*)\}$/.exec(text)?.[1];
  return variable !== undefined && isVariable(variable)
    ? variable
    : node.refuse(
        '`github.token` must name an environment variable, so that no secret stands in the file.',
        'Write `token: ${GITHUB_TOKEN}` and set GITHUB_TOKEN. A token that was kept in a file should be replaced.',
      );
}

function associationOf(node: Node, text: string): (typeof associations)[number] {
  return (
    associations.find((one) => one === text.toUpperCase()) ??
    node.refuse(`\`github.associations\` may hold ${associations.join(', ')}; anybody may have any other.`)
  );
}

function labelsOf(node: Node): Readonly<Record<string, string>> {
  if (node.kind !== 'map') return node.refuse('`github.labels` must be a map of states and their labels.');
  return Object.fromEntries(
    node.entries.map(({ key, at, value }) => {
      const label = value ? textOf(value, `github.labels.${key.slice(0, 60)}`) : '';
      return label === '' || label.length > 50 || label.includes(',')
        ? at.refuse('a label must have 1 to 50 characters and no comma.')
        : [key, label];
    }),
  );
}
