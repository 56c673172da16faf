/** What tests of publishing share. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashOfFiles, sha256 } from '../../src/evidence/folder.ts';
import { report } from '../../src/report/build.ts';
import type { Event } from '../../src/base/event.ts';
import type { Config, JiraConfig } from '../../src/config/model.ts';
import { jiraTracker, type Manner } from '../../src/tracker/jira/jira.ts';
import type { FakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import type { KeptIssue, KeptTransition } from '../../src/tracker/jira/fake/model.ts';
import type { Preview, Publication, Published, PublishedPart, Settings } from '../../src/tracker/model.ts';

export const states = {
  toDo: { id: '10003', name: 'To Do', category: 'new' },
  progress: { id: '3', name: 'In Progress', category: 'indeterminate' },
  review: { id: '10004', name: 'In Review', category: 'indeterminate' },
  blocked: { id: '10006', name: 'Blocked', category: 'indeterminate' },
  done: { id: '10005', name: 'Done', category: 'done' },
} as const;

/** To Do → In Progress → In Review → Done, and back to To Do from everywhere. */
export const workflow: readonly KeptTransition[] = [
  { id: '11', name: 'Back', to: states.toDo },
  { id: '21', name: 'Start', from: ['To Do'], to: states.progress },
  { id: '31', name: 'Ask for review', from: ['In Progress'], to: states.review },
  { id: '41', name: 'Finish', from: ['In Review'], to: states.done },
];

const made = report({
  command: 'task',
  title: 'KAN-29 Keep notes',
  headline: 'All 1 claims are proven.',
  started: performance.now(),
  claims: [
    { id: 'E1', kind: 'entity', says: 'A note', verdict: 'proven', because: 'It is there.', evidence: [] },
  ],
});

export const publication = (given: Partial<Publication> = {}): Publication => ({
  hash: 'a'.repeat(64),
  report: made,
  files: [
    { name: 'report.html', type: 'text/html', bytes: Buffer.from('<p>proven</p>') },
    { name: 'up/01-expand.sql', type: 'application/sql', bytes: Buffer.from('CREATE TABLE notes ();\n') },
  ],
  link: { url: 'https://git.example/acme/shop/pull/12', title: 'Pull request 12' },
  ...given,
});

/** A folder as `dbd task` leaves it, small. */
export function deliver(folder: string): void {
  const sql = {
    'down/01-expand.sql': 'DROP TABLE events;\n',
    'up/01-expand.sql': 'CREATE TABLE events (id bigint PRIMARY KEY);\n',
  };
  const files = Object.entries(sql).map(([path, text]) => ({ path, sql: text }));
  const { claims } = made;
  const told = report({
    command: 'task',
    title: 'KAN-29 User Dashboard',
    headline: 'All 1 claims are proven.',
    started: performance.now(),
    claims,
    blocks: [
      { id: 'diagram', title: 'Diagram', kind: 'diagram', svg: '<svg/>', mermaid: 'erDiagram' },
      { id: 'sql', title: 'The change', kind: 'sql', files },
    ],
    output: {
      task: 'KAN-29',
      change: hashOfFiles(files.map(({ path, sql: text }) => ({ path, sha256: sha256(text) }))),
    },
  });
  for (const { path, sql: text } of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, 'report.json'), JSON.stringify(told, null, 2));
}

export interface Site {
  readonly fake: FakeJira;
  readonly waits: number[];
  readonly events: Event[];
}

export function settingsFor(
  { fake, events }: Site,
  jira: Partial<JiraConfig> = {},
  given: Partial<Settings> = {},
): Settings {
  const config: Config = {
    current: { kind: 'none' },
    jira: {
      site: fake.url,
      kind: 'cloud',
      email: { text: fake.site.email },
      tokenVariable: 'T',
      authors: [],
      ...jira,
    },
  };
  return {
    config,
    cwd: '.',
    env: { T: fake.site.classicToken },
    fetch,
    emit: (event) => void events.push(event),
    signal: new AbortController().signal,
    ...given,
  };
}

const mannerOf = ({ fake, waits }: Site): Manner => ({
  gateway: fake.url,
  wait: async (ms) => void waits.push(ms),
  random: () => 0,
});

export function publishTo(
  site: Site,
  told: Publication,
  jira: Partial<JiraConfig> = {},
  given: Partial<Settings> = {},
): Promise<Published> {
  return jiraTracker(mannerOf(site)).publisher!.publish('KAN-29', settingsFor(site, jira, given), told);
}

export function previewOf(site: Site, told: Publication, jira: Partial<JiraConfig> = {}): Promise<Preview> {
  return jiraTracker(mannerOf(site)).publisher!.preview('KAN-29', settingsFor(site, jira), told);
}

/** `comment created`, in order. */
export const did = ({ parts }: { readonly parts: readonly PublishedPart[] }): readonly string[] =>
  parts.map(({ what, did: outcome }) => `${what} ${outcome}`);

/** Requests that change something. */
export const writes = ({ fake }: Site): readonly string[] =>
  fake.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace('/rest/api/3/issue/KAN-29/', '')}`);

/** What stands at the issue, without moments and ids. */
export function standing({
  comments = [],
  attachments = [],
  links = [],
  properties = {},
  status,
}: KeptIssue): object {
  return {
    comments: comments.map(({ author, body }) => ({ author: author.accountId, body })),
    files: attachments.map(({ filename }) => filename).toSorted(),
    links: links.map(({ object }) => object),
    publication: (properties['dbd'] as { readonly publication?: unknown } | undefined)?.publication,
    status: status?.name,
  };
}
