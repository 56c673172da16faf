import { expect, test } from 'vitest';
import { agentOf } from './agent.ts';

test.each([
  [{ CLAUDECODE: '1' }, 'Claude Code'],
  [{ CURSOR_AGENT: '1' }, 'Cursor'],
  [{ CODEX_SANDBOX: 'seatbelt' }, 'Codex'],
  [{ CODEX_THREAD_ID: '0199-ab' }, 'Codex'],
  [{ GEMINI_CLI: '1' }, 'Gemini CLI'],
  [{ AI_AGENT: 'claude-code/2.1' }, 'claude-code/2.1'],
  [{ AI_AGENT: '1', CLAUDECODE: '1' }, 'an agent'],
  [{ AI_AGENT: '\u001b[31m' }, '31m'],
  [{ AI_AGENT: '\u0007' }, 'an agent'],
  [{ AI_AGENT: 'x'.repeat(500) }, 'x'.repeat(40)],
  [{ AGENT: 'goose' }, 'Goose'],
])('%j tells of %s', (env, name) => {
  expect(agentOf(env)).toBe(name);
});

test.each([
  [{}],
  [{ CLAUDECODE: '' }],
  [{ CLAUDECODE: '0' }],
  [{ AI_AGENT: 'false' }],
  [{ AGENT: 'jenkins-7' }],
  [{ AGENT: 'constructor' }],
  [{ CURSOR_TRACE_ID: 'a terminal of the editor', TERM_PROGRAM: 'vscode' }],
])('%j tells of a person', (env) => {
  expect(agentOf(env)).toBeUndefined();
});
