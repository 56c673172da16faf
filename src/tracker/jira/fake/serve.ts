/** A fake site for people: issues of files, a token of its own, an end. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fail } from '../../../base/error.ts';
import { fakeJira } from './fake-jira.ts';
import { faultsOf, withFaults, type NamedFault } from './fault.ts';
import { issueOfText } from './issue-file.ts';
import type { KeptIssue, KeptTransition, Site } from './model.ts';
import { toDo } from './shapes.ts';

/** What is served. */
export interface Serving {
  readonly files: readonly string[];
  readonly cwd: string;
  readonly kind: Site['kind'];
  readonly faults: readonly NamedFault[];
  /** 0 for a free one. */
  readonly port: number;
}

/** A site that is up. */
export interface Served {
  readonly url: string;
  readonly token: string;
  readonly keys: readonly string[];
  /** Lines for dbd.config.yaml. */
  readonly config: string;
  /** Resolves after so many milliseconds, or when the signal comes. */
  until(ms: number, signal: AbortSignal): Promise<void>;
  /** What was written to it so far. */
  became(): { readonly requests: number; readonly issues: readonly Became[] };
  close(): Promise<void>;
}

export interface Became {
  readonly key: string;
  readonly state: string;
  readonly comments: number;
  readonly files: number;
  readonly links: number;
}

const states = {
  progress: { id: '3', name: 'In Progress', category: 'indeterminate' },
  review: { id: '10004', name: 'In Review', category: 'indeterminate' },
  done: { id: '10005', name: 'Done', category: 'done' },
} as const;

/** A review is two steps away, the end demands a field, and back to the beginning leads a way from everywhere. */
const workflow: readonly KeptTransition[] = [
  { id: '11', name: 'Back to the list', to: toDo },
  { id: '21', name: 'Start work', from: [toDo.name], to: states.progress },
  { id: '31', name: 'Ask for review', from: [states.progress.name], to: states.review },
  {
    id: '41',
    name: 'Close',
    from: [states.review.name],
    to: states.done,
    demands: { resolution: 'Resolution' },
  },
];

/** Starts a site on loopback; throws `file.*`, `usage.*`. */
export async function serveFake({ files, cwd, kind, faults, port }: Serving): Promise<Served> {
  const issues: KeptIssue[] = [];
  for (const file of files) {
    const text = await readFile(resolve(cwd, file), 'utf8').catch((cause: NodeJS.ErrnoException) =>
      cause.code === 'ENOENT'
        ? fail('file.missing', `There is no file ${file}.`, { cause })
        : fail('file.unreadable', `${file} cannot be read (${cause.code ?? 'unknown'}).`, { cause }),
    );
    const name = basename(file).replace(/\.[^.]*$/, '');
    const issue = issueOfText(text, name, free(issues), kind);
    if (issues.some(({ key }) => key === issue.key))
      fail('usage.wrong-option', `Two files are the issue ${issue.key}; the second is ${file}.`, {
        hint: 'The key comes from the name of the file, else from its title.',
      });
    issues.push(issue);
  }
  const token = randomUUID();
  const projects = [...new Set(issues.map(({ key }) => key.slice(0, key.lastIndexOf('-'))))];
  const fake = await fakeJira(
    withFaults({ kind, issues, classicToken: token, scopedToken: randomUUID(), workflow, projects }, faults),
    port,
  );
  fake.faults.push(faultsOf(faults));
  const lines = [
    'jira:',
    `  site: ${fake.url}`,
    `  kind: ${kind}`,
    ...(kind === 'cloud' ? [`  email: ${fake.site.email}`] : []),
    '  token: ${JIRA_TOKEN}',
    ...(projects.length === 1 ? [`  project: ${projects[0]!}`] : []),
  ];
  return {
    url: fake.url,
    token,
    keys: fake.site.issues.map(({ key }) => key),
    config: `${lines.join('\n')}\n`,
    until: (ms, signal) =>
      new Promise((done) => {
        const end = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          done();
        };
        const timer = setTimeout(end, ms);
        signal.addEventListener('abort', end, { once: true });
        if (signal.aborted) end();
      }),
    became: () => ({
      requests: fake.requests.length,
      issues: fake.site.issues.map(({ key, status, comments = [], attachments = [], links = [] }) => ({
        key,
        state: (status ?? toDo).name,
        comments: comments.length,
        files: attachments.length,
        links: links.length,
      })),
    }),
    close: () => fake.close(),
  };
}

/** The next key that no issue has. */
function free(issues: readonly KeptIssue[]): string {
  for (let number = 1; ; number++)
    if (!issues.some(({ key }) => key === `KAN-${number}`)) return `KAN-${number}`;
}
