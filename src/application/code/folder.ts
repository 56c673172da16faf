/** The files of a mapper's folder, of which most are the same for all. */
import type { CodeFile, Models } from '../model.ts';
import { repositoryFile, type RepositoryOptions } from './repository.ts';
import { enumerationsFile } from './rows.ts';
import { specificationFile } from './specification.ts';
import { doc } from './typescript.ts';
import { unitOfWorkFile, type TransactionText } from './unit-of-work.ts';
import { valuesFile, type Clock } from './values.ts';

/** What one mapper's folder holds beside the files that are the same for all. */
export interface Folder extends RepositoryOptions {
  readonly connect: string;
  /** File of the structure: `schema.ts`, or a schema in the mapper's own language. */
  readonly schema: CodeFile;
  readonly records: string;
  readonly transaction: TransactionText;
  /** Which midnight the driver makes of a day. */
  readonly clock: Clock;
  /** Whether the driver hands over JSON as text; parsed unless told otherwise. */
  readonly json?: 'text' | 'parsed';
}

/** How a mapper sends the statements of `repository.ts`. */
export const statementNotes = {
  prepared: 'Each statement stays prepared in its session under its name.',
  sent: 'Each statement is sent as it stands here, its values as parameters.',
} as const;

/** All files of a mapper's folder, in the order in which they are read. */
export function folderOf(models: Models, folder: Folder): readonly CodeFile[] {
  const enumerations = enumerationsFile(models);
  return [
    { path: 'connect.ts', text: folder.connect },
    folder.schema,
    { path: 'records.ts', text: folder.records },
    { path: 'repository.ts', text: repositoryFile(models, folder) },
    { path: 'unit-of-work.ts', text: unitOfWorkFile(folder.transaction) },
    { path: 'values.ts', text: valuesFile(folder.bigintAs, folder.clock, folder.json) },
    { path: 'specification.ts', text: specificationFile() },
    ...(enumerations === undefined ? [] : [{ path: 'enumerations.ts', text: enumerations }]),
  ];
}

/** Types that every `connect.ts` exports. */
export const connectionTypes: readonly string[] = [
  ...doc('A statement as the server prepares it, with the kinds of its result columns.'),
  'export interface Statement {',
  '  readonly name: string;',
  '  readonly text: string;',
  '  readonly columns: { readonly [name: string]: string };',
  '}',
  '',
  'export interface Connection {',
  '  readonly db: Db;',
  '  close(): Promise<void>;',
  '}',
  '',
  'export interface Answer {',
  '  readonly rows: readonly Readonly<Record<string, unknown>>[];',
  ...doc('Rows returned or affected.', '  '),
  '  readonly count: number;',
  '}',
  '',
];
