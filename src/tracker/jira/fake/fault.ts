/** What a fake site does wrong on demand. */
import type { ServerResponse } from 'node:http';
import { fail } from '../../../base/error.ts';
import { nearest } from '../../../base/text.ts';
import { answers, type Wrong } from './fault-answers.ts';
import type { Fault, Site } from './model.ts';

/** A fault as it is written: `429`, `cut-after@comment`, `503@GET*2`, `409@POST*all`. */
export interface NamedFault {
  readonly name: string;
  /** Method, or a part of the path, of the requests that it meets; all of them where it is absent. */
  readonly at?: string;
  /** How often it strikes. */
  readonly times: number;
}

/** Faults that stay until the site ends. */
const lasting = new Set(['expired', 'null-description', 'custom-field', 'lag']);

/** The names of all faults, each with what happens. */
export const faultNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(answers).map(([name, { says }]) => [name, says])),
  'cut-before': 'the connection breaks before anything was done',
  'cut-after': 'the connection breaks after it was done',
  broken: 'the JSON ends in the middle',
  slow: 'the answer comes after five seconds',
  lag: 'searches show the state of two seconds ago',
  'null-description': 'issues have no description',
  'custom-field': 'the description stands in a field of the project',
};

/** Reads a fault; throws `usage.wrong-option`. */
export function readFault(text: string): NamedFault {
  const [, name = '', at, times] = /^([a-z0-9-]+)(?:@([^*\s]{1,200}))?(?:\*(\d{1,6}|all))?$/.exec(text) ?? [];
  if (!(name in faultNames)) {
    const near = nearest(name, Object.keys(faultNames));
    return fail('usage.wrong-option', `--fault does not know ${text.slice(0, 60)}.`, {
      hint: near === undefined ? `Known: ${Object.keys(faultNames).join(', ')}.` : `Did you mean ${near}?`,
    });
  }
  return {
    name,
    ...(at === undefined ? {} : { at }),
    times: times === 'all' || (times === undefined && lasting.has(name)) ? Infinity : Number(times ?? 1),
  };
}

/** Changes a site before it starts, for faults of what it keeps. */
export function withFaults(site: Partial<Site>, faults: readonly NamedFault[]): Partial<Site> {
  const has = (wanted: string): boolean => faults.some(({ name }) => name === wanted);
  const issues = site.issues?.map((issue) => {
    if (has('custom-field'))
      return {
        ...issue,
        description: null,
        custom: [
          ...(issue.custom ?? []),
          { id: 'customfield_10055', name: 'Acceptance criteria', value: issue.description },
        ],
      };
    return has('null-description') ? { ...issue, description: null } : issue;
  });
  return { ...site, ...(issues ? { issues } : {}), ...(has('lag') ? { lagMs: 2000 } : {}) };
}

/** All faults as one: the first that meets a request strikes it, and no other; each keeps its own count. */
export function faultsOf(faults: readonly NamedFault[], slowMs = 5000): Fault {
  const left = faults
    .filter(({ name }) => name in answers || name in behaviours)
    .map((fault) => ({ fault, times: fault.times }));
  return (request, response) => {
    const struck = left.find(
      ({ fault: { at }, times }) =>
        times > 0 && (at === undefined || request.method === at || (request.url ?? '').includes(at)),
    );
    if (!struck) return false;
    struck.times -= 1;
    const wrong = answers[struck.fault.name];
    if (!wrong) return behaviours[struck.fault.name]!(response, slowMs);
    told(response, wrong);
    return true;
  };
}

function told(response: ServerResponse, { status, headers, body }: Wrong): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers() }).end(body);
}

/** Each says whether it answered instead of the site. */
const behaviours: Readonly<Record<string, (response: ServerResponse, slowMs: number) => boolean>> = {
  'cut-before': (response) => {
    response.socket?.destroy();
    return true;
  },
  'cut-after': (response) =>
    instead(response, () => {
      response.socket?.destroy();
    }),
  broken: (response) =>
    instead(response, (status, body, { writeHead, end }) => {
      writeHead(status, { 'content-type': 'application/json;charset=UTF-8' });
      end(body.slice(0, Math.floor(body.length / 2)));
    }),
  slow: (response, slowMs) => {
    const end = response.end.bind(response) as (body?: unknown) => ServerResponse;
    response.end = ((body?: unknown) => {
      const timer = setTimeout(() => end(body), slowMs);
      response.on('close', () => clearTimeout(timer));
      return response;
    }) as typeof response.end;
    return false;
  },
};

interface Own {
  readonly writeHead: (status: number, headers: Readonly<Record<string, string>>) => void;
  readonly end: (body: string) => void;
}

/** Lets the site do its work, and something else become of its answer. */
function instead(
  response: ServerResponse,
  become: (status: number, body: string, own: Own) => void,
): boolean {
  const own: Own = {
    writeHead: response.writeHead.bind(response) as Own['writeHead'],
    end: response.end.bind(response) as Own['end'],
  };
  let status = 200;
  response.writeHead = ((code: number) => {
    status = code;
    return response;
  }) as typeof response.writeHead;
  response.end = ((body?: unknown) => {
    become(status, typeof body === 'string' ? body : '', own);
    return response;
  }) as typeof response.end;
  return false;
}
