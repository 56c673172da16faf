import type { JiraConfig } from '../../config/model.ts';

/** The key a reference means (`kan-29`, an address of the site's issue, a number within the configured project), in capitals; undefined when it is none. */
export function keyOf(reference: string, jira: JiraConfig | undefined): string | undefined {
  const word = reference.trim();
  const key = /^([A-Za-z][A-Za-z0-9_]{0,49})-([1-9]\d{0,9})$/.exec(word);
  if (key) return word.toUpperCase();
  if (jira?.project !== undefined && /^[1-9]\d{0,9}$/.test(word)) return `${jira.project}-${word}`;
  if (jira === undefined || !URL.canParse(word)) return undefined;
  const url = new URL(word);
  const page = `${url.origin}${url.pathname}`;
  if (!page.startsWith(`${jira.site}/`)) return undefined;
  const [, browsed] = /^\/browse\/([^/]+)\/?$/.exec(page.slice(jira.site.length)) ?? [];
  const shown = browsed ?? url.searchParams.get('selectedIssue');
  return shown === null || shown === undefined ? undefined : keyOf(shown, undefined);
}
