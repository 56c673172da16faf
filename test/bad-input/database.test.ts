import { createServer, type Server, type Socket } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { codes } from '../../src/base/codes.ts';
import { call } from '../faces/call.ts';
import { scratch, taskOf } from '../deliver/delivery.ts';
import { cache, earlierResults, nothingLeft, refused } from './refused.ts';

const password = 'Xylophone-77';
const task = join(scratch(), 'task.md');
writeFileSync(task, taskOf('entities:\n  E1 Note: { fields: { body: text } }'));

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A server of our own that speaks as much of the protocol as the test wants. */
async function listen(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as { port: number }).port;
}

const message = (letter: string, ...body: readonly (string | number)[]): Buffer => {
  const parts = body.map((part) =>
    typeof part === 'string'
      ? Buffer.from(`${part}\0`)
      : Buffer.from([part >>> 24, (part >>> 16) & 255, (part >>> 8) & 255, part & 255]),
  );
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + parts.reduce((sum, part) => sum + part.length, 0));
  return Buffer.concat([Buffer.from(letter), length, ...parts]);
};
/** Authentication is fine, the session may begin. */
const welcome = Buffer.concat([
  message('R', 0),
  message('S', 'server_version', '16.4'),
  message('K', 1, 2),
  Buffer.from([0x5a, 0, 0, 0, 5, 0x49]),
]);

const url = (port: number): string => `postgres://app:${password}@127.0.0.1:${port}/shop`;

describe('a database that', () => {
  test.each([
    ['is not there', async () => 1, 'connect.refused'],
    ['ends the connection at once', () => listen((socket) => void socket.destroy()), 'connect'],
    [
      'dies after it let us in',
      () => listen((socket) => void socket.once('data', () => socket.end(welcome))),
      'connect.lost',
    ],
    [
      'dies while it answers',
      () =>
        listen((socket) => {
          socket.once('data', () => {
            socket.write(welcome);
            socket.once('data', () => socket.end(message('1').subarray(0, 3)));
          });
        }),
      'connect.lost',
    ],
    [
      'speaks another protocol',
      () =>
        listen((socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
      'connect',
    ],
  ])('%s is an error of the environment that names it without its password', async (_name, port, code) => {
    const at = url(await port());
    for (const [command, input] of [
      ['task', { task }],
      ['rehearse', { files: [task] }],
    ] as const) {
      const error = await refused(command, { ...input, current: at });
      expect(error.code).toMatch(new RegExp(`^${code.replace('.', '\\.')}`));
      expect(codes[error.code].exit).toBe('environment');
      expect(error.exit).toBe(3);
      expect(error.message).toContain('127.0.0.1');
      expect(`${error.message} ${error.hint ?? ''} ${JSON.stringify(error.details)}`).not.toContain(password);
    }
  });

  test('does not let us in is told from one that is not there', { timeout: 30_000 }, async () => {
    const port = await listen((socket) => {
      socket.once('data', () =>
        socket.end(
          Buffer.concat([
            Buffer.from('E'),
            (() => {
              const body = Buffer.from(
                `SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "app"\0\0`,
              );
              const length = Buffer.alloc(4);
              length.writeInt32BE(4 + body.length);
              return Buffer.concat([length, body]);
            })(),
          ]),
        ),
      );
    });
    const error = await refused('task', { task, current: url(port) });
    expect(error).toMatchObject({ code: 'connect.denied', exit: 3 });
    expect(error.message).toMatch(/app|shop/);
    const { code, stdout, stderr } = await call(['task', task, '--current', url(port), '--json', '--debug'], {
      cwd: scratch(),
    });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'connect.denied' } });
    expect(stdout + stderr).not.toContain(password);
  });

  test.each(['http://example.com', 'postgres://h:notaport/x'])(
    'has the wrong address %s',
    async (current) => {
      const error = await refused('task', { task, current });
      expect(error.exit).toBe(2);
    },
  );
});

test(
  'a sandbox that dies in the middle is an error of the environment, and the results stay',
  { timeout: 60_000 },
  async () => {
    const { out, intact } = earlierResults();
    const failing = run(
      'task',
      { task, quick: true, rows: 600, out },
      {
        cwd: scratch(),
        emit: (event) => {
          if (event.kind !== 'step' || !event.step.startsWith('fill the new')) return;
          void cache()
            .processes()
            .then((found) => {
              for (const pid of found) if (pid !== process.pid) process.kill(pid, 'SIGKILL');
            });
        },
      },
    );
    await expect(failing).rejects.toMatchObject({ exit: 3 });
    intact();
    await nothingLeft();
  },
);
