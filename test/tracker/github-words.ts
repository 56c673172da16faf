/** What tests of the GitHub tracker share: a hub with one repository, settings, and something to tell. */
import { expect } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import type { Event } from '../../src/base/event.ts';
import { usualGithubHost } from '../../src/config/github.ts';
import type { GithubConfig } from '../../src/config/model.ts';
import { report } from '../../src/report/build.ts';
import type { Claim } from '../../src/report/model.ts';
import type { FakeGithub } from '../../src/tracker/github/fake/fake-github.ts';
import type { KeptIssue } from '../../src/tracker/github/fake/model.ts';
import { githubTracker, type Manner } from '../../src/tracker/github/github.ts';
import type { Publication, Settings, Tracker } from '../../src/tracker/model.ts';

export const block = 'dbd: 1\nentities:\n  E1 Note:\n    fields:\n      body: { type: text }\n';
export const fence = `\`\`\`yaml\n${block}\`\`\``;

export interface Waits {
  readonly ms: number[];
  readonly events: Event[];
}

export function tracker(waits?: Waits, more: Manner = {}): Tracker {
  return githubTracker({
    wait: async (ms) => void waits?.ms.push(ms),
    random: () => 0,
    ...more,
  });
}

export function settings(
  host: string,
  github: Partial<GithubConfig> = {},
  env: Record<string, string> = { GITHUB_TOKEN: 'token-1' },
  waits?: Waits,
): Settings {
  return {
    config: {
      current: { kind: 'none' },
      github: {
        host,
        tokenVariable: 'GITHUB_TOKEN',
        authors: [],
        associations: [],
        labels: {},
        repository: 'acme/shop',
        ...github,
      },
    },
    cwd: '.',
    env,
    fetch,
    emit: (event) => void waits?.events.push(event),
    signal: new AbortController().signal,
  };
}

export const bare: Settings = { ...settings(usualGithubHost), config: { current: { kind: 'none' } } };

export function keep(fake: FakeGithub, issue: Partial<KeptIssue> = {}, name = 'acme/shop'): KeptIssue {
  const kept: KeptIssue = { number: 12, title: 'Keep notes', body: null, comments: [], ...issue };
  const repository = fake.hub.repositories.find((one) => one.name === name);
  if (repository) repository.issues.push(kept);
  else fake.hub.repositories.push({ name, issues: [kept] });
  return kept;
}

export async function refused(work: Promise<unknown>): Promise<DbdError> {
  const error = await work.then(
    () => expect.fail('it was done'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof DbdError)) throw error;
  expect(`${error.message} ${error.hint} ${JSON.stringify(error.details)}`).not.toContain('token-1');
  return error;
}

export function publication(
  headline = 'Done.',
  more: Partial<Publication> = {},
  claims: readonly Claim[] = [],
): Publication {
  const told = report({ command: 'task', title: 'Keep notes', headline, started: performance.now(), claims });
  return {
    hash: headline,
    report: { ...told, meta: { ...told.meta, at: '2026-11-20T09:00:00.000Z', ms: 1 } },
    files: [],
    ...more,
  };
}

export function claim(id: string, says: string): Claim {
  return { id, kind: 'entity', says, verdict: 'proven', because: 'it was run', evidence: [] };
}
