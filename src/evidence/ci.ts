import type { CiIdentity } from './model.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface System {
  readonly name: string;
  /** Variable that only this system sets. */
  readonly marks: string;
  readonly repository?: string;
  readonly commit: string;
  readonly ref?: string;
  readonly run: string;
  readonly actor?: string;
}

/** Variables as the systems document them. */
const systems: readonly System[] = [
  {
    name: 'github',
    marks: 'GITHUB_ACTIONS',
    repository: 'GITHUB_REPOSITORY',
    commit: 'GITHUB_SHA',
    ref: 'GITHUB_REF',
    run: 'GITHUB_RUN_ID',
    actor: 'GITHUB_ACTOR',
  },
  {
    name: 'gitlab',
    marks: 'GITLAB_CI',
    repository: 'CI_PROJECT_PATH',
    commit: 'CI_COMMIT_SHA',
    ref: 'CI_COMMIT_REF_NAME',
    run: 'CI_JOB_URL',
    actor: 'GITLAB_USER_LOGIN',
  },
  {
    name: 'circleci',
    marks: 'CIRCLECI',
    commit: 'CIRCLE_SHA1',
    ref: 'CIRCLE_BRANCH',
    run: 'CIRCLE_BUILD_URL',
  },
  {
    name: 'buildkite',
    marks: 'BUILDKITE',
    commit: 'BUILDKITE_COMMIT',
    ref: 'BUILDKITE_BRANCH',
    run: 'BUILDKITE_BUILD_URL',
  },
  {
    name: 'azure',
    marks: 'TF_BUILD',
    repository: 'BUILD_REPOSITORY_NAME',
    commit: 'BUILD_SOURCEVERSION',
    ref: 'BUILD_SOURCEBRANCH',
    run: 'BUILD_BUILDID',
  },
  { name: 'jenkins', marks: 'JENKINS_URL', commit: 'GIT_COMMIT', ref: 'GIT_BRANCH', run: 'BUILD_TAG' },
];

/** Longest value that is taken over. */
const longest = 300;

/** Who runs this, by the variables of known CI systems. */
export function ciIdentity(env: Env): CiIdentity {
  const system = systems.find(({ marks }) => (env[marks] ?? '') !== '');
  if (!system) return { system: 'none' };
  const taken = (['repository', 'commit', 'ref', 'run', 'actor'] as const).flatMap((key) => {
    const name = system[key];
    const value = name === undefined ? undefined : env[name]?.trim().slice(0, longest);
    return value ? [[key, value] as const] : [];
  });
  return { system: system.name, ...Object.fromEntries(taken) };
}
