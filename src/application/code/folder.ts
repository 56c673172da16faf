/** Files that every mapper's folder has. */
import type { CodeFile, Models } from '../model.ts';
import { doc } from './typescript.ts';
import { enumerationsFile } from './rows.ts';
import { specificationFile } from './specification.ts';

/** `specification.ts`, and `enumerations.ts` where the database has enums. */
export function sharedFiles(models: Models): readonly CodeFile[] {
  const enumerations = enumerationsFile(models);
  return [
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
