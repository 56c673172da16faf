/** A Jira site that is asked and told: the right address and credentials, patience, writes to an issue one after the other. */
import { DbdError, fail } from '../../base/error.ts';
import type { JiraKind } from '../../config/model.ts';
import { bodyOf, isRedirect, parsed, redirectOf, refuse } from './answers.ts';
import type { Asked } from './faults.ts';
import { patiently, type Outcome, type Repeat } from './patience.ts';
import { request, type Parcel, type Sending } from './request.ts';
import { cloudIdOf, isCloudHost, kindOf } from './site.ts';
import { parcelOf, type Writing } from './writing.ts';

/** Whom to ask, as whom. */
export interface ConnectionOptions extends Sending {
  readonly site: string;
  /** Of Jira Cloud only. */
  readonly email?: string;
  readonly token: string;
  /** Found out where it is absent. */
  readonly kind?: JiraKind;
  readonly cloudId?: string;
  /** Host of scoped tokens. */
  readonly gateway?: string;
}

/** A site that answers; `what` names the thing in messages: `the issue KAN-29`. All throw `tracker.*`. */
export interface Connection {
  readonly site: string;
  kind(): Promise<JiraKind>;
  /** GET below the root of the interface, as JSON. */
  json(path: string, what: string): Promise<unknown>;
  /** The same; undefined where there is no such thing. */
  find(path: string, what: string): Promise<unknown>;
  /** POST, PUT or DELETE; what came back as JSON, if anything. */
  write(writing: Writing): Promise<unknown>;
  /** Content of an attachment, at most so many bytes; a redirect to it is followed without the credentials. */
  attachment(
    file: { readonly id: string; readonly filename: string },
    what: string,
    limit: number,
  ): Promise<Uint8Array>;
}

/** Largest answer in bytes: an issue holds at most some hundred comments of 32,767 characters. */
const largestAnswer = 32 * 1024 * 1024;

interface Root {
  readonly kind: JiraKind;
  /** Address below which the interface stands: `https://acme.atlassian.net`. */
  readonly base: string;
}

/** Makes a connection; nothing is sent yet. */
export function connectionTo(options: ConnectionOptions): Connection {
  const { site, email, token, gateway = 'https://api.atlassian.com' } = options;
  const basic = Buffer.from(`${email ?? ''}:${token}`).toString('base64');
  const hidden = [token, basic];
  let found: Promise<Root> | undefined;
  let scoped = options.cloudId !== undefined;
  const root = (): Promise<Root> => (found ??= rootOf(options, gateway));
  const turns = new Map<string, Promise<unknown>>();

  const asked = (what: string, kind: JiraKind, changes = false): Asked => ({
    what,
    site,
    kind,
    scoped,
    hidden,
    changes,
  });
  const authorization = ({ kind }: Root): string => (kind === 'cloud' ? `Basic ${basic}` : `Bearer ${token}`);
  const urlOf = ({ base, kind }: Root, path: string): string =>
    `${base}/rest/api/${kind === 'cloud' ? 3 : 2}/${path}`;
  const send = (at: Root, url: string, parcel: Parcel): Promise<Response> =>
    request(options, url, { ...parcel, headers: { ...parcel.headers, authorization: authorization(at) } });

  const api = async (path: string, what: string, parcel: () => Parcel, repeat?: Repeat): Promise<Outcome> => {
    const at = await root();
    const told = asked(what, at.kind, repeat !== undefined);
    return patiently(options, () => send(at, urlOf(at, path), parcel()), told, repeat);
  };

  /** A scoped token is not known at the site's own host: its id is looked up and the gateway asked. */
  const authorised = async (
    path: string,
    what: string,
    parcel: () => Parcel,
    repeat?: Repeat,
  ): Promise<Outcome> => {
    const first = await api(path, what, parcel, repeat);
    const at = await root();
    // The credentials of another host are no business of the gateway.
    const may = !scoped && at.kind === 'cloud' && (options.gateway !== undefined || isCloudHost(site));
    if (first.kind === 'landed' || first.response.status !== 401 || !may) return first;
    const cloudId = await cloudIdOf(options, site);
    if (cloudId === undefined) return first;
    found = Promise.resolve({ kind: 'cloud', base: `${gateway}/ex/jira/${cloudId}` });
    const second = await api(path, what, parcel, repeat).catch((error: unknown) => {
      options.signal.throwIfAborted();
      return error instanceof DbdError ? undefined : Promise.reject(error as Error);
    });
    if (second === undefined || (second.kind === 'answered' && [401, 403].includes(second.response.status))) {
      if (second?.kind === 'answered') await second.response.body?.cancel();
      found = Promise.resolve(at);
      return first;
    }
    await first.response.body?.cancel();
    scoped = true;
    options.emit({
      kind: 'note',
      text: `The token is a scoped one; \`cloud_id: ${cloudId}\` below \`jira\` in dbd.config.yaml saves two requests.`,
    });
    return second;
  };

  const get = async (path: string, what: string, absent: boolean): Promise<unknown> => {
    const outcome = await authorised(path, what, () => ({ headers: { accept: 'application/json' } }));
    // A read never lands: there is nothing to look for.
    const { response } = outcome as Extract<Outcome, { kind: 'answered' }>;
    const told = asked(what, (await root()).kind);
    if (absent && response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok) await refuse(response, told);
    return parsed(response, await bodyOf(response, largestAnswer, told), told);
  };

  const writeNow = async ({ path, what, how }: Writing): Promise<unknown> => {
    const repeat: Repeat = how.method === 'POST' ? { kind: 'look', landed: how.landed } : { kind: 'same' };
    const outcome = await authorised(path, what, () => parcelOf(how), repeat);
    if (outcome.kind === 'landed') return outcome.found;
    const { response } = outcome;
    const told = asked(what, (await root()).kind, true);
    if (how.method === 'DELETE' && response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok) await refuse(response, told);
    const body = await bodyOf(response, largestAnswer, told);
    return body.length === 0 ? undefined : parsed(response, body, told);
  };

  return {
    site,
    kind: async () => (await root()).kind,
    json: (path, what) => get(path, what, false),
    find: (path, what) => get(path, what, true),
    write: (writing) => {
      // Jira limits writes per issue, and answers those that meet with 409.
      const [, issue = ''] = /^issue\/([^/]+)/.exec(writing.path) ?? [];
      const turn = (turns.get(issue) ?? Promise.resolve()).then(() => writeNow(writing));
      turns.set(
        issue,
        turn.catch(() => undefined),
      );
      return turn;
    },
    attachment: async ({ id, filename }, what, limit) => {
      const at = await root();
      const told = asked(what, at.kind);
      const own = `${site}/secure/attachment/${encodeURIComponent(id)}/${encodeURIComponent(filename)}`;
      const any = { headers: { accept: '*/*' } };
      const outcome =
        at.kind === 'cloud'
          ? await authorised(`attachment/content/${encodeURIComponent(id)}`, what, () => any)
          : await patiently(options, () => send(at, own, any), told);
      let { response } = outcome as Extract<Outcome, { kind: 'answered' }>;
      let from = at.kind === 'cloud' ? urlOf(await root(), '') : own;
      for (let hops = 0; isRedirect(response) && hops < 3; hops++) {
        const target = redirectOf(response, from, told);
        await response.body?.cancel();
        from = target;
        const next = await patiently(options, () => request(options, target, any), told);
        ({ response } = next as Extract<Outcome, { kind: 'answered' }>);
      }
      if (!response.ok) await refuse(response, told);
      return bodyOf(response, limit, told);
    },
  };
}

async function rootOf(options: ConnectionOptions, gateway: string): Promise<Root> {
  const { site, email, cloudId } = options;
  const said = options.kind ?? (cloudId !== undefined || isCloudHost(site) ? 'cloud' : undefined);
  const kind = said ?? (await kindOf(options, site)) ?? (email === undefined ? 'data-center' : 'cloud');
  if (kind === 'cloud' && email === undefined)
    return fail(
      'tracker.not-configured',
      `${site} is Jira Cloud, which needs the e-mail of the token’s owner.`,
      {
        hint: 'Write `email: you@acme.com` below `jira` in dbd.config.yaml.',
      },
    );
  return {
    kind,
    base: cloudId === undefined || kind === 'data-center' ? site : `${gateway}/ex/jira/${cloudId}`,
  };
}
