/** Before the agent ends: reminds it once of requirements that a report of this session left without a proof. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readInput, textOf } from './input.mjs';

/** Where reports stand below the project: `dbd-KAN-29/`, `changes/<change>/`. */
const depth = 3;
/** Folders that hold no reports, and largest report in bytes. */
const skipped = /^(?:node_modules|\.git|dist|build|target|vendor)$/;
const largest = 32 * 1024 ** 2;
/** How long a session is taken to have lasted when its transcript does not tell, milliseconds. */
const usual = 8 * 3600 * 1000;

const input = await readInput();
if (input.stop_hook_active !== true) remind(reports(textOf(input.cwd) || process.cwd(), began(input), depth));

function began({ transcript_path }) {
  try {
    const { birthtimeMs, ctimeMs } = statSync(textOf(transcript_path));
    return birthtimeMs || ctimeMs;
  } catch {
    return Date.now() - usual;
  }
}

function reports(folder, since, left) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return left > 0 && !skipped.test(entry.name) ? reports(path, since, left - 1) : [];
    if (entry.name !== 'report.json' || !entry.isFile()) return [];
    const found = openIn(path, since);
    return found ? [{ folder: cleaned(folder.split(/[\\/]/).at(-1)), ...found }] : [];
  });
}

/** Ids of what is open; the sentences of claims come from a tracker, so none of them is repeated. */
function openIn(path, since) {
  try {
    const { size, mtimeMs } = statSync(path);
    if (mtimeMs < since || size > largest) return undefined;
    const { schema, claims } = JSON.parse(readFileSync(path, 'utf8'));
    if (schema !== 'dbd.report/1' || !Array.isArray(claims)) return undefined;
    const ids = (verdict) =>
      claims
        .filter((claim) => claim?.kind !== 'checklist' && claim?.verdict === verdict)
        .map(({ id }) => cleaned(textOf(id)));
    const [missed, open] = [ids('missed'), ids('not-proven')];
    return missed.length + open.length > 0 ? { missed, open } : undefined;
  } catch {
    return undefined;
  }
}

function remind(found) {
  if (found.length === 0) return;
  const lines = found
    .slice(0, 5)
    .map(({ folder, missed, open }) =>
      [
        `${folder}:`,
        missed.length > 0 ? `missed ${missed.slice(0, 20).join(', ')};` : '',
        open.length > 0 ? `not proven ${open.slice(0, 20).join(', ')}` : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
    );
  process.stdout.write(
    JSON.stringify({
      decision: 'block',
      reason: `Some requirements have no proof. ${lines.join(' ')} Prove them if you can without weakening a requirement; otherwise name each of them to the person as open, with the reason that the report gives.`,
    }),
  );
}

function cleaned(text) {
  return text.replaceAll(/[^\w.-]+/g, '_').slice(0, 60);
}
