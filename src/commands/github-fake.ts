import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { plural } from '../base/text.ts';
import { report } from '../report/build.ts';
import { fakeGithub, type FakeGithub } from '../tracker/github/fake/fake-github.ts';
import { faultNames, faultOf } from '../tracker/github/fake/faults.ts';
import { command } from './command.ts';

const input = z.object({
  issues: z
    .array(z.string())
    .default([])
    .describe('Markdown files that become issues 1, 2, … with the first heading as title')
    .meta({ positional: true }),
  repository: z
    .string()
    .regex(/^[\w-]+\/[\w.-]+$/, 'owner/name')
    .default('acme/shop')
    .describe('repository that has them'),
  port: z.number().int().min(0).max(65_535).default(0).describe('port on 127.0.0.1; 0 takes a free one'),
  fault: z
    .enum(faultNames)
    .optional()
    .describe('what goes wrong once, or for an expired token and a login page always'),
});

/** The token that it knows. */
const token = 'token-1';

/** Serves a GitHub of this machine until it is ended. */
export const githubFake = command({
  name: 'github fake',
  summary: 'Serve a made-up GitHub on this machine, to try tasks, comments and labels without an account',
  input,
  output: z.looseObject({
    url: z.string().describe('for `github.host`'),
    comments: z.number().describe('comments that were written'),
    requests: z.number(),
  }),
  faces: ['cli'],
  effects: () => ['reads'],
  examples: [
    { call: 'dbd github fake KAN-29.md', shows: 'its address, and how to use it; Ctrl-C ends it' },
    {
      call: 'dbd github fake KAN-29.md --fault limit',
      shows: 'the same, refusing the first comment for its rate',
    },
  ],
  run: async ({ issues, repository, port, fault }, context) => {
    const started = performance.now();
    const texts = await Promise.all(issues.map((path) => textOf(resolve(context.cwd, path), path)));
    const fake = await start(port);
    try {
      fake.hub.repositories.push({
        name: repository,
        issues: texts.map((text, i) => ({
          number: i + 1,
          title: /^#\s+(.*)$/m.exec(text)?.[1]?.trim() ?? `Issue ${i + 1}`,
          body: text,
          comments: [],
        })),
      });
      if (fault) fake.faults.push(faultOf(fault));
      context.emit({
        kind: 'note',
        text: `GitHub is at ${fake.url}. Write \`github: { host: "${fake.url}", repository: ${repository} }\` into dbd.config.yaml, set GITHUB_TOKEN=${token}, and call \`dbd task ${repository}#1\`.`,
      });
      await ended(context.signal);
      const comments = fake.hub.repositories.flatMap((one) => one.issues).flatMap((one) => one.comments);
      return report({
        command: 'github fake',
        title: 'A made-up GitHub',
        headline: `${plural(fake.requests.length, 'request')} and ${plural(comments.length, 'comment')}.`,
        started,
        blocks: comments.map(({ id, body }) => ({
          kind: 'code',
          id: `comment-${id}`,
          title: `Comment ${id}`,
          language: 'markdown',
          text: body,
        })),
        output: { url: fake.url, comments: comments.length, requests: fake.requests.length },
      });
    } finally {
      await fake.close();
    }
  },
});

async function start(port: number): Promise<FakeGithub> {
  return fakeGithub({}, port).catch((cause: NodeJS.ErrnoException) =>
    fail('usage.wrong-option', `Port ${port} cannot be used (${cause.code ?? 'unknown'}).`, {
      cause,
      hint: 'Leave --port out for a free one.',
    }),
  );
}

async function textOf(path: string, shown: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) =>
    fail('file.missing', `There is no file ${shown}.`, { cause, hint: 'Give Markdown files.' }),
  );
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
}
