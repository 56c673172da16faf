import { cpus, totalmem } from 'node:os';
import { z } from 'zod';
import { DbdError } from '../base/error.ts';
import { formatBytes, formatMs } from '../base/units.ts';
import type { Config } from '../config/model.ts';
import { report } from '../report/build.ts';
import type { Fact, Finding } from '../report/model.ts';
import type { Diagnosis } from '../sandbox/diagnose.ts';
import { listSandboxes } from '../sandbox/kept.ts';
import { agentOf } from './agent.ts';
import { command, type Context } from './command.ts';

/** Free space below which a default twin of a million rows may not fit, bytes. */
const littleSpace = 2 * 1024 ** 3;

/** Slowest start from a warm cache that we promise, milliseconds. */
const promisedMs = 300;

/** Looks at what this machine offers. */
export const doctor = command({
  name: 'doctor',
  summary: 'Check what this machine offers, and that an agent here holds no production credential',
  input: z.object({}),
  output: z.looseObject({
    node: z.string(),
    cache: z.string(),
    freeBytes: z.number(),
    servers: z.array(z.looseObject({ provider: z.string(), version: z.string(), binaries: z.string() })),
    credentials: z
      .array(z.string())
      .describe('variables and files that lead to a database; their values are never shown'),
    production: z
      .array(z.string())
      .describe('shared and production databases of the configuration that can be reached from here'),
    agent: z.string().optional().describe('the agent that asks'),
    startMs: z.number().optional().describe('a start from a warm cache, milliseconds'),
  }),
  faces: ['cli', 'mcp'],
  effects: () => ['reads', 'sandbox'],
  examples: [{ call: 'dbd doctor', shows: 'servers found, free space, the time a sandbox takes to start' }],
  run: async (_, context) => {
    const started = performance.now();
    const { diagnose } = await import('../sandbox/diagnose.ts');
    const found = await diagnose(await context.engine(), context.emit);
    const { trial } = found;
    const works = !('error' in trial);
    const agent = context.agent ?? agentOf(context.env);
    const { config, broken } = await configOf(context);
    const { credentialsAtHand } = await import('../deliver/doctor/credentials.ts');
    const atHand = await credentialsAtHand({
      engine: await context.engine(),
      config,
      cwd: context.cwd,
      env: context.env,
      agent,
      sandboxes: (await listSandboxes(await context.engine())).flatMap(({ kept }) => kept?.url ?? []),
    });
    const findings = [...broken, ...atHand.findings, ...problems(found)];
    const danger =
      atHand.reached.length === 0
        ? ''
        : ` ${agent ?? 'An agent that is started here'} can reach ${atHand.reached.join(', ')}.`;
    return report({
      command: 'doctor',
      title: 'This machine',
      headline: `${
        works
          ? `Sandboxes work: ${trial.server} starts in ${formatMs(trial.startMs)}.`
          : `Sandboxes do not work here: ${trial.error.message}`
      }${danger}`,
      started,
      ...(works ? { server: `${trial.server}, ${trial.provider}` } : {}),
      machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${formatBytes(totalmem())}`,
      findings,
      blocks: [
        { id: 'facts', title: 'Facts', kind: 'facts', facts: factsOf(found, atHand.places, agent) },
        {
          id: 'servers',
          title: 'Servers found',
          kind: 'table',
          columns: [{ title: 'version' }, { title: 'provider' }, { title: 'folder', code: true }],
          rows: found.servers.map((one) => [one.version, one.provider, one.binaries]),
          note: 'Without a wanted version the bundled server is used, else an installed one of that version, else a downloaded one.',
        },
      ],
      next: works ? [] : [{ command: 'dbd sandbox install 17', why: 'fetches a server' }],
      output: {
        node: process.version,
        cache: found.cache,
        freeBytes: found.freeBytes,
        credentials: [...atHand.places],
        production: [...atHand.reached],
        ...(agent === undefined ? {} : { agent }),
        servers: found.servers.map(({ provider, version, binaries }) => ({ provider, version, binaries })),
        ...(works ? { startMs: Math.round(trial.startMs) } : {}),
      },
    });
  },
});

/** A configuration that cannot be read is told, and does not keep the rest from being looked at. */
async function configOf({
  cwd,
  env,
}: Context): Promise<{ readonly config: Config; readonly broken: readonly Finding[] }> {
  try {
    const { loadConfig } = await import('../config/load.ts');
    return { config: await loadConfig({ from: [cwd], cwd, env }), broken: [] };
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    const { message, hint } = error;
    return {
      config: { current: { kind: 'none' } },
      broken: [
        {
          rule: 'configuration-unreadable',
          severity: 'error',
          place: (await import('../config/load.ts')).configName,
          message,
          ...(hint === undefined ? {} : { instead: hint }),
        },
      ],
    };
  }
}

function factsOf(found: Diagnosis, set: readonly string[], agent: string | undefined): readonly Fact[] {
  const { trial } = found;
  const fact = (label: string, value: string, tone?: Fact['tone']): Fact => ({
    label,
    value,
    basis: 'measured',
    ...(tone ? { tone } : {}),
  });
  return [
    fact('node', process.version),
    fact('cache folder', found.cache),
    fact('free space there', formatBytes(found.freeBytes), found.freeBytes < littleSpace ? 'bad' : 'good'),
    ...(found.account === undefined
      ? []
      : [fact('servers run as', `${found.account}, since dbd runs as root`)]),
    ...('error' in trial
      ? [fact('trial start', trial.error.message, 'bad')]
      : [
          fact('trial start', formatMs(trial.startMs), trial.startMs <= promisedMs ? 'good' : 'bad'),
          fact('new database', formatMs(trial.databaseMs)),
          fact('stop', formatMs(trial.stopMs)),
          fact('extensions', trial.extensions.join(', ')),
        ]),
    ...(agent === undefined ? [] : [fact('asked by', agent)]),
    fact(
      'leads to databases',
      set.length === 0 ? 'nothing that was found' : `${set.join(', ')}: dbd never uses them by itself`,
    ),
    ...(found.swept.length === 0 ? [] : [fact('removed leftovers', found.swept.join(', '))]),
  ];
}

function problems({ trial, freeBytes, cache, servers }: Diagnosis): readonly Finding[] {
  const found: Finding[] = [];
  if ('error' in trial) {
    found.push({
      rule: 'sandbox-start-failed',
      severity: 'error',
      place: 'sandbox',
      message: trial.error.message,
      ...(trial.error.hint ? { instead: trial.error.hint } : {}),
    });
  } else if (trial.startMs > promisedMs) {
    found.push({
      rule: 'slow-sandbox-start',
      severity: 'warning',
      place: cache,
      message: `A sandbox took ${formatMs(trial.startMs)} to start; ${promisedMs} ms is usual.`,
      why: 'The machine is busy, or the disk of the cache folder is slow.',
      instead: 'Name a folder on a faster disk: DBD_CACHE=/path/to/folder.',
    });
  }
  if (freeBytes < littleSpace) {
    found.push({
      rule: 'little-free-space',
      severity: 'warning',
      place: cache,
      message: `Only ${formatBytes(freeBytes)} are free for sandboxes.`,
      instead: 'Free some space or name another folder: DBD_CACHE=/path/to/folder.',
    });
  }
  if (servers.length > 0 && !servers.some((server) => server.provider === 'bundled')) {
    found.push({
      rule: 'no-bundled-server',
      severity: 'info',
      place: 'sandbox',
      message: 'The bundled server is missing; an installed one is used.',
      why: 'The optional dependencies of dbd were left out when it was installed.',
    });
  }
  return found;
}
