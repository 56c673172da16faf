/** What went wrong between us and Jira, each in one sentence with the next thing to do; no message holds a credential. */
import { fail } from '../../base/error.ts';
import type { JiraKind } from '../../config/model.ts';
import type { RateLimit } from './limits.ts';

/** What was asked for, for messages. */
export interface Asked {
  /** `the issue KAN-29`. */
  readonly what: string;
  readonly site: string;
  readonly kind: JiraKind;
  /** Something was to be changed, not read. */
  readonly changes: boolean;
  /** The gateway for scoped tokens was asked. */
  readonly scoped: boolean;
  /** Texts that must not be shown. */
  readonly hidden: readonly string[];
}

/** Throws for an answer with this status; `body` and headers are what came with it. */
export function statusFault(
  status: number,
  body: string,
  asked: Asked,
  headers: Headers = new Headers(),
): never {
  const { what, site, changes } = asked;
  const said = saidIn(body, asked);
  switch (status) {
    case 401:
      return deniedFault(said, asked, headers);
    case 403:
      return fail(
        'tracker.denied',
        `${site} does not allow this account to ${changes ? 'write' : 'read'} ${what} (403)${said}.`,
        {
          hint: changes
            ? 'Ask for the permissions to comment, attach files and move issues in the project; a scoped token needs write:jira-work.'
            : 'Ask for the permission to browse the project; a scoped token needs read:jira-work.',
        },
      );
    case 404:
      return fail(
        'tracker.missing',
        `${site} has no ${what.replace(/^the /, '')}, or this account may not see it (404).`,
        { hint: 'Look at the key in the address of the issue in your browser.' },
      );
    case 409:
      return fail('tracker.refused', `${site} says that ${what} met another change (409)${said}.`, {
        hint: 'Run it again; what was done already is not done twice.',
      });
    case 410:
      return fail('tracker.refused', `${site} no longer offers what was asked for ${what} (410)${said}.`, {
        hint: 'A newer dbd may know the way that replaced it.',
      });
    case 413:
      return fail(
        'tracker.refused',
        changes
          ? `${site} takes no more for ${what}: it is too large, or the issue holds as many as Jira allows (413)${said}.`
          : `${site} says that the request is too large (413)${said}.`,
        {
          hint: changes
            ? 'Delete comments, files or links that nobody needs, or publish to another issue with --to.'
            : 'Shorten what is asked for, or split the issue.',
        },
      );
    case 400:
    case 422:
      return fail('tracker.refused', `${site} rejects the request for ${what} (${status})${said}.`, {
        hint: changes
          ? 'Its own words say what it does not take; a screen or a rule of the project may stand behind.'
          : 'Check the key and the project.',
      });
    default:
      return fail(
        status >= 500 ? 'tracker.busy' : 'tracker.refused',
        `${site} answers ${what} with status ${status}${said}.`,
        {
          hint:
            status < 500
              ? 'Try again, or give the task as a file.'
              : asked.kind === 'cloud'
                ? 'Look at status.atlassian.com and try again later.'
                : 'Try again later, or ask whoever runs the server.',
        },
      );
  }
}

/** Throws for credentials that are not taken, with the reason where the answer tells it. */
function deniedFault(said: string, { site, kind, scoped }: Asked, headers: Headers): never {
  const signs = `${headers.get('WWW-Authenticate') ?? ''} ${headers.get('X-Seraph-LoginReason') ?? ''} ${said}`;
  // Nothing else would be accepted either.
  const details = { status: 401 };
  const pair = kind === 'cloud' ? 'e-mail and token' : 'token';
  const renew =
    kind === 'cloud'
      ? 'Make a new one at id.atlassian.com under Security, API tokens; a token lives a year at most.'
      : 'Make a new one in your profile under Personal Access Tokens.';
  if (/AUTHENTICATION_DENIED/.test(signs))
    return fail(
      'tracker.denied',
      `${site} wants this account to log in with a picture puzzle first (401)${said}.`,
      {
        hint: 'Log in once in a browser, then try again.',
        details,
      },
    );
  if (/\bexpired\b/i.test(signs))
    return fail('tracker.denied', `The token for ${site} has expired (401)${said}.`, {
      hint: renew,
      details,
    });
  return fail('tracker.denied', `${site} does not accept the ${pair} (401)${said}.`, {
    hint: `${
      scoped
        ? 'Check that the token has not expired and has the scopes read:jira-work, write:jira-work and read:jira-user, and that the cloud id is this site’s.'
        : kind === 'cloud'
          ? 'Check that the e-mail is the one of the token’s owner and that the token has not expired; a token with scopes needs `cloud_id` in the map `jira` of dbd.config.yaml.'
          : 'Check that it is a Personal Access Token of this server and has not expired.'
    } ${renew}`,
    details,
  });
}

/** Throws after the last try of a server that asks for patience. */
export function busyFault(
  status: number,
  reason: string,
  attempts: number,
  waitMs: number | undefined,
  { site, changes }: Asked,
  limit?: RateLimit,
): never {
  const when = waitMs === undefined ? 'later' : `in ${Math.ceil(waitMs / 1000)} s`;
  const instead = changes ? '; what was done already is not done twice' : ', or give the task as a file';
  return fail(
    'tracker.busy',
    `${site} does not answer now (${status}): ${reason}; it was asked ${attempts === 1 ? 'once' : `${attempts} times`}.`,
    { hint: `Try again ${when}${instead}.${limit?.hint === undefined ? '' : ` ${limit.hint}`}` },
  );
}

/** Throws for an answer that is not one of Jira's: `problem` continues `the answer …`. */
export function answerFault(problem: string, asked?: Asked, cause?: unknown): never {
  return fail(
    'tracker.answer',
    `The answer of ${asked?.site ?? 'Jira'} about ${asked?.what ?? 'the site'} ${problem}.`,
    {
      cause,
      hint: 'Check `jira.site` in dbd.config.yaml; a proxy or a login page may stand between.',
    },
  );
}

const networkSentences: readonly (readonly [RegExp, string, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, 'its name is not known', 'Check `jira.site` in dbd.config.yaml and the network.'],
  [
    /ECONNREFUSED/,
    'nothing answers at this address',
    'Check `jira.site` in dbd.config.yaml and the network.',
  ],
  [
    /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/,
    'its certificate or encryption is not trusted',
    'Behind a company proxy, set NODE_EXTRA_CA_CERTS to its certificate.',
  ],
  [/TimeoutError|TIMEOUT|ETIMEDOUT/, 'it did not answer in time', 'Try again, or give the task as a file.'],
  [/ECONNRESET|UND_ERR_SOCKET|EPIPE/, 'the connection broke', 'Try again, or give the task as a file.'],
  [/ENETUNREACH|EHOSTUNREACH/, 'there is no way to it from here', 'Check the network.'],
];

/** Throws for a request that got no answer at all. */
export function networkFault(error: unknown, asked?: Asked): never {
  const { name, message, cause } = error as Error & { readonly cause?: { readonly code?: unknown } };
  const code = typeof cause?.code === 'string' ? cause.code : name === 'TimeoutError' ? name : message;
  const [, sentence, hint] = networkSentences.find(([pattern]) => pattern.test(code)) ?? [
    undefined,
    'the request failed',
    'Check the network.',
  ];
  return fail('tracker.unreachable', `${asked?.site ?? 'Jira'} cannot be reached: ${sentence}.`, { hint });
}

/** What Jira says itself: its error texts, cleaned and shortened; empty when it says nothing. */
function saidIn(body: string, { hidden }: Asked): string {
  let texts: readonly unknown[] = [];
  try {
    const { errorMessages, errors, message } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    texts = [
      ...(Array.isArray(errorMessages) ? (errorMessages as readonly unknown[]) : []),
      ...(errors !== null && typeof errors === 'object'
        ? Object.entries(errors).map(([field, text]) => `${field}: ${String(text)}`)
        : []),
      message,
    ];
  } catch {
    return '';
  }
  let said = texts
    .filter((text) => typeof text === 'string')
    .join(' ')
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  for (const secret of hidden) said = said.replaceAll(secret, '***');
  return said === '' ? '' : `: ${said.slice(0, 300).replace(/\.$/, '')}`;
}
