/** What all hooks share: reading the call from standard input, and answering it. */

/** The call as an object; an empty one when it cannot be read, so that a hook never stands in the way by mistake. */
export async function readInput() {
  try {
    const parts = [];
    for await (const part of process.stdin) parts.push(part);
    const value = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}

/** Says whether a tool may run: `ask` a person, or `deny`. */
export function decide(permissionDecision, permissionDecisionReason) {
  process.stdout.write(
    JSON.stringify({
      hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision, permissionDecisionReason },
    }),
  );
}

/** A field as text. */
export function textOf(value) {
  return typeof value === 'string' ? value : '';
}
