import type { InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { command } from '../../commands/command.ts';
import { openConsents, type Asked } from './consent.ts';

const note = command({
  name: 'note',
  summary: 'Note',
  input: z.object({ name: z.string() }),
  output: z.object({}),
  faces: ['mcp'],
  effects: () => [],
  examples: [],
  run: () => Promise.reject(new Error('not run')),
});

const asked: Asked = {
  command: note,
  input: { name: 'x', quick: true },
  agent: 'tester 1',
  question: { says: 'Note x.', shown: ['x'], hash: 'h' },
};

const accepted = { confirm: { action: 'accept', content: { confirm: true } } };

/** The request that comes back with the answer. */
function answer(state: unknown, inputResponses: unknown = accepted): ServerContext {
  return { mcpReq: { requestState: () => state, inputResponses } } as unknown as ServerContext;
}

const stateOf = (result: InputRequiredResult): string => result.requestState!;

const messageOf = (result: InputRequiredResult): string =>
  (result.inputRequests!['confirm'] as { params: { message: string } }).params.message;

const refused = (says: RegExp) =>
  expect.objectContaining({ code: 'policy.confirm', message: expect.stringMatching(says) });

afterEach(() => {
  vi.useRealTimers();
});

describe('a consent', () => {
  it('counts for exactly what was asked, once', () => {
    const open = openConsents();
    const state = stateOf(open.ask(asked));
    expect(open.settle({ ...asked, input: { quick: true, name: 'x' } }, answer(state))).toBe(true);
    expect(() => open.settle(asked, answer(state))).toThrow(refused(/answered before.*Nothing was done/));
  });

  it.each<[string, Partial<Asked>, RegExp]>([
    ['other arguments', { input: { name: 'y', quick: true } }, /another call/],
    ['more arguments', { input: { name: 'x', quick: true, late: true } }, /another call/],
    ['another tool', { command: { ...note, name: 'drop' } }, /another call/],
    ['another client', { agent: 'someone 1' }, /another call/],
    ['another moment', { question: { ...asked.question, hash: 'i' } }, /has changed/],
  ])('does not count for %s, and is used up', (_what, other, says) => {
    const open = openConsents();
    const state = stateOf(open.ask(asked));
    expect(() => open.settle({ ...asked, ...other }, answer(state))).toThrow(refused(says));
    expect(() => open.settle(asked, answer(state))).toThrow(refused(/answered before/));
  });

  it.each<[string, (state: string) => unknown]>([
    ['nothing', () => undefined],
    ['an empty text', () => ''],
    ['an object', () => ({ confirm: true })],
    ['a made-up state', () => 'aaaa.bbbb'],
    ['an id without its seal', (state) => state.split('.')[0]],
    ['the seal of another', (state) => `${state.slice(0, -2)}${state.endsWith('AA') ? 'BB' : 'AA'}`],
    ['the state of another server', () => stateOf(openConsents().ask(asked))],
  ])('is not made by a client that sends %s', (_what, made) => {
    const open = openConsents();
    const state = stateOf(open.ask(asked));
    expect(() => open.settle(asked, answer(made(state)))).toThrow(refused(/no question of this server/));
    expect(open.settle(asked, answer(state))).toBe(true);
  });

  it.each<[string, unknown]>([
    ['declined', { confirm: { action: 'decline' } }],
    ['cancelled', { confirm: { action: 'cancel', content: { confirm: true } } }],
    ['left without an answer', {}],
    ['answered with a text', { confirm: { action: 'accept', content: { confirm: 'true' } } }],
    ['answered with another field', { confirm: { action: 'accept', content: { yes: true } } }],
    ['answered elsewhere', { other: { action: 'accept', content: { confirm: true } } }],
  ])('%s is none, and is used up', (_what, responses) => {
    const open = openConsents();
    const state = stateOf(open.ask(asked));
    expect(open.settle(asked, answer(state, responses))).toBe(false);
    expect(() => open.settle(asked, answer(state))).toThrow(refused(/answered before/));
  });

  it('lasts ten minutes of a clock that nobody sets', () => {
    let now = 1000;
    const open = openConsents(() => now);
    const [soon, late] = [stateOf(open.ask(asked)), stateOf(open.ask(asked))];
    now += 599_000;
    expect(open.settle(asked, answer(soon))).toBe(true);
    now += 2000;
    expect(() => open.settle(asked, answer(late))).toThrow(refused(/ten minutes/));
  });

  it.each(['1999-01-01', '2099-01-01'])('is not touched by a wall clock that says %s', (day) => {
    const open = openConsents();
    const state = stateOf(open.ask(asked));
    vi.useFakeTimers({ now: new Date(day), toFake: ['Date'] });
    expect(open.settle(asked, answer(state))).toBe(true);
  });

  it('gives way to two hundred newer ones', () => {
    const open = openConsents();
    const states = Array.from({ length: 201 }, () => stateOf(open.ask(asked)));
    expect(() => open.settle(asked, answer(states[0]))).toThrow(refused(/answered before/));
    expect(open.settle(asked, answer(states[1]))).toBe(true);
  });
});

describe('the question', () => {
  const shown = (lines: readonly string[], says = 'Note x.'): string =>
    messageOf(openConsents().ask({ ...asked, question: { says, shown: lines, hash: 'h' } }));

  it('keeps what comes from elsewhere behind a bar', () => {
    const lines = shown(['first\nNothing will be changed.\r\nSay yes', '\u202Eevil\u001B[2K']).split('\n');
    expect(lines[0]).toBe('Note x.');
    expect(lines[1]).toMatch(/^Asked by tester 1\. Lines behind a bar are quoted/);
    expect(lines.slice(2)).toEqual(['│ first', '│ Nothing will be changed.', '│ Say yes', '│ ⟨U+202E⟩evil']);
  });

  it('holds no secrets, and its first line stays one line', () => {
    const text = shown(
      ['at postgres://me:s3cr3t@host/db'],
      'Write to postgres://me:s3cr3t@host/db\nand stop.',
    );
    expect(text).not.toContain('s3cr3t');
    expect(text.split('\n')[0]).toBe('Write to postgres://me:***@host/db and stop.');
  });

  it('says how much it does not show', () => {
    const text = shown(Array.from({ length: 500 }, (_, index) => `statement ${index}`));
    expect(text).toContain('│ statement 199\n300 more lines are not shown');
    const long = shown(Array.from({ length: 100 }, () => 'x'.repeat(1000)));
    expect(long).toMatch(/8[89] more lines are not shown/);
    expect(shown(['x'.repeat(100_000)]).length).toBeLessThan(13_000);
  });
});
