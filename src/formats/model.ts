/** Migrations of any tool as parts of SQL, with the way back into their files. */

/** A file as it was read, without its byte order mark. */
export interface SourceFile {
  /** As it was given or found, for people. */
  readonly path: string;
  readonly text: string;
}

/** A piece of SQL of a file. */
export interface Part {
  readonly sql: string;
  /** Offset in the file's text, in characters, of the first character. */
  readonly from: number;
  /** Path of its file when it is not the migration's own: scripts of the way back. */
  readonly file?: string;
  /** Offset of each character, where escapes make the text shorter than its source. */
  readonly positions?: readonly number[];
  /** The tool hands it to the server in one piece: several statements are one transaction then, whatever the file says. */
  readonly whole?: true;
}

/** One step of a tool's history. */
export interface Migration {
  /** As the tool counts it: version, changeset, folder. */
  readonly id: string;
  readonly file: string;
  /** Place among the others: equal texts are in any order. */
  readonly order: string;
  readonly up: readonly Part[];
  readonly down: readonly Part[];
  /** The tool runs `up` in one transaction. */
  readonly transaction: boolean;
  /** The same of `down`, where the tool lets them differ. */
  readonly transactionBack?: boolean;
  /** It opens none where the migration is one statement, or where none of its statements may be inside one. */
  readonly aloneOutside?: 'one statement' | 'all statements';
  /** What of the file could not be read, each with its offset. */
  readonly unread: readonly { readonly at: number; readonly what: string }[];
}

/** What a tool's files look like. */
export interface Format {
  readonly name: string;
  readonly title: string;
  /** Whether a file is this tool's; `beside` are all paths that were found together. */
  claims(file: SourceFile, beside: ReadonlySet<string>): boolean;
  read(file: SourceFile, beside: ReadonlyMap<string, SourceFile>): readonly Migration[];
}

/** What was read from files and folders. */
export interface Read {
  /** Names of formats with the number of their files. */
  readonly formats: Readonly<Record<string, number>>;
  readonly migrations: readonly Migration[];
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Files that were left alone, each with the reason. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}
