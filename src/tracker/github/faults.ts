/** What went wrong between us and GitHub, each in one sentence with the next thing to do; no message holds a token. */
import { fail } from '../../base/error.ts';
import { shownLine } from '../shown.ts';

/** What was asked for, for messages. */
export interface Asked {
  /** `the issue acme/shop#12`. */
  readonly what: string;
  readonly host: string;
  /** Something was to be changed, not read. */
  readonly changes: boolean;
  readonly token?: string | undefined;
}

/** Throws for an answer with this status and body. */
export function statusFault(status: number, body: string, asked: Asked): never {
  const { what, host, changes, token } = asked;
  const said = saidIn(body, asked);
  switch (status) {
    case 401:
      return fail('tracker.denied', `${host} does not accept the token (401)${said}.`, {
        hint: 'Make a new one under Settings, Developer settings; tokens expire, and organisations revoke them.',
      });
    case 403:
      return fail(
        'tracker.denied',
        `${host} does not allow this account to ${changes ? 'write' : 'read'} ${what} (403)${said}.`,
        {
          hint: changes
            ? 'A fine-grained token needs Issues: write for this repository; in GitHub Actions, `permissions: issues: write`.'
            : 'A fine-grained token needs Issues: read for this repository; an organisation may ask for single sign-on.',
        },
      );
    case 404:
      return fail(
        'tracker.missing',
        `${host} has no ${what.replace(/^the /, '')}, or ${token === undefined ? 'shows it only with a token' : 'this account may not see it'} (404).`,
        {
          hint:
            token === undefined
              ? 'Look at the number; for a private repository set GITHUB_TOKEN.'
              : 'Look at the number, and at which repositories the token may see.',
        },
      );
    case 410:
      return fail('tracker.missing', `${host} says that ${what} is gone (410)${said}.`, {
        hint: 'The issue was deleted, or the repository keeps no issues.',
      });
    case 422:
      return fail('tracker.refused', `${host} rejects ${what} (422)${said}.`, {
        hint: 'Nothing was changed by this request. A text that is too long, or too many texts at once, are the usual reasons.',
      });
    default:
      return fail(
        status >= 500 ? 'tracker.busy' : 'tracker.refused',
        `${host} answers ${what} with status ${status}${said}.`,
        {
          hint:
            status >= 500
              ? 'Look at githubstatus.com and try again later.'
              : 'Try again, or give the task as a file.',
        },
      );
  }
}

/** Throws after the last try of a server that asks for patience. */
export function busyFault(
  reason: string,
  attempts: number,
  waitMs: number | undefined,
  { host }: Asked,
): never {
  const when = waitMs === undefined ? 'later' : `in ${Math.ceil(waitMs / 1000)} s`;
  return fail(
    'tracker.busy',
    `${host} does not answer now: ${reason}; it was asked ${attempts === 1 ? 'once' : `${attempts} times`}.`,
    {
      hint: `Try again ${when}; what was done already is not done twice.`,
    },
  );
}

/** Throws for an answer that is not one of GitHub's: `problem` continues `the answer …`. */
export function answerFault(problem: string, { what, host }: Asked, cause?: unknown): never {
  return fail('tracker.answer', `The answer of ${host} about ${what} ${problem}.`, {
    cause,
    hint: 'Check `github.host` in dbd.config.yaml; a proxy or a login page may stand between.',
  });
}

/** Throws for a request that got no answer at all. */
export function networkFault(error: unknown, { host }: Asked): never {
  const { name, message, cause } = error as Error & { readonly cause?: { readonly code?: unknown } };
  const code = typeof cause?.code === 'string' ? cause.code : name === 'TimeoutError' ? name : message;
  const [, sentence] = sentences.find(([pattern]) => pattern.test(code)) ?? [undefined, 'the request failed'];
  return fail('tracker.unreachable', `${host} cannot be reached: ${sentence}.`, {
    hint: 'Check `github.host` in dbd.config.yaml and the network; behind a company proxy set NODE_EXTRA_CA_CERTS.',
  });
}

const sentences: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, 'its name is not known'],
  [/ECONNREFUSED/, 'nothing answers at this address'],
  [
    /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/,
    'its certificate or encryption is not trusted',
  ],
  [/TimeoutError|TIMEOUT|ETIMEDOUT/, 'it did not answer in time'],
  [/ECONNRESET|UND_ERR_SOCKET|EPIPE/, 'the connection broke'],
  [/ENETUNREACH|EHOSTUNREACH/, 'there is no way to it from here'],
];

/** What GitHub says itself, cleaned and shortened; empty when it says nothing. */
function saidIn(body: string, { token }: Asked): string {
  let texts: readonly unknown[];
  try {
    const { message, errors } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const further = Array.isArray(errors) ? (errors as readonly unknown[]) : [];
    texts = [
      message,
      ...further.map((one) =>
        typeof one === 'string' ? one : (one as { message?: unknown } | null)?.message,
      ),
    ];
  } catch {
    return '';
  }
  const said = texts.filter((one) => typeof one === 'string').join('; ');
  const safe = token === undefined || token === '' ? said : said.replaceAll(token, '***');
  return safe === '' ? '' : `: ${shownLine(safe, 300).replace(/\.$/, '')}`;
}
