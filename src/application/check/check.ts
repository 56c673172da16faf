/** Has a project's own compiler and mapper try generated code against a database of the sandbox. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { childrenOf } from '../code/related.ts';
import { driverText } from './driver.ts';
import type { CheckOptions, CheckResult } from './model.ts';
import { packageFolder, packageVersion } from './resolve.ts';

/** Longest time of one program, milliseconds. */
const timeoutMs = 90_000;
/** Parents that are loaded with their children: one, and many. */
const sizes: readonly number[] = [1, 50];

/** What the recorder saw between two marks: the texts of statements, in order. */
export type Seen = () => readonly string[];

/** Checks types, then runs every call; nothing of the project's folder is written. `seen` gives what reached the server so far. */
export async function checkModels(options: CheckOptions, seen: Seen): Promise<CheckResult> {
  const { mapper, project } = options;
  const wanted = [
    ...mapper.packages,
    ...(mapper.generate ? [mapper.generate.package] : []),
    'typescript',
    '@types/node',
    ...(mapper.packages.includes('pg') ? ['@types/pg'] : []),
  ];
  const found = new Map<string, string>();
  for (const name of wanted) {
    const folder = await packageFolder(project, name);
    if (folder === undefined) return { kind: 'not-run', because: `the project has no package ${name}` };
    found.set(name, folder);
  }
  const homes = new Set(
    [...found].map(([name, folder]) => (name.startsWith('@') ? dirname(dirname(folder)) : dirname(folder))),
  );
  if (homes.size > 1)
    return { kind: 'not-run', because: 'the packages of the project lie in several folders' };
  const folder = await mkdtemp(join(tmpdir(), 'dbd-models-'));
  try {
    await writeAll(folder, options);
    await symlink([...homes][0]!, join(folder, 'node_modules'), 'dir');
    if (mapper.generate) {
      const { program, args } = mapper.generate;
      const made = await node(
        [join(found.get(mapper.generate.package)!, program), ...args],
        folder,
        options.signal,
      );
      if (made.code !== 0)
        return {
          kind: 'not-run',
          because: `\`${mapper.generate.package} ${args[0]}\` failed: ${brief(made.text)}`,
        };
    }
    const compiler = found.get('typescript')!;
    const compiled = await node([join(compiler, 'bin/tsc'), '-p', '.'], folder, options.signal);
    if (compiled.code !== 0)
      return {
        kind: 'wrong',
        because: `the compiler refuses it: ${brief(compiled.text.replaceAll(folder, ''))}`,
      };
    return await runCalls(options, folder, `TypeScript ${await packageVersion(compiler)}`, seen);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeAll(folder: string, { written }: CheckOptions): Promise<void> {
  for (const { path, text } of written.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'driver.mjs'), driverText);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['**/*.ts'], exclude: ['js', 'node_modules'] }),
  );
}

/** As strict as a careful project. */
const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  types: ['node'],
  rootDir: '.',
  outDir: 'js',
};

interface Answers {
  readonly calls: readonly {
    readonly functionName: string;
    readonly rows: readonly (readonly (string | null)[])[];
    readonly error?: string;
  }[];
  readonly loads: readonly {
    readonly functionName: string;
    readonly parents: readonly number[];
    readonly error?: string;
  }[];
}

async function runCalls(
  options: CheckOptions,
  folder: string,
  compiler: string,
  seen: Seen,
): Promise<CheckResult> {
  const { models, calls, url, signal } = options;
  const written = options.written.files.find(({ path }) => path === 'records.ts')?.text ?? '';
  const loads = childrenOf(models.entities)
    .map(({ functionName }) => ({ functionName, sizes }))
    .filter(({ functionName }) => new RegExp(`\\bfunction ${functionName}\\b`).test(written));
  const ran = await node([join(folder, 'driver.mjs')], folder, signal, JSON.stringify({ url, calls, loads }));
  if (ran.code !== 0) return { kind: 'wrong', because: `it cannot be run: ${brief(ran.text)}` };
  const answers = JSON.parse(ran.out) as Answers;
  const texts = seen();
  return {
    kind: 'run',
    compiler,
    calls: calls.map((call, at) => {
      const answer = answers.calls[at]!;
      const same = JSON.stringify(sorted(answer.rows)) === JSON.stringify(sorted(call.expected));
      const wrong =
        answer.error ??
        (same
          ? undefined
          : `its ${answer.rows.length} rows are not the ${call.expected.length} of plain SQL`);
      return {
        functionName: call.functionName,
        rows: answer.rows.length,
        ...(wrong === undefined ? {} : { wrong }),
      };
    }),
    loads: answers.loads.map(({ functionName, parents, error }) => ({
      functionName,
      parents,
      statements: sizes.map((size) => between(texts, `dbd ${functionName} ${size}`)),
      ...(error === undefined ? {} : { wrong: error }),
    })),
  };
}

function sorted(rows: readonly (readonly (string | null)[])[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

/** Statements that read rows after a mark and before the next one. */
function between(texts: readonly string[], mark: string): number {
  const from = texts.findIndex((text) => text.includes(`'${mark}'`));
  const rest = from < 0 ? [] : texts.slice(from + 1);
  const to = rest.findIndex((text) => text.includes("'dbd "));
  return rest.slice(0, to < 0 ? undefined : to).filter((text) => /^\s*(?:SELECT|WITH)\b/i.test(text)).length;
}

function brief(text: string): string {
  return text
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 4)
    .join(' ')
    .slice(0, 400);
}

interface Ended {
  readonly code: number | null;
  /** Standard output, and both streams together. */
  readonly out: string;
  readonly text: string;
}

/** Runs a program of the project; it sees no secret of the environment. */
function node(args: readonly string[], cwd: string, signal: AbortSignal, input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      signal,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        // Prisma looks for a program that only its migrations need; any that exists spares the download.
        PRISMA_SCHEMA_ENGINE_BINARY: process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ?? process.execPath,
        CHECKPOINT_DISABLE: '1',
      },
    });
    let out = '';
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      out += part;
      text += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, text }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
