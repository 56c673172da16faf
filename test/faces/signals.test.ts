import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from './call.ts';

const example = resolve('examples/dashboard-analytics/KAN-29.md');

const cache = mkdtempSync(join(tmpdir(), 'dbd-signal-'));

describe('a signal in the middle of a task', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s removes the sandbox and ends with %i', async (name, code) => {
    let sent = false;
    const ended = await call(['task', example, '--quick', '--out', join(cache, 'out')], {
      env: { DBD_CACHE: cache },
      onStderr: (text, send) => {
        if (sent || !text.includes('load the current structure')) return;
        sent = true;
        send(name);
      },
    });
    expect(sent).toBe(true);
    expect(ended.stderr).toContain('Stopping and removing what was started');
    expect(ended).toMatchObject({ code, signal: null, stdout: '' });
    expect(readdirSync(cache).includes('runs') ? readdirSync(join(cache, 'runs')) : []).toEqual([]);
  });
});
