/** Runs the shell steps of an action as GitHub's runner does, with variables of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../..');

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;

export interface Ran {
  /** Exit code of the last step that ran. */
  readonly code: number;
  readonly printed: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Steps that ran, by their ids. */
  readonly steps: readonly string[];
  readonly temp: string;
  /** Words that npm was called with. */
  readonly npm: readonly string[];
}

/** A folder for a runner's files, with an `npm` that takes this package instead of the registry's. */
export function runner(): { readonly temp: string; readonly path: string; remove(): void } {
  const temp = mkdtempSync(join(tmpdir(), 'dbd-runner-'));
  // As a runner's own; a server of another account passes through.
  chmodSync(temp, 0o755);
  const path = join(temp, 'bin');
  mkdirSync(path);
  writeFileSync(
    join(path, 'npm'),
    `#!/bin/sh
printf '%s\\n' "$@" > "${temp}/npm-words"
pwd > "${temp}/npm-folder"
while [ "$1" != --prefix ]; do shift; done
mkdir -p "$2/node_modules" && ln -s "${root}" "$2/node_modules/database-developer"
`,
  );
  chmodSync(join(path, 'npm'), 0o755);
  symlinkSync(process.execPath, join(path, 'node'));
  return { temp, path, remove: () => rmSync(temp, { recursive: true, force: true }) };
}

/** Runs every shell step in order until one fails. */
export function runAction(given: {
  readonly folder: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event: string;
  readonly payload: object;
  readonly env: Readonly<Record<string, string>>;
  readonly temp: string;
  readonly path: string;
}): Ran {
  const { temp } = given;
  const files = {
    event: join(temp, 'event.json'),
    output: join(temp, 'output'),
    summary: join(temp, 'summary'),
  };
  writeFileSync(files.event, JSON.stringify(given.payload));
  writeFileSync(files.summary, '');
  const inputs: Record<string, string> = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: value }]) => [name, value]),
  );
  Object.assign(inputs, given.inputs);
  const outputs: Record<string, Record<string, string>> = {};
  const valueOf = (text: string): string =>
    text.replaceAll(/\$\{\{ *([\w.-]+) *\}\}/g, (_, name: string) => {
      const [, input] = /^inputs\.(.+)$/.exec(name) ?? [];
      const [, step, output] = /^steps\.(\w+)\.outputs\.(.+)$/.exec(name) ?? [];
      if (input !== undefined) return inputs[input] ?? '';
      if (step !== undefined) return outputs[step]?.[output!] ?? '';
      if (name === 'github.event_name') return given.event;
      throw new Error(`an expression that is not known: ${name}`);
    });
  const steps: string[] = [];
  let printed = '';
  let code = 0;
  for (const step of action.runs.steps) {
    if (step.run === undefined) continue;
    steps.push(step.id!);
    writeFileSync(files.output, '');
    const script = join(temp, `${step.id}.sh`);
    writeFileSync(script, step.run);
    const ran = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: given.folder,
      encoding: 'utf8',
      env: {
        ...given.env,
        PATH: `${given.path}:${given.env['PATH'] ?? ''}`,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: given.folder,
        GITHUB_EVENT_NAME: given.event,
        GITHUB_EVENT_PATH: files.event,
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
        RUNNER_TEMP: temp,
        ...Object.fromEntries(
          Object.entries(step.env ?? {}).map(([name, value]) => [name, valueOf(String(value))]),
        ),
      },
    });
    printed += ran.stdout + ran.stderr;
    code = ran.status ?? 1;
    outputs[step.id!] = Object.fromEntries(
      readFileSync(files.output, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    if (code !== 0) break;
  }
  const npm = (() => {
    try {
      return readFileSync(join(temp, 'npm-words'), 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  })();
  return {
    code,
    printed,
    summary: readFileSync(files.summary, 'utf8'),
    outputs: Object.assign({}, ...Object.values(outputs)) as Record<string, string>,
    steps,
    temp,
    npm,
  };
}

/** Bash accepts the script. */
export function parses(script: string, shell: string): void {
  execFileSync(shell, ['-n'], { input: script, stdio: ['pipe', 'pipe', 'pipe'] });
}
