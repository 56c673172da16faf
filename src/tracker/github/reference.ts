/** What a reference to an issue of GitHub means. */
import { usualGithubHost } from '../../config/github.ts';
import type { GithubConfig } from '../../config/model.ts';

export interface Reference {
  /** Where the issue is looked for: `https://github.com`. */
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

const owner = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})';
const repo = '[A-Za-z0-9_.-]{1,100}';
const number = '[1-9]\\d{0,9}';

/** The issue of `acme/shop#12`, of `#12` in the configured repository, or of an address; undefined when it is none, or is on a host that nobody named. */
export function referenceOf(text: string, github: GithubConfig | undefined): Reference | undefined {
  const word = text.trim();
  const host = github?.host ?? usualGithubHost;
  const full = new RegExp(`^(${owner})/(${repo})#(${number})$`).exec(word);
  if (full) return made(host, full[1]!, full[2]!, full[3]!);
  const short = new RegExp(`^#(${number})$`).exec(word)?.[1];
  if (short !== undefined && github?.repository !== undefined) {
    const [mine, name] = github.repository.split('/');
    return made(host, mine!, name!, short);
  }
  if (!URL.canParse(word)) return undefined;
  const url = new URL(word);
  // A token never goes to a host that only a reference names.
  if (url.origin !== host && url.origin !== usualGithubHost) return undefined;
  const path = new RegExp(`^/(${owner})/(${repo})/(?:issues|pull)/(${number})/?$`).exec(url.pathname);
  return path ? made(url.origin, path[1]!, path[2]!, path[3]!) : undefined;
}

function made(host: string, owner_: string, name: string, digits: string): Reference | undefined {
  return name === '.' || name === '..'
    ? undefined
    : { host, owner: owner_, repo: name, number: Number(digits) };
}

/** The reference as people write it. */
export function written({ owner: mine, repo: name, number: digits }: Omit<Reference, 'host'>): string {
  return `${mine}/${name}#${digits}`;
}
