/** Where plans begin in a text. */
import { isRecord, type PlanDocument } from './document.ts';
import { withoutFrame } from './frame.ts';
import { readJson } from './json.ts';
import { lacks } from './text-defaults.ts';
import { isRoot, readText } from './text.ts';
import { readYaml } from './yaml.ts';

/** Every plan of a text, in its order. */
export function documentsOf(text: string): readonly PlanDocument[] {
  const bare = withoutFrame(text);
  const spans = jsonSpans(bare);
  const found: PlanDocument[] = [];
  let from = 0;
  for (const { start, end, documents } of spans) {
    found.push(...lineDocuments(bare.slice(from, start)), ...documents);
    from = end;
  }
  return [...found, ...lineDocuments(bare.slice(from))];
}

const jsonStart =
  /(?:\[\s*)?\{\s*"(?:Plan|Query Text|Query Identifier|Query Parameters|Planning|Planning Time|Settings|Node Type)"\s*:/g;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly documents: readonly PlanDocument[];
}

function jsonSpans(text: string): readonly Span[] {
  const found: Span[] = [];
  let from = 0;
  for (;;) {
    jsonStart.lastIndex = from;
    const start = jsonStart.exec(text);
    if (start === null) return found;
    const read = readJson(text, start.index);
    from = read?.end ?? start.index + start[0].length;
    if (read === undefined) continue;
    const tops = (Array.isArray(read.value) ? read.value : [read.value]).filter(isRecord);
    const took = tookBefore(text.slice(Math.max(0, start.index - 200), start.index));
    const documents = tops.map((top, i) => ({
      format: 'json' as const,
      top: {
        ...took,
        ...(top['Plan'] === undefined && top['Node Type'] !== undefined ? { Plan: top } : top),
      },
      cut: read.cut && i === tops.length - 1,
      unplaced: [],
    }));
    found.push({ start: start.index, end: read.end, documents });
  }
}

const logged = /\bduration: ([\d.]+) ms\s+plan:\s*$/;
/** A line of the log that is not of the plan before it. */
const logLine =
  /^\S.*\b(?:LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG\d?|STATEMENT|DETAIL|HINT|CONTEXT): /;
const rowCount = /^\s*\(\d+ rows?\)\s*$/;
const yamlStart = /^(?:- )?(?:Plan:\s*$|(?:Query Text|Query Parameters|Query Identifier|Planning Time): )/;

/** What auto_explain says before the plan: how long the statement took. */
function tookBefore(text: string): Readonly<Record<string, unknown>> {
  const found = logged.exec(text.trimEnd());
  return found === null ? {} : { 'Execution Time': Number(found[1]) };
}

/** Plans as YAML and as text; both end where something else begins. */
function lineDocuments(text: string): readonly PlanDocument[] {
  const lines = text.split('\n').map((line) => line.replaceAll('\t', '        '));
  const costs = lines.some((line) => isRoot(line, true));
  const found: PlanDocument[] = [];
  let took: Readonly<Record<string, unknown>> = {};
  let query: string[] | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (logged.test(line.trimEnd())) {
      took = tookBefore(line);
      query = undefined;
    } else if (yamlStart.test(line.trim()) && isYaml(lines, at)) {
      const end = endOf(lines, at, (one) => yamlEnds(one));
      found.push(yamlDocument(lines.slice(at, end), took));
      at = end - 1;
      took = {};
    } else if (isRoot(line, costs)) {
      const end = endOf(lines, at, (one) => isRoot(one, costs) && (costs || !one.startsWith(' ')));
      const read = readText(lines.slice(at, end));
      const text = query?.join('\n').trim();
      found.push({ ...read, top: { ...took, ...(text ? { 'Query Text': text } : {}), ...read.top } });
      at = end - 1;
      took = {};
      query = undefined;
    } else if (/^\s*Query Text: /.test(line)) query = [line.replace(/^\s*Query Text: /, '')];
    else if (/^\s*Query (Parameters|Identifier): /.test(line)) continue;
    else query?.push(line.trim());
  }
  return found;
}

function endOf(lines: readonly string[], from: number, begins: (line: string) => boolean): number {
  const end = lines.findIndex(
    (line, i) => i > from && (begins(line) || logLine.test(line) || rowCount.test(line)),
  );
  return end < 0 ? lines.length : end;
}

/** `Query Text:` begins the text form of a log too: of YAML is what has `Plan:` on a line soon. */
function isYaml(lines: readonly string[], at: number): boolean {
  const near = lines.slice(at, at + 8);
  return near.some(
    (line, i) => /^(?:- )?Plan:$/.test(line.trim()) && /^(?:- )?Node Type:/.test(near[i + 1]?.trim() ?? ''),
  );
}

function yamlEnds(line: string): boolean {
  return /^- Plan:\s*$/.test(line.trim());
}

function yamlDocument(lines: readonly string[], took: Readonly<Record<string, unknown>>): PlanDocument {
  const { value, cut } = readYaml(lines);
  const top = Array.isArray(value) ? (value as readonly unknown[])[0] : value;
  const fields = isRecord(top) ? top : {};
  const plan = fields['Plan'];
  return {
    format: 'yaml',
    top: { ...took, ...fields },
    cut: cut || (isRecord(plan) && lacks(plan)),
    unplaced: [],
  };
}
