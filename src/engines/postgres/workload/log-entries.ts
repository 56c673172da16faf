/** Entries of a server's log in its three forms (manual, 19.8): text with any prefix, CSV, and one JSON object per line. */
import { longestLine, type LogLine } from './log-lines.ts';

export interface LogEntry {
  /** Main text, its further lines without the tab that the log puts before them. */
  readonly message: string;
  readonly detail?: string;
  readonly database?: string;
  /** Numbers that may be the id of the statement's counter. */
  readonly ids: readonly string[];
}

export type Broken = 'cut' | 'too long';

/** Longest entry of several lines, characters. */
const longestEntry = 4 * longestLine;

/** Entries in order; what is damaged comes as one word. The form is told by the first line that is not blank. */
export async function* entriesOf(lines: AsyncIterable<LogLine>): AsyncGenerator<LogEntry | Broken> {
  let reader: Reader | undefined;
  for await (const { text } of lines) {
    if (text === undefined) {
      yield* reader?.end() ?? [];
      yield 'too long';
      continue;
    }
    if (reader === undefined && text.trim() === '') continue;
    reader ??= text.trimStart().startsWith('{')
      ? jsonReader()
      : csvStart.test(text)
        ? csvReader()
        : textReader();
    yield* reader.line(text);
  }
  yield* reader?.end() ?? [];
}

interface Reader {
  line(text: string): readonly (LogEntry | Broken)[];
  end(): readonly (LogEntry | Broken)[];
}

function jsonReader(): Reader {
  return {
    line(text) {
      if (text.trim() === '') return [];
      try {
        const read = JSON.parse(text) as Readonly<Record<string, unknown>>;
        const { message, detail, dbname, query_id: id } = read;
        if (typeof message !== 'string') return [];
        return [
          {
            message,
            ...(typeof detail === 'string' ? { detail } : {}),
            ...(typeof dbname === 'string' ? { database: dbname } : {}),
            // An id above 2^53 loses its last digits as a number: it is taken from the text.
            ids:
              id === undefined ? [] : ([/"query_id":\s*(-?\d+)/.exec(text)?.[1]].filter(Boolean) as string[]),
          },
        ];
      } catch {
        return ['cut'];
      }
    },
    end: () => [],
  };
}

/** Time, zone, user, database. */
const csvStart =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [^,"]+,(?:"(?:[^"]|"")*"|[^,"]*),(?:"(?:[^"]|"")*"|[^,"]*),\d*,/;

function csvReader(): Reader {
  let open = '';
  const give = (record: string): readonly (LogEntry | Broken)[] => {
    const fields = csvFields(record);
    if (fields.length < 20) return ['cut'];
    const [database, message, detail, id] = [fields[2]!, fields[13]!, fields[14]!, fields[25] ?? ''];
    return [
      {
        message,
        ...(detail === '' ? {} : { detail }),
        ...(database === '' ? {} : { database }),
        ids: id === '' || id === '0' ? [] : [id],
      },
    ];
  };
  return {
    line(text) {
      if (open === '') {
        if (text === '') return [];
        if (balanced(text)) return give(text);
        open = text;
        return [];
      }
      // A record whose end was lost would swallow all that follow: a beginning that is whole by itself starts anew.
      if (csvStart.test(text) && balanced(text) && csvFields(text).length >= 20) {
        open = '';
        return ['cut', ...give(text)];
      }
      open += `\n${text}`;
      if (open.length > longestEntry) {
        open = '';
        return ['too long'];
      }
      if (!balanced(open)) return [];
      const record = open;
      open = '';
      return give(record);
    },
    end() {
      const cut = open !== '';
      open = '';
      return cut ? ['cut'] : [];
    },
  };
}

function balanced(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 0;
}

function csvFields(record: string): readonly string[] {
  return [...record.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

const severity =
  /^(.*?)\b(DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT|BACKTRACE): {1,2}(.*)$/;
const parts = new Set(['DETAIL', 'HINT', 'QUERY', 'CONTEXT', 'LOCATION', 'STATEMENT', 'BACKTRACE']);
/** What syslog puts before each line: its own header and the number of the entry and of the line. */
const syslog = /^.*?\[\d+\]: \[\d+-(\d+)\] ?/;

function textReader(): Reader {
  let message: string[] | undefined;
  let detail: string[] | undefined;
  let current: string[] | undefined;
  let size = 0;
  let ids: readonly string[] = [];
  const end = (): readonly (LogEntry | Broken)[] => {
    if (!message) return [];
    const entry: LogEntry | Broken =
      size > longestEntry
        ? 'too long'
        : { message: message.join('\n'), ...(detail ? { detail: detail.join('\n') } : {}), ids };
    message = undefined;
    detail = undefined;
    current = undefined;
    return [entry];
  };
  const more = (text: string): void => {
    size += text.length + 1;
    if (size <= longestEntry) current?.push(text);
  };
  return {
    line(raw) {
      const [head, number] = syslog.exec(raw) ?? [];
      const text = head === undefined ? raw : raw.slice(head.length).replace(/^#011/, '\t');
      if (text.startsWith('\t')) {
        more(text.slice(1).replaceAll('#011', head === undefined ? '#011' : '\t'));
        return [];
      }
      const [, prefix = '', word = '', rest = ''] = severity.exec(text) ?? [];
      if (word === '') {
        if (head === undefined || Number(number) > 1) more(text);
        return [];
      }
      if (parts.has(word)) {
        current = word === 'DETAIL' ? (detail = [rest]) : [];
        size += rest.length;
        return [];
      }
      const done = end();
      message = [rest];
      current = message;
      size = rest.length;
      ids = [...prefix.matchAll(/(?<![\d.:-])-?\d{9,20}(?![\d.:-])/g)].map(([id]) => id);
      return done;
    },
    end,
  };
}
