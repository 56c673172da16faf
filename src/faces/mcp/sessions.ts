import { randomUUID } from 'node:crypto';
import { WebStandardStreamableHTTPServerTransport, type McpServer } from '@modelcontextprotocol/server';

/** Sessions at once; the one that was used longest ago and is not at work gives way. */
const mostSessions = 32;
/** Milliseconds after which a session that nobody used ends. */
const idleMs = 30 * 60_000;

/** Connections of clients that keep a session, as the protocol of 2025 has them. */
export interface Sessions {
  /** Answers a request that opens a session or belongs to one. */
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: McpServer;
  used: number;
  working: number;
}

/** Sessions in memory, each with a server of its own. */
export function openSessions(make: () => McpServer, now: () => number = () => performance.now()): Sessions {
  const open = new Map<string, Session>();
  const end = async (id: string): Promise<void> => {
    const session = open.get(id);
    open.delete(id);
    await session?.server.close();
  };
  const idle = (): readonly string[] =>
    [...open]
      .filter(([, { working }]) => working === 0)
      .toSorted(([, a], [, b]) => a.used - b.used)
      .map(([id]) => id);
  const sweep = setInterval(() => {
    for (const id of idle()) if (now() - open.get(id)!.used > idleMs) void end(id);
  }, 60_000).unref();

  const begin = async (request: Request): Promise<Response> => {
    if (open.size >= mostSessions) {
      const [oldest] = idle();
      if (oldest === undefined) return problem(503, 'Too many sessions are at work.');
      await end(oldest);
    }
    const server = make();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void open.set(id, { transport, server, used: now(), working: 0 }),
      onsessionclosed: (id) => void open.delete(id),
    });
    await server.connect(transport);
    const response = await transport.handleRequest(request);
    if (transport.sessionId === undefined) await server.close();
    return response;
  };

  return {
    fetch: async (request) => {
      const id = request.headers.get('mcp-session-id');
      if (id === null) return begin(request);
      const session = open.get(id);
      if (!session) return problem(404, 'The session has ended: open a new one.');
      session.used = now();
      // The stream that a client keeps open in order to listen is no work.
      const works = request.method === 'POST';
      if (works) session.working += 1;
      const done = (): void => {
        session.used = now();
        if (works) session.working -= 1;
      };
      return session.transport.handleRequest(request).then(
        (response) => whenRead(response, done),
        (error: unknown) => {
          done();
          throw error;
        },
      );
    },
    close: async () => {
      clearInterval(sweep);
      await Promise.allSettled([...open.keys()].map(end));
    },
  };
}

/** The response, with a call when its last byte was read or its reader left. */
function whenRead(response: Response, done: () => void): Response {
  if (response.body === null) {
    done();
    return response;
  }
  const reader = response.body.getReader();
  let over = false;
  const finish = (): void => {
    if (!over) done();
    over = true;
  };
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done: last, value } = await reader.read().catch((error: unknown) => {
        finish();
        throw error;
      });
      if (last) {
        finish();
        controller.close();
      } else controller.enqueue(value);
    },
    cancel: async (reason) => {
      finish();
      await reader.cancel(reason);
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

function problem(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }, { status });
}
