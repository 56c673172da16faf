/** Habits of tables that words of a text ask for: history, states, trees, tenants, versions, messages. */

export interface Traits {
  readonly history?: 'audit' | 'soft-delete' | 'temporal';
  /** States in their order; empty when the text speaks of states and names none. */
  readonly states?: readonly string[];
  /** The field that holds them: `status`. */
  readonly stateField?: string;
  readonly tree?: 'adjacency' | 'closure';
  /** The word for a tenant: `organisation`. */
  readonly tenant?: string;
  readonly optimistic: boolean;
  readonly outbox: boolean;
  /** Rows come as a stream of measurements. */
  readonly series: boolean;
  readonly many: boolean;
}

/** Reads the habits out of a flat text. */
export function traitsIn(text: string): Traits {
  const has = (pattern: RegExp): boolean => pattern.test(text);
  // A title such as "Audit log" names the thing itself, which needs no history of its own.
  const body = text.slice(text.indexOf('\n') + 1);
  const history =
    /\baudit(?:ed|ing)?\s+(?:trail|log|history)|\baudit(?:ed|able)\b|\bwho (?:has )?changed\b|\bhistory of (?:all |every |the )?changes|\bchange (?:log|history)\b/i.test(
      body,
    )
      ? 'audit'
      : has(
            /\bsoft[- ]?delet|\bundelete|\brestor(?:e|ed|ing) deleted|\bdeleted .{0,40}\brestor|\brecycle bin|\btrash\b/i,
          )
        ? 'soft-delete'
        : has(
              /\bvalid (?:from|until|to)\b|\beffective (?:date|from)\b|\b(?:price|rate) history\b|\bas of (?:a|any) (?:date|day)|\bwas valid\b/i,
            )
          ? 'temporal'
          : undefined;
  const tree = has(
    /\b(?:all|whole|entire) (?:descendants|ancestors|subtree|sub-tree)|\bdescendants\b|\bancestors\b/i,
  )
    ? 'closure'
    : has(
          /\bhierarch|\bnested\b|\bparent (?:of|category|item|comment|folder)|\bsub-?(?:categor|folder|task|item)|\bthreaded\b|\brepl(?:y|ies) to\b|\btree\b/i,
        )
      ? 'adjacency'
      : undefined;
  const tenant =
    /\bmulti-?tenant|\btenants?\b|\b(?:each|every|per) (organi[sz]ation|company|workspace|tenant|merchant|clinic)\b/i.exec(
      text,
    );
  const states = statesIn(text);
  return {
    ...(history === undefined ? {} : { history }),
    ...(tree === undefined ? {} : { tree }),
    ...(tenant ? { tenant: (tenant[1] ?? 'tenant').toLowerCase() } : {}),
    ...states,
    optimistic: has(
      /\boptimistic|\blost updates?|\boverwrit(?:e|es|ing) each other|\b(?:two|several) (?:people|users|editors) .{0,40}\bat the same time|\bconcurrent edit/i,
    ),
    outbox: has(
      /\boutbox|\b(?:publish|send|emit)(?:es|s|ed)? .{0,30}\bevents?\b|\bkafka\b|\bmessage (?:queue|broker)|\bwebhooks?\b/i,
    ),
    series: has(/\bsensors?\b|\btime[- ]series|\bmeasurements?\b|\btelemetry|\breadings?\b/i),
    many: has(/\bmany[- ]to[- ]many|\bbelongs? to (?:many|several|more than one|multiple)/i),
  };
}

function statesIn(text: string): Pick<Traits, 'states' | 'stateField'> {
  const named =
    /\b(status|state|stage|phase)\b(?:es|s)?[^.;\n(]{0,30}?(?:\(|:|\bis\b|\bare\b|\bcan be\b|\bone of\b)\s*(?:one of\s+)?([a-z][^.;)\n]{3,120})/i.exec(
      text,
    );
  const listed = wordsOf(named?.[2]);
  if (named && listed.length >= 2) return { states: listed, stateField: named[1]!.toLowerCase() };
  const moved =
    wordsOf(/\b([a-z_]+(?:\s*(?:→|->|=>)\s*[a-z_]+)+)/i.exec(text)?.[1]).length >= 2
      ? wordsOf(/\b([a-z_]+(?:\s*(?:→|->|=>)\s*[a-z_]+)+)/i.exec(text)?.[1])
      : wordsOf(
          /\b(?:goes|moves?|changes?|passes)\s+from\s+([a-z]+(?:\s+(?:to|then|and then|,)\s+(?:to\s+)?[a-z]+)+)/i.exec(
            text,
          )?.[1],
        );
  if (moved.length >= 2) return { states: moved, stateField: 'status' };
  const spoken = /\b(status|state|stage|workflow|lifecycle|approved|approval)\b/i.exec(text);
  return spoken
    ? { states: [], stateField: /status|state|stage/i.test(spoken[1]!) ? spoken[1]!.toLowerCase() : 'status' }
    : {};
}

/** `open, paid or sent` → the three words; nothing when a part is no plain word. */
function wordsOf(list: string | undefined): readonly string[] {
  if (list === undefined) return [];
  const parts = list
    .split(/,|\/|\||→|->|=>|\bor\b|\band then\b|\band\b|\bthen\b|\bto\b/i)
    .map((part) =>
      part
        .trim()
        .replaceAll(/[`'"]/g, '')
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_'),
    )
    .filter((part) => part !== '');
  return parts.length <= 12 &&
    parts.every((part) => /^[a-z][a-z_]{1,24}$/.test(part) && part.split('_').length <= 2)
    ? [...new Set(parts)]
    : [];
}
