import { statSync } from 'node:fs';
import { exitCodes } from '../../base/codes.ts';
import { fail } from '../../base/error.ts';
import { version } from '../../base/version.ts';
import { all, type Listed } from '../../commands/all.ts';
import type { HttpServing } from '../../commands/command.ts';
import { checkInput, run, type RunOptions } from '../../commands/run.ts';
import { isClean } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { failureJson, failureOf, renderFailure } from './failure.ts';
import { lookOf, write, type Host } from './host.ts';
import type { FaceOptions } from './parse.ts';
import { progressOn } from './progress.ts';
import { route } from './route.ts';
import { watchSignals } from './signals.ts';
import { readStdin } from './stdin.ts';
import { groupUsage, usage } from './usage.ts';

/** Other faces that a command may start, handed in by the process so that faces do not know each other. */
export interface OtherFaces {
  mcp(signal: AbortSignal, said: (text: string) => void, http?: HttpServing): Promise<void>;
}

/** Runs one call of the command line and returns the exit code; stdout gets the result, stderr everything else. */
export async function main(host: Host, others: OtherFaces): Promise<number> {
  for (const stream of [host.stdout, host.stderr]) stream.on('error', () => stream.destroy());
  const words = host.argv.slice(2);
  const target = route(words, all, (word) => isFile(host.cwd(), word));
  switch (target.kind) {
    case 'help':
      await write(host.stdout, usage(all));
      return exitCodes.clean;
    case 'version':
      await write(host.stdout, `${version}\n`);
      return exitCodes.clean;
    case 'group':
      await write(host.stdout, groupUsage(target.word, target.members));
      return exitCodes.clean;
    case 'unknown':
      return report(host, words, target.word, () =>
        fail(
          target.word.startsWith('-') ? 'usage.wrong-option' : 'usage.unknown-command',
          `dbd does not know \`${target.word}\`.`,
          {
            hint: target.near ? `Did you mean \`dbd ${target.near}\`?` : '`dbd --help` lists all commands.',
          },
        ),
      );
    case 'command':
      return report(host, words, target.listed.name, () => call(host, others, target.listed, target.words));
  }
}

async function call(
  host: Host,
  others: OtherFaces,
  listed: Listed,
  words: readonly string[],
): Promise<number> {
  const [command, { helpText, parse }] = await Promise.all([listed.load(), import('./parse.ts')]);
  const own = words.slice(0, words.indexOf('--') >>> 0);
  const look = lookOf(host.stdout, host.env, !own.includes('--no-color'));
  if (own.includes('--help') || own.includes('-h')) {
    await write(host.stdout, helpText(command, look.width));
    return exitCodes.clean;
  }
  const { input, face } = parse(command, words);
  const checked = checkInput(command, input);
  const progress = progressOn(host, lookOf(host.stderr, host.env, face.color));
  const emit: RunOptions['emit'] = face.quiet
    ? (event) => event.kind === 'warning' && progress.emit(event)
    : progress.emit;
  const stop = watchSignals(host, (text) => progress.emit({ kind: 'warning', text }));
  let served = false;
  const work = run(listed.name, input, {
    emit,
    signal: stop.signal,
    cwd: host.cwd(),
    env: host.env,
    stdin: () => readStdin(host.stdin),
    serve: async (_face, http) => {
      served = true;
      await others.mcp(stop.signal, (text) => progress.emit({ kind: 'note', text }), http);
    },
  });
  try {
    const result = await Promise.race([work, stop.late]);
    progress.close();
    if (typeof result === 'number' || served) return stop.code() ?? exitCodes.clean;
    const format = face.format ?? (command.plain?.(checked) ? 'code' : undefined);
    await write(host.stdout, await render(result, { ...face, format }, input['format'], look));
    return stop.code() ?? (isClean(result) ? exitCodes.clean : exitCodes.negative);
  } catch (error) {
    progress.close();
    const code = stop.code();
    // After a signal the error is its consequence; the code of the signal tells the caller more.
    if (code !== undefined) return code;
    throw error;
  }
}

async function render(
  result: Report,
  face: FaceOptions,
  asked: unknown,
  look: { width: number; color: boolean; unicode: boolean },
): Promise<string> {
  const { render: draw } = await import('../../render/all.ts');
  const format = face.json ? 'envelope' : typeof asked === 'string' ? asked : (face.format ?? 'terminal');
  return draw(format, result, look);
}

/** Runs the work and shows what it throws. */
async function report(
  host: Host,
  words: readonly string[],
  command: string,
  work: () => Promise<number> | never,
): Promise<number> {
  const own = words.slice(0, words.indexOf('--') >>> 0);
  const debug = own.includes('--debug');
  const show = async (error: unknown): Promise<number> => {
    const failure = failureOf(error);
    const look = lookOf(host.stderr, host.env, !own.includes('--no-color'));
    if (own.includes('--json')) await write(host.stdout, failureJson(command, failure));
    if (!own.includes('--json') || debug) await write(host.stderr, renderFailure(failure, look, debug));
    return failure.exit;
  };
  const stray = (error: unknown): void => {
    void show(error).then((code) => host.exit(code));
  };
  host.on('uncaughtException', stray);
  host.on('unhandledRejection', stray);
  try {
    return await work();
  } catch (error) {
    return show(error);
  }
}

function isFile(cwd: string, word: string): boolean {
  return (
    statSync(`${word.startsWith('/') ? '' : `${cwd}/`}${word}`, { throwIfNoEntry: false })?.isFile() ?? false
  );
}
