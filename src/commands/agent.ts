/** Which agent runs the command line, as far as its environment tells. */

/** Variables that agents set for the commands they run, and what the agent is called; those that also stand in a person's terminal are left out. */
const marks: readonly (readonly [variable: string, name: string])[] = [
  ['CLAUDECODE', 'Claude Code'],
  ['CURSOR_AGENT', 'Cursor'],
  ['CURSOR_SANDBOX', 'Cursor'],
  ['CODEX_SANDBOX', 'Codex'],
  ['CODEX_SANDBOX_NETWORK_DISABLED', 'Codex'],
  ['CODEX_THREAD_ID', 'Codex'],
  ['CODEX_CI', 'Codex'],
  ['GEMINI_CLI', 'Gemini CLI'],
  ['QWEN_CODE', 'Qwen Code'],
  ['COPILOT_CLI', 'Copilot'],
  ['COPILOT_AGENT', 'Copilot'],
  ['OPENCODE', 'OpenCode'],
  ['OPENCODE_CLIENT', 'OpenCode'],
  ['AUGMENT_AGENT', 'Augment'],
  ['ANTIGRAVITY_AGENT', 'Antigravity'],
  ['CLINE_ACTIVE', 'Cline'],
  ['GOOSE_TERMINAL', 'Goose'],
];

/** Names that `AGENT` is known to hold; it means other things elsewhere. */
const generic: Readonly<Record<string, string>> = { amp: 'Amp', goose: 'Goose' };

/** Every variable that is looked at. */
export const agentVariables: readonly string[] = [
  'AI_AGENT',
  'AGENT',
  ...marks.map(([variable]) => variable),
];

/**
 * Name of the agent around the command line, or nothing when a person seems to be there. A hint and no barrier: whoever runs a command can
 * also unset a variable.
 */
export function agentOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const told = named(env['AI_AGENT']);
  if (told !== undefined) return told;
  const mark = marks.find(([variable]) => isOn(env[variable]));
  if (mark) return mark[1];
  const word = env['AGENT']?.trim().toLowerCase() ?? '';
  return Object.hasOwn(generic, word) ? generic[word] : undefined;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.trim().toLowerCase());
}

/** `AI_AGENT` holds the name itself, or only says yes. */
function named(value: string | undefined): string | undefined {
  if (!isOn(value)) return undefined;
  const text = value!
    .replaceAll(/[^\p{L}\p{N} ._/@-]+/gu, ' ')
    .trim()
    .slice(0, 40);
  return ['', '1', 'true', 'yes', 'on'].includes(text.toLowerCase()) ? 'an agent' : text;
}
