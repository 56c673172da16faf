import { fail } from '../../../base/error.ts';
import { allSections } from './all-sections.ts';
import type { Recording, Row } from './model.ts';
import { ANSWERS } from './probes/answers.ts';
import { SETTINGS } from './sections/settings.ts';
import { scriptForm } from './script.ts';

const again = 'Run the script again with psql and -o snapshot.txt, and give the whole file.';

/** The rows in a script's output; throws `snapshot.invalid` when it is cut off, changed, of another form or something else. */
export function parseScript(text: string): Recording {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith('# dbd snapshot, form '));
  if (start < 0) refuse('The file is not the output of the snapshot script.');
  if (lines[start] !== `# dbd snapshot, form ${scriptForm}`)
    refuse(
      'The output comes from a script of another version of dbd.',
      'Print the script anew with `dbd snapshot --script`.',
    );
  const rows = new Map<string, readonly Row[]>();
  const failed = new Map<string, string>();
  let at = start + 1;
  for (; at < lines.length && !lines[at]!.startsWith('# end of '); at += 1) {
    const line = lines[at]!;
    if (line === '') continue;
    const name =
      /^# section (\S+)$/.exec(line)?.[1] ??
      refuse(`Line ${at + 1} of the output is not what the script prints.`);
    if (rows.has(name) || failed.has(name)) refuse(`The output holds the section ${name} twice.`);
    const found: Row[] = [];
    for (at += 1; lines[at]?.startsWith('{'); at += 1) found.push(parsed(lines[at]!, at));
    const said = lines[at] ?? refuse(`The output ends in the middle of the section ${name}.`);
    if (said.startsWith('# failed ')) failed.set(name, said.slice('# failed '.length));
    else if (
      (said === '# answers' && name === ANSWERS.name) ||
      said === `# rows ${found.length}` ||
      (said === '# skipped' && found.length === 0)
    )
      rows.set(name, found);
    else refuse(`The section ${name} of the output is cut off or was changed.`);
  }
  const wanted = [SETTINGS, ...allSections];
  if (lines[at] === undefined) refuse('The output is cut off: its end is missing.');
  if (lines.slice(at + 1).some((line) => line.startsWith('# dbd snapshot')))
    refuse('The file holds two outputs.');
  const probes = rows.has('probes') || failed.has('probes') ? [{ name: ANSWERS.name }] : [];
  const missing = [...wanted, ...probes].find(({ name }) => !rows.has(name) && !failed.has(name));
  if (missing || lines[at] !== `# end of ${rows.size + failed.size} sections`)
    refuse(
      `The output lacks ${missing ? `the section ${missing.name}` : 'sections'}: the script was changed, or is of another version of dbd.`,
    );
  return { how: 'script', rows, failed };
}

function parsed(line: string, at: number): Row {
  try {
    return JSON.parse(line) as Row;
  } catch (cause) {
    return fail('snapshot.invalid', `Line ${at + 1} of the output is damaged.`, { hint: again, cause });
  }
}

function refuse(message: string, hint = again): never {
  return fail('snapshot.invalid', message, { hint });
}
