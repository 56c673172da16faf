/** Two observations, fact by fact. */
import type { Observation, WitnessDifference } from '../../../engine/model.ts';
import { byText } from './words.ts';

const order = 'pg_attribute.attnum';

/** Every fact that differs, by path; parts of an object that one side lacks are told with it. */
export function compare(before: Observation, after: Observation): readonly WitnessDifference[] {
  const unread = new Set([...before.unread, ...after.unread]);
  const isRead = (fact: string): boolean =>
    !unread.has(fact) && !unread.has(fact.slice(0, fact.indexOf('.')));
  const found: WitnessDifference[] = [];
  let missing: string | undefined;
  for (const path of [...new Set([...before.objects.keys(), ...after.objects.keys()])].toSorted(byText)) {
    if (missing !== undefined && path.startsWith(missing)) continue;
    const [was, is] = [before.objects.get(path), after.objects.get(path)];
    if (!was || !is) {
      if (unread.size > 0 && Object.keys(was ?? is!).every((fact) => !isRead(fact))) continue;
      missing = `${path} `;
      found.push({ path, fact: 'exists', ...(was ? { before: 'yes' } : { after: 'yes' }) });
      continue;
    }
    for (const fact of [...new Set([...Object.keys(was), ...Object.keys(is)])].toSorted(byText)) {
      if (was[fact] === is[fact] || !isRead(fact)) continue;
      if (fact === order && !ordersDiffer(was[fact], is[fact])) continue;
      found.push({
        path,
        fact,
        ...(was[fact] === undefined ? {} : { before: was[fact] }),
        ...(is[fact] === undefined ? {} : { after: is[fact] }),
        ...(fact === order ? { order: true as const } : {}),
      });
    }
  }
  return found;
}

/** Columns that one side lacks are a difference of their own. */
function ordersDiffer(before = '', after = ''): boolean {
  const [was, is] = [columnsIn(before), columnsIn(after)];
  const [here, there] = [new Set(was), new Set(is)];
  const common = was.filter((name) => there.has(name));
  const other = is.filter((name) => here.has(name));
  return common.some((name, at) => name !== other[at]);
}

function columnsIn(text: string): readonly string[] {
  return text.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? [];
}
