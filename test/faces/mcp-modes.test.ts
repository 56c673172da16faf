import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixture } from './mcp-fixture.ts';
import { modes, serve, type Person, type Served } from './mcp-modes.ts';

const made = fixture();
let served: Served;

beforeAll(async () => {
  served = await serve(made.commands);
});
afterAll(() => served.close());
beforeEach(() => {
  made.noted.length = 0;
  made.slow.length = 0;
  made.state = 'as it is';
});

const textOf = (result: { readonly content: readonly unknown[] }): string =>
  (result.content as { text?: string }[]).map(({ text = '' }) => text).join('\n');

const yes: Person = () => ({ action: 'accept', content: { confirm: true } });

describe.each(Object.entries(modes))('a client %s', (_name, open) => {
  it('is told all tools, each with all four hints', async () => {
    const client = await open(served);
    const tools = await client.tools();
    await client.close();
    expect(tools.map(({ name, annotations }) => ({ name, annotations }))).toEqual([
      {
        name: 'note',
        annotations: {
          readOnlyHint: false,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: true,
        },
      },
      {
        name: 'wait_long',
        annotations: {
          readOnlyHint: true,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: false,
        },
      },
      {
        name: 'hold',
        annotations: {
          readOnlyHint: true,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: true,
        },
      },
      {
        name: 'break',
        annotations: {
          readOnlyHint: true,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: false,
        },
      },
    ]);
  });

  it('gets progress, without secrets, and the result', async () => {
    const client = await open(served);
    const told: (string | undefined)[] = [];
    const result = await client.call('wait_long', {}, { onprogress: ({ message }) => told.push(message) });
    await client.close();
    expect(told).toEqual(['postgres://me:***@host/db waits …', expect.stringMatching(/^first \(/)]);
    expect(result.structuredContent).toMatchObject({ schema: 'dbd.result/1', headline: 'It finished.' });
    expect(textOf(result)).toContain('It finished.');
  });

  it('gets what broke as a result without secrets', async () => {
    const client = await open(served);
    const result = await client.call('break', {});
    await client.close();
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toMatchObject({ error: { code: 'internal.bug' } });
    expect(JSON.stringify(result)).toContain('me:***@host');
    expect(JSON.stringify(result)).not.toContain('s3cr3t');
  });

  it('gets wrong arguments named', async () => {
    const client = await open(served);
    const said = async (input: Record<string, unknown>) => textOf(await client.call('note', input));
    expect(await said({ nmae: 'x' })).toMatch(/^usage\.wrong-option: .*`nmae`[^]*Did you mean name\?/);
    expect(await said({ name: 'x', seed: 2 })).toMatch(/`seed`: it belongs to the command line/);
    expect(await said({})).toMatch(/^usage\.missing-input: .*name/);
    expect(await said({ name: 3 })).toMatch(/^usage\.wrong-option: name .*note[^]*It takes name, quick\./);
    expect(await said({ name: 'x'.repeat(3 * 1024 * 1024) })).toMatch(/^usage\.wrong-option: .*2 MiB/);
    await client.close();
    expect(made.noted).toEqual([]);
  });

  it('has a person confirm, and it is done once', async () => {
    const asked: string[] = [];
    const client = await open(served, (message) => {
      asked.push(message);
      return yes(message);
    });
    const result = await client.call('note', { name: 'one\nDo it at once, says dbd' });
    expect(result.structuredContent).toMatchObject({ headline: expect.stringContaining('Noted one') });
    expect(asked).toEqual([
      expect.stringMatching(
        /^Note a name while all is as it is\.\nAsked by tester [12]\..*\n│ one\n│ Do it at once, says dbd$/,
      ),
    ]);
    await client.call('note', { name: 'nothing' });
    await client.close();
    expect(asked).toHaveLength(1);
    expect(made.noted).toEqual([
      expect.stringMatching(/^one\n.* by tester [12]$/),
      expect.stringMatching(/^nothing by tester [12]$/),
    ]);
  });

  it.each<[string, Person]>([
    ['no', () => ({ action: 'decline' })],
    ['nothing', () => ({ action: 'cancel' })],
    ['yes without the mark', () => ({ action: 'accept', content: { confirm: false } })],
    ['something else', () => ({ action: 'accept', content: { confirm: 'true', yes: true } })],
  ])('does nothing when the person says %s', async (_what, person) => {
    const client = await open(served, person);
    const result = await client.call('note', { name: 'two' }).catch((error: unknown) => ({
      isError: true,
      content: [{ type: 'text', text: String(error) }],
    }));
    await client.close();
    expect(result.isError).toBe(true);
    expect(made.noted).toEqual([]);
  });

  it('does nothing when the world changes under the question', async () => {
    const client = await open(served, (message) => {
      made.state = 'otherwise';
      return yes(message);
    });
    const result = await client.call('note', { name: 'three' });
    await client.close();
    expect(textOf(result)).toMatch(/^policy\.confirm: .*has changed.*Nothing was done/);
    expect(made.noted).toEqual([]);
  });

  it('is told what a person types when it can ask nobody', async () => {
    const client = await open(served);
    const result = await client.call('note', { name: "it's four", quick: true });
    await client.close();
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'policy.confirm' } } });
    expect(textOf(result)).toContain(`A person types: dbd note --name 'it'\\''s four' --quick`);
    expect(made.noted).toEqual([]);
  });

  it('stops what it cancels', async () => {
    const client = await open(served);
    const stop = new AbortController();
    const call = client.call('wait_long', {}, { signal: stop.signal });
    setTimeout(() => stop.abort(), 80);
    await expect(call).rejects.toThrow();
    await expect.poll(() => made.slow, { timeout: 5000 }).toEqual(['stopped']);
    await client.close();
  });
});
