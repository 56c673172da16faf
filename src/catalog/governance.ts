/** Facts about data that its people answer for, kept at the end of a comment: `Address [class: personal; readers: app] (KAN-29 P1)`. */

/** What a comment of a table or a column says beside its sentence. */
export interface Governance {
  /** `public`, `internal`, `personal` … */
  readonly class?: string;
  /** Team or person who answers for it. */
  readonly owner?: string;
  /** What it is kept for. */
  readonly purpose?: string;
  /** How long it is kept, and what happens then: `6 months, then delete`. */
  readonly retention?: string;
  /** Roles that may read it, and nobody else. */
  readonly readers?: readonly string[];
}

/** A comment taken apart; `sentence` and `cites` are empty when there is none. */
export interface GovernedComment {
  readonly sentence: string;
  readonly facts: Governance;
  /** Task and claims between round brackets at the end: `KAN-29 P1`. */
  readonly cites: string;
}

const keys = ['class', 'owner', 'purpose', 'retention', 'readers'] as const;

/** Text in square brackets, with escaped brackets inside, and perhaps what it cites, at the end of a comment. */
const tail = /^(?<sentence>[\s\S]*?)\s*\[(?<facts>(?:[^\\[\]]|\\[\s\S])*)\](?:\s*\((?<cites>[^()]*)\))?\s*$/;

/** Reads a comment; brackets that hold anything but known facts belong to the sentence. */
export function readGovernance(comment: string | undefined): GovernedComment {
  const whole: GovernedComment = { sentence: comment?.trim() ?? '', facts: {}, cites: '' };
  const found = comment === undefined ? undefined : tail.exec(comment)?.groups;
  if (!found) return whole;
  const facts: Record<string, string | readonly string[]> = {};
  for (const part of split(found['facts']!, ';')) {
    const at = part.indexOf(':');
    const key = keys.find((each) => at > 0 && each === part.slice(0, at).trim());
    const value = part.slice(at + 1).trim();
    if (key === undefined || value === '' || key in facts) return whole;
    facts[key] =
      key === 'readers'
        ? split(value, ',')
            .map((reader) => plain(reader.trim()))
            .filter((reader) => reader !== '')
        : plain(value);
  }
  return { sentence: found['sentence']!.trim(), facts, cites: found['cites']?.trim() ?? '' };
}

/** Writes a comment that {@link readGovernance} reads back; without facts there are no brackets. */
export function writeGovernance({
  sentence,
  facts,
  cites,
}: {
  readonly sentence: string;
  readonly facts: Governance;
  readonly cites?: string;
}): string {
  const parts = keys.flatMap((key) => {
    const value = facts[key];
    if (value === undefined || value.length === 0) return [];
    const text = typeof value === 'string' ? escaped(value) : value.map(escapedReader).join(', ');
    return text === '' ? [] : [`${key}: ${text}`];
  });
  return [
    sentence.trim(),
    ...(parts.length > 0 ? [`[${parts.join('; ')}]`] : []),
    ...(cites === undefined || cites === '' ? [] : [`(${cites})`]),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function escaped(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\[\];]/g, (letter) => `\\${letter}`);
}

function escapedReader(role: string): string {
  return role.replaceAll(/[\\[\];,]/g, (letter) => `\\${letter}`);
}

function plain(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, '$1');
}

/** Parts between separators that are not escaped. */
function split(text: string, separator: string): readonly string[] {
  const parts: string[] = [''];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (letter === separator) parts.push('');
    else if (letter === '\\') parts[parts.length - 1] += letter + (text[++at] ?? '');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
