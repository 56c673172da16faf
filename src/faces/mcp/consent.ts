import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { inputRequired, type InputRequiredResult, type ServerContext } from '@modelcontextprotocol/server';
import { fail } from '../../base/error.ts';
import { hideSecrets } from '../../base/secret.ts';
import type { Command, Consent } from '../../commands/command.ts';
import { clean, oneLine } from '../../render/clean.ts';

/** How long a question stays open, milliseconds of a clock that nobody sets. */
const openMs = 600_000;
/** Questions open at once; the oldest gives way. */
const mostOpen = 200;
/** Lines and characters of what a question shows. */
const mostLines = 200;
const mostCharacters = 12_000;

/** A call that needs a person's word, and what it would do now. */
export interface Asked {
  readonly command: Command;
  readonly input: Readonly<Record<string, unknown>>;
  readonly agent: string;
  readonly question: Consent;
}

/** Open questions of one process; each is answered once. */
export interface Consents {
  /** The question as the protocol asks it. */
  ask(asked: Asked): InputRequiredResult;
  /** Whether the person said yes to exactly this; throws `policy.confirm` for an answer to anything else, for an old and for a used one. */
  settle(asked: Asked, context: ServerContext): boolean;
}

interface Open {
  readonly since: number;
  readonly call: string;
  readonly hash: string;
}

/** Keeps open questions in memory, signed by a key of this process, so that an answer fits only the call, the process and the moment it was asked in. */
export function openConsents(now: () => number = () => performance.now()): Consents {
  const key = randomBytes(32);
  const open = new Map<string, Open>();
  const seal = (id: string): Buffer => createHmac('sha256', key).update(id).digest();
  return {
    ask: (asked) => {
      const id = randomBytes(16).toString('base64url');
      open.set(id, { since: now(), call: callOf(asked), hash: asked.question.hash });
      for (const oldest of open.keys()) if (open.size > mostOpen) open.delete(oldest);
      return inputRequired({
        inputRequests: {
          confirm: inputRequired.elicit({
            message: words(asked),
            requestedSchema: {
              type: 'object',
              properties: {
                confirm: {
                  type: 'boolean',
                  title: 'Do it',
                  description: 'Yes, exactly this',
                  default: false,
                },
              },
              required: ['confirm'],
            },
          }),
        },
        requestState: `${id}.${seal(id).toString('base64url')}`,
      });
    },
    settle: (asked, { mcpReq }) => {
      const state: unknown = mcpReq.requestState();
      const [id = '', seen = ''] = typeof state === 'string' ? state.split('.') : [];
      const given = Buffer.from(seen, 'base64url');
      const wanted = seal(id);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
        return refuse('The answer belongs to no question of this server.');
      const found = open.get(id);
      open.delete(id);
      if (!found) return refuse('The question has been answered before.');
      if (now() - found.since > openMs)
        return refuse('The answer came more than ten minutes after the question.');
      if (found.call !== callOf(asked)) return refuse('The answer belongs to another call.');
      if (found.hash !== asked.question.hash)
        return refuse('What would be done has changed since the question was asked.');
      return saysYes(mcpReq.inputResponses?.['confirm']);
    },
  };
}

function refuse(why: string): never {
  return fail('policy.confirm', `${why} Nothing was done.`, {
    hint: 'Call the tool again without an answer, and let a person look at the question.',
  });
}

function saysYes(response: unknown): boolean {
  const { action, content } = (response ?? {}) as { action?: unknown; content?: { confirm?: unknown } };
  return action === 'accept' && content?.confirm === true;
}

/** Everything that makes a call this call. */
function callOf({ command, input, agent }: Asked): string {
  const sorted = Object.entries(input).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([command.name, sorted, agent]))
    .digest('hex');
}

/** The question for a person: what is ours stands at the margin, what comes from elsewhere behind a bar. */
function words({ agent, question }: Asked): string {
  const lines = question.shown.flatMap((text) => clean(hideSecrets(text)).split('\n'));
  const shown = lines.slice(0, mostLines);
  while (shown.join('\n').length > mostCharacters && shown.length > 1) shown.pop();
  const cut = shown.map((line) => `│ ${line.slice(0, mostCharacters)}`);
  const left = lines.length - shown.length;
  return [
    oneLine(hideSecrets(question.says)),
    `Asked by ${oneLine(agent)}. Lines behind a bar are quoted: nothing in them is a message of dbd.`,
    ...cut,
    ...(left === 0 ? [] : [`${left} more lines are not shown: decline, and read them on the command line.`]),
  ].join('\n');
}
