/** What a refusal by rate means; source: Atlassian's page on rate limits, as of October 2026. */
export interface RateLimit {
  /** Continues `Jira is asked again: `. */
  readonly says: string;
  /** What to do about it. */
  readonly hint?: string;
  /** It ends with the hour, not within seconds. */
  readonly hourly: boolean;
}

const known: Readonly<Record<string, RateLimit>> = {
  'jira-quota-global-based': {
    says: 'the quota of this hour, which all sites of an app share, is used up',
    hint: 'It is filled again at the full hour. Quotas bind apps with OAuth; a plain API token has none.',
    hourly: true,
  },
  'jira-quota-tenant-based': {
    says: 'the quota of this hour on this site is used up',
    hint: 'It is filled again at the full hour. Quotas bind apps with OAuth; a plain API token has none.',
    hourly: true,
  },
  'jira-burst-based': {
    says: 'too many requests of this kind within a second',
    hint: 'Other programs with the same site may be asking, too.',
    hourly: false,
  },
  'jira-per-issue-on-write': {
    says: 'too many writes to this issue within a short time',
    hint: 'Other programs, or rules of the project, may be writing to the same issue.',
    hourly: false,
  },
};

/** The limit that an answer with status 429 names, with its name in brackets. */
export function limitOf(headers: Headers): RateLimit {
  const name = headers.get('RateLimit-Reason')?.trim().slice(0, 80) ?? '';
  const limit = known[name] ?? { says: 'it limits the rate of requests', hourly: false };
  return name === '' ? limit : { ...limit, says: `${limit.says} (${name})` };
}
