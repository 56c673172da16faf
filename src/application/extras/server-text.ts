/** The part of the data service that speaks HTTP. */

/** The end of `server.mjs`: addresses, refusals, the server itself. */
export const serverText = String.raw`
// ── HTTP ───────────────────────────────────────────────────────────────────

async function bodyOf(request) {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) refuse(415, 'Send application/json');
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > limits.body) refuse(413, 'Too large', 'a body may hold ' + limits.body + ' bytes');
    parts.push(part);
  }
  let body;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)));
  } catch {
    refuse(400, 'Not JSON');
  }
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : refuse(400, 'Not an object');
}

async function route(request) {
  // A page of a browser may call by a name of its own that leads here; it is not let in.
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host)) refuse(403, 'Unknown host');
  const address = new URL(request.url, 'http://127.0.0.1');
  let parts;
  try {
    parts = address.pathname.split('/').slice(1).map(decodeURIComponent);
  } catch {
    refuse(400, 'Wrong address');
  }
  const [kind, name, ...key] = parts;
  const allowed = (...methods) => methods.includes(request.method) || refuse(405, 'Method not allowed', methods.join(', '));
  if (kind === 'health' && name === undefined) {
    allowed('GET');
    await run(pool, 'SELECT 1', []);
    return [200, { status: 'up' }];
  }
  if (kind === 'openapi.json' && name === undefined) {
    allowed('GET');
    return [200, JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8'))];
  }
  if (kind === 'queries' && key.length === 0 && Object.hasOwn(queries, name ?? '')) {
    allowed('POST');
    return [200, await answer(queries[name], await bodyOf(request))];
  }
  if (kind === 'tables' && Object.hasOwn(tables, name ?? '')) {
    const table = tables[name];
    if (key.length === 0) {
      if (request.method === 'POST') return [201, await insertRow(table, await bodyOf(request))];
      allowed(...(table.key.length > 0 ? ['GET', 'POST'] : ['POST']));
      return [200, await page(table, address.searchParams)];
    }
    if (key.length === table.key.length) {
      allowed('GET');
      return [200, await getRow(table, key)];
    }
  }
  return refuse(404, 'Nothing here');
}

/** What a caller may know of an error of the database: never its statement. */
function problemOf(error) {
  if (error instanceof Refusal) return { status: error.status, title: error.message, detail: error.detail };
  const code = typeof error?.code === 'string' ? error.code : '';
  if (code === '23505') return { status: 409, title: 'It is there already', detail: error.constraint };
  if (code.startsWith('23')) return { status: 422, title: 'The database refuses the row', detail: error.constraint ?? error.column };
  if (code.startsWith('22')) return { status: 400, title: 'Wrong value' };
  if (code === '25006') return { status: 403, title: 'Only reading is allowed' };
  if (code === '42501') return { status: 403, title: 'Not allowed' };
  if (code === '57014') return { status: 504, title: 'It took too long' };
  if (['40001', '40P01', '53300'].includes(code) || code.startsWith('08') || code.startsWith('57') || /connect|terminat|timeout/i.test(error?.message ?? ''))
    return { status: 503, title: 'Try again' };
  return { status: 500, title: 'Something went wrong' };
}

const server = createServer(async (request, response) => {
  const send = (status, type, value) => {
    if (response.headersSent) return;
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    response.end(JSON.stringify(value));
  };
  try {
    const [status, value] = await route(request);
    send(status, 'application/json', value);
  } catch (error) {
    const problem = problemOf(error);
    // The rest of a body that is too large is not waited for.
    if (problem.status === 413) response.setHeader('connection', 'close');
    send(problem.status, 'application/problem+json', problem);
  }
});
server.requestTimeout = limits.requestMs;
server.headersTimeout = limits.requestMs;
server.on('error', (error) =>
  stop(error.code === 'EADDRINUSE' ? 'Port ' + port + ' is taken; set PORT to another.' : 'The service cannot listen: ' + error.code + '.'),
);
server.listen(Number(port), '127.0.0.1', () => {
  stdout.write('http://127.0.0.1:' + server.address().port + '\n');
});
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    server.close(() => void pool.end());
    server.closeIdleConnections();
  });
`;
