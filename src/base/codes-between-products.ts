/** Error codes of what lies between dbd and others: trackers, models, agents, git. */
import type { CodeEntry } from './code.ts';

/** These codes with their explanations; a part of the table of codes. */
export const codesBetweenProducts = {
  'tracker.not-configured': {
    exit: 'usage',
    explain:
      'The task was given as a key, but dbd.config.yaml names no Jira site, or the token is not in the environment.',
  },
  'tracker.denied': {
    exit: 'environment',
    explain:
      'Jira did not accept the e-mail and token, or they may not see this: expired, mistyped, or a scoped token without the scope.',
  },
  'tracker.missing': {
    exit: 'usage',
    explain: 'Jira has no such issue, or the account may not see it; Jira answers the same in both cases.',
  },
  'tracker.refused': {
    exit: 'environment',
    explain: 'Jira rejected the request; its own message is shown.',
  },
  'tracker.busy': {
    exit: 'environment',
    explain: 'Jira limits the rate of requests or is not available; it was asked up to four times.',
  },
  'tracker.unreachable': {
    exit: 'environment',
    explain: 'The address of Jira could not be reached: name, network, certificate or time limit.',
  },
  'tracker.answer': {
    exit: 'environment',
    explain: 'What answered is not Jira: a login page, no JSON, a cut or an oversized answer.',
  },
  'publish.stale': {
    exit: 'usage',
    explain:
      'The files of a change folder are no longer those that its report, or its signed evidence, is about: nothing is told that was not proven.',
  },
  'publish.target': {
    exit: 'usage',
    explain: 'A report does not say which task it belongs to, and none was named.',
  },
  'model.missing': {
    exit: 'environment',
    explain:
      'Drafting with a model needs the package `ai` (version 6) and a provider of it, which dbd does not bring; the message says which one is not installed.',
  },
  'model.not-configured': {
    exit: 'usage',
    explain: 'No model is configured, or the environment variable that holds its key is not set.',
  },
  'model.failed': {
    exit: 'environment',
    explain:
      'The model could not be asked: its server cannot be reached, refuses the key, or limits the rate.',
  },
  'mcp.port': {
    exit: 'environment',
    explain:
      'The port on which agents should be served is taken, or may not be used. Another one, or 0 for a free one, helps.',
  },
  'policy.option': {
    exit: 'usage',
    explain:
      'An agent gave an option that starts programs or lifts a gate. A person may type it on the command line.',
  },
  'policy.path': {
    exit: 'usage',
    explain: 'An agent named a file outside the folder in which dbd was started.',
  },
  'policy.database': {
    exit: 'usage',
    explain:
      'An agent named a database that it may not use: an address that is no sandbox of dbd, a name that is not in the map `databases:`, or one whose `kind` forbids it.',
  },
  'policy.person': {
    exit: 'usage',
    explain:
      'An agent runs the command line, and the command writes to a database. A person or CI runs it, or the agent asks by the tool `migrate`, which a person confirms.',
  },
  'policy.rows': {
    exit: 'usage',
    explain:
      'No rows are read from this database: the configuration gives it no `read:` with a role that can do nothing else, or DBD_ROWS switches rows off here.',
  },
  'policy.confirm': {
    exit: 'usage',
    explain:
      'Nobody confirmed what would be done, or it is no longer what was confirmed: the statements, the text or the target have changed meanwhile.',
  },
  'git.missing': {
    exit: 'environment',
    explain: 'git is not installed, or is older than 2.38, which merges without a working tree.',
  },
  'git.repository': {
    exit: 'usage',
    explain:
      'The folder is in no git work tree: there is no repository, it is a bare one, it has no commit yet, or git ignores the folder.',
  },
  'git.branch': {
    exit: 'usage',
    explain: 'A branch cannot have this name, or it is there already and holds something else.',
  },
  'git.identity': {
    exit: 'usage',
    explain: 'git does not know who commits: user.name and user.email are not set.',
  },
  'git.revision': {
    exit: 'usage',
    explain:
      'A revision is not in this clone, or the two have no common history here, as in a shallow clone.',
  },
  'git.failed': {
    exit: 'environment',
    explain: 'git could not do its part; its own words are shown. Nothing of the working tree was changed.',
  },
} as const satisfies Record<string, CodeEntry>;
