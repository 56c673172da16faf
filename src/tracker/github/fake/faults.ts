/** What GitHub does to programs now and then, by name. */
import type { ServerResponse } from 'node:http';
import type { Fault } from './model.ts';

/** Names of faults, in the order in which help shows them. */
export const faultNames = ['limit', 'quota', 'lost', 'unavailable', 'expired', 'page'] as const;
/** One of them. */
export type FaultName = (typeof faultNames)[number];

/** Makes a fault: the limits and lost answers pass, an expired token and a page for logging in stay. */
export function faultOf(name: FaultName): Fault {
  let left = 1;
  const once =
    (act: (response: ServerResponse) => void): Fault =>
    (_, response) => {
      if (left-- <= 0) return false;
      act(response);
      return true;
    };
  switch (name) {
    case 'limit':
      return (request, response) => {
        if (request.method === 'GET' || left-- <= 0) return false;
        response
          .writeHead(403, { 'retry-after': '2', 'content-type': 'application/json' })
          .end(
            '{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}',
          );
        return true;
      };
    case 'quota':
      return once((response) =>
        response
          .writeHead(403, {
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3),
            'content-type': 'application/json',
          })
          .end('{"message":"API rate limit exceeded"}'),
      );
    case 'lost':
      return (request) => (request.method !== 'GET' && left-- > 0 ? 'lost' : false);
    case 'unavailable':
      return once((response) => response.writeHead(502).end('<html>Bad gateway</html>'));
    case 'expired':
      return (_, response) => {
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Bad credentials"}');
        return true;
      };
    case 'page':
      return (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>');
        return true;
      };
  }
}
