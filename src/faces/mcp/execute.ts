import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';
import { plural } from '../../base/text.ts';
import type { Command } from '../../commands/command.ts';
import { runPlace } from '../../commands/run-place.ts';
import { checkInput, contextOf, run } from '../../commands/run.ts';
import type { Report } from '../../report/model.ts';
import type { Call } from './call.ts';
import { readables } from './resources/run-files.ts';
import { runUri } from './resources/resources.ts';
import { brief, type Beside } from './runs/brief.ts';
import { answerRun, isLong, type Answer } from './runs/runs.ts';
import { finishedRun, isRunId, openStore } from './runs/store.ts';

/** Links to files of a run in an answer; all can be read. */
const linkedFiles = 6;
/** Lines of progress that a running run tells. */
const toldLines = 12;

/** Runs one command for an agent, or asks for its run, and answers in few tokens; throws what the command throws. */
export async function execute(
  command: Command,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<CallToolResult> {
  if (!isLong(command, call)) {
    const report = (await reportOfRun(command, input, call)) ?? (await run(command, input, call));
    return answerOf(report, { notes: [], blocks: true, stored: command.name === 'report' }, []);
  }
  const answer = await answerRun(command, input, call);
  if (answer.kind === 'running') return runningOf(command, answer);
  const { report, id, again } = answer;
  const notes = [
    ...answer.notes,
    ...(again ? [`This run ended before; its result is told again. It began at ${report.meta.at}.`] : []),
  ];
  return answerOf(
    report,
    { run: id, notes, blocks: false },
    readables(report, linkedFiles).map(({ path, type, title }) => ({
      type: 'resource_link',
      uri: runUri(id, path),
      name: title,
      mimeType: type,
    })),
  );
}

/** The report of a finished run of this project, where its id is given in the place of a file. */
async function reportOfRun(
  command: Command,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<Report | undefined> {
  const id = String(input['source']).replace(/^dbd:\/\/run\/([0-9a-f]{16})(?:\/.*)?$/, '$1');
  if (command.name !== 'report' || !isRunId(id)) return undefined;
  const { part, page } = checkInput(command, input);
  const { overview, partOf } = await import('../../commands/report.ts');
  const found = await finishedRun(await openStore(await runPlace(contextOf(call))), id, call.cwd);
  if (found === undefined) return undefined;
  return typeof part === 'string' ? partOf(found, part, Number(page), id) : overview(found);
}

function answerOf(report: Report, beside: Beside, links: readonly ContentBlock[]): CallToolResult {
  const { text, object } = brief(report, beside);
  return {
    content: [{ type: 'text', text }, ...links],
    structuredContent: { schema: 'dbd.result/1', ...object },
  };
}

function runningOf(command: Command, { id, notes, sofar }: Answer & { kind: 'running' }): CallToolResult {
  const lines = sofar.slice(-toldLines);
  const headline = `Still running, ${plural(sofar.length, 'line')} of progress so far. Call ${command.name} again with the same arguments: it waits on, and gives the result when it is there.`;
  return {
    content: [
      {
        type: 'text',
        text: [`**Running** (run ${id}). ${headline}`, ...notes, ...lines.map((line) => `- ${line}`)].join(
          '\n',
        ),
      },
    ],
    structuredContent: {
      schema: 'dbd.result/1',
      command: command.name,
      runId: id,
      state: 'running',
      headline,
      sofar: lines,
      claims: [],
      findings: [],
      next: [{ command: command.name, why: 'the same call again waits on' }],
    },
  };
}
