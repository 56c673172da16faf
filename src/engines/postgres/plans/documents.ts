/** Where plans begin in a text. */
import { isRecord, type PlanDocument } from './document.ts';
import { withoutFrame } from './frame.ts';
import { readJson } from './json.ts';

/** Every plan of a text, in its order. */
export function documentsOf(text: string): readonly PlanDocument[] {
  return jsonDocuments(withoutFrame(text));
}

const jsonStart =
  /(?:\[\s*)?\{\s*"(?:Plan|Query Text|Query Identifier|Query Parameters|Planning|Planning Time|Settings|Node Type)"\s*:/g;

function jsonDocuments(text: string): readonly PlanDocument[] {
  const found: PlanDocument[] = [];
  let from = 0;
  for (;;) {
    jsonStart.lastIndex = from;
    const start = jsonStart.exec(text);
    if (start === null) return found;
    const read = readJson(text, start.index);
    from = read?.end ?? start.index + 1;
    if (read === undefined) continue;
    const tops = (Array.isArray(read.value) ? read.value : [read.value]).filter(isRecord);
    for (const [i, top] of tops.entries())
      found.push({
        format: 'json',
        top: top['Plan'] === undefined && top['Node Type'] !== undefined ? { Plan: top } : top,
        cut: read.cut && i === tops.length - 1,
        unplaced: [],
      });
  }
}
