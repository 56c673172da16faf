/** What the report says about generated models. */
import { plural } from '../../base/text.ts';
import type { CheckResult } from '../../application/check/model.ts';
import type { Mapper, Models, Written } from '../../application/model.ts';
import { column } from '../../report/build.ts';
import type { Block, Finding } from '../../report/model.ts';

/** One mapper's files and what came of trying them. */
export interface Made {
  readonly mapper: Mapper;
  readonly written: Written;
  readonly result: CheckResult;
}

/** The table of mappers. */
export function modelsBlock(models: Models, made: readonly Made[]): Block {
  return {
    id: 'models',
    title: 'Models and typed access',
    kind: 'table',
    columns: [column('For'), column('Models', 'right'), column('Access patterns', 'right'), column('Tried')],
    rows: made.map(({ mapper, result }) => [
      mapper.title,
      models.entities.length,
      models.operations.length,
      { text: triedText(result), tone: toneOf(result) },
    ]),
    note: 'Instants compare by milliseconds; intervals, bytes, floats, arrays and other types by the number of rows only.',
  };
}

/** What a file of a mapper's folder is. */
export function fileNote(mapper: Mapper, path: string): string {
  const notes: Readonly<Record<string, string>> = {
    'connect.ts': `${mapper.title}: the connection`,
    'schema.ts': `${mapper.title}: the tables`,
    'schema.prisma': `${mapper.title}: the tables`,
    'records.ts': `${mapper.title}: rows found, inserted, loaded with their children`,
    'repository.ts': `${mapper.title}: the access patterns as functions`,
    'unit-of-work.ts': `${mapper.title}: transactions, again when the server asks`,
    'specification.ts': `${mapper.title}: conditions that compose`,
    'values.ts': `${mapper.title}: values between database and language`,
    'enumerations.ts': `${mapper.title}: enums`,
  };
  return notes[path] ?? mapper.title;
}

function triedText(result: CheckResult): string {
  if (result.kind === 'not-run') return `generated, not run here: ${result.because}`;
  if (result.kind === 'wrong') return result.because;
  const right = result.calls.filter(({ wrong }) => wrong === undefined).length;
  const loads = result.loads.filter(isShown);
  const constant = loads.filter(isConstant);
  const unseen = result.loads.filter((load) => load.wrong === undefined && !isShown(load));
  const most = Math.max(0, ...constant.flatMap(({ statements }) => statements));
  return [
    `types checked by ${result.compiler}`,
    ...(result.calls.length > 0
      ? [
          `${right} of ${plural(result.calls.length, 'reading function')} returned the rows of plain SQL on the twin`,
        ]
      : []),
    ...(loads.length > 0
      ? [
          `${constant.length} of ${plural(loads.length, 'load')} of parents with children took as many statements for many as for one (at most ${most})`,
        ]
      : []),
    ...(unseen.length > 0
      ? [`${plural(unseen.length, 'load')} met fewer than two parents, which shows nothing`]
      : []),
  ].join('; ');
}

type Load = Extract<CheckResult, { readonly kind: 'run' }>['loads'][number];

/** The twin has two parents or more, so that a statement for each of them would be seen. */
function isShown({ parents, wrong }: Load): boolean {
  return wrong === undefined && (parents.at(-1) ?? 0) > 1;
}

function isConstant({ parents, statements }: Load): boolean {
  const [one = 0] = statements;
  return (
    parents.length === statements.length && one > 0 && statements.every((count) => count <= 2 && count <= one)
  );
}

function toneOf(result: CheckResult): 'good' | 'bad' | 'plain' {
  if (result.kind === 'not-run') return 'plain';
  return result.kind === 'run' && findingsOf(result, '').length === 0 ? 'good' : 'bad';
}

/** What went wrong when code was tried. */
export function findingsOf(result: CheckResult, place: string): readonly Finding[] {
  const finding = (message: string): Finding => ({
    rule: 'model-does-not-run',
    severity: 'error',
    place,
    message,
  });
  if (result.kind === 'not-run') return [];
  if (result.kind === 'wrong')
    return [finding(`The generated code of ${place} is wrong: ${result.because}.`)];
  return [
    ...result.calls.flatMap(({ functionName, wrong }) =>
      wrong === undefined ? [] : [finding(`${functionName} of ${place} failed on the twin: ${wrong}.`)],
    ),
    ...result.loads.flatMap(({ functionName, wrong }) =>
      wrong === undefined ? [] : [finding(`${functionName} of ${place} failed on the twin: ${wrong}.`)],
    ),
    ...result.loads
      .filter((load) => isShown(load) && !isConstant(load))
      .map(({ functionName, parents, statements }) =>
        finding(
          `${functionName} of ${place} took ${statements.join(' and ')} statements for ${parents.join(' and ')} parents.`,
        ),
      ),
  ];
}
