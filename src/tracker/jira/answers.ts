/** Reads answers: bodies of bounded size, JSON that is whole, redirects that are safe. */
import { DbdError, fail } from '../../base/error.ts';
import { answerFault, networkFault, statusFault, type Asked } from './faults.ts';

/** Reads a body up to a limit in bytes; throws `tracker.answer` above it and when it ends too early. */
export async function bodyOf(response: Response, limit: number, asked?: Asked): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      bytes += part.value.length;
      if (bytes > limit) {
        await reader?.cancel();
        return answerFault(`is larger than ${Math.floor(limit / 1024)} KiB`, asked);
      }
      parts.push(part.value);
    }
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return networkFault(error, asked);
    if (error instanceof DbdError) throw error;
    return answerFault('ended in the middle', asked, error);
  }
  return Buffer.concat(parts);
}

/** The JSON of a body; throws `tracker.answer`. */
export function parsed(response: Response, body: Uint8Array, asked: Asked): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const html = /^\s*</.test(text) || (response.headers.get('content-type') ?? '').includes('html');
    return answerFault(html ? 'is a web page instead of JSON' : 'is not whole JSON', asked, cause);
  }
}

/** Whether an answer leads elsewhere. */
export function isRedirect({ status, headers }: Response): boolean {
  return status >= 300 && status < 400 && headers.has('location');
}

/** Where an answer leads; throws `tracker.answer` for an unsafe address and `tracker.denied` for a login. */
export function redirectOf(response: Response, from: string, asked: Asked): string {
  const location = response.headers.get('location')!;
  const url = URL.canParse(location, from) ? new URL(location, from) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && asked.site.startsWith('http://'));
  if (!url || !safe) return answerFault('leads to an address that is not https', asked);
  if (/\/login|\/sso|id\.atlassian\.com/.test(`${url.host}${url.pathname}`))
    return fail('tracker.denied', `${asked.site} asks to log in before it shows ${asked.what}.`, {
      hint: 'Check the e-mail and the token.',
    });
  return url.href;
}

/** Throws for an answer that is none: `tracker.*`. */
export async function refuse(response: Response, asked: Asked): Promise<never> {
  if (isRedirect(response)) {
    const target = redirectOf(response, asked.site, asked);
    await response.body?.cancel();
    return answerFault(`leads elsewhere (${new URL(target).host})`, asked);
  }
  const body = await bodyOf(response, 65_536, asked).catch(() => new Uint8Array());
  return statusFault(response.status, new TextDecoder().decode(body), asked, response.headers);
}
