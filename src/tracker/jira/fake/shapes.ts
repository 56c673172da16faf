/** The shapes of real replies, which differ from the published examples. */
import type {
  KeptAttachment,
  KeptComment,
  KeptIssue,
  KeptPerson,
  KeptStatus,
  KeptTransition,
} from './model.ts';

const moment = '2026-11-20T09:47:00.000+0000';

/** A person as Jira shows one. */
export function personShape(base: string, person: KeptPerson): object {
  if (person.name !== undefined)
    return {
      self: `${base}/rest/api/2/user?username=${person.name}`,
      key: `JIRAUSER-${person.name}`,
      name: person.name,
      ...(person.emailAddress === undefined ? {} : { emailAddress: person.emailAddress }),
      avatarUrls: {},
      displayName: person.displayName,
      active: true,
      timeZone: 'Etc/UTC',
    };
  return {
    self: `${base}/rest/api/3/user?accountId=${person.accountId}`,
    accountId: person.accountId,
    ...(person.emailAddress === undefined ? {} : { emailAddress: person.emailAddress }),
    avatarUrls: {},
    displayName: person.displayName,
    active: true,
    timeZone: 'Etc/UTC',
    accountType: 'atlassian',
  };
}

/** An issue with its fields, names of fields, attachments and first comments. */
export function issueShape(base: string, issue: KeptIssue, id: number): object {
  const { custom = [], attachments = [], comments = [] } = issue;
  const self = `${base}/rest/api/3/issue/${id}`;
  return {
    expand: 'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations',
    id: String(id),
    self,
    key: issue.key,
    names: {
      summary: 'Summary',
      description: 'Description',
      ...Object.fromEntries(custom.map((field) => [field.id, field.name])),
    },
    fields: {
      summary: issue.summary,
      issuetype: {
        self: `${base}/rest/api/3/issuetype/10001`,
        id: '10001',
        name: 'Task',
        subtask: false,
        avatarId: 10318,
        hierarchyLevel: 0,
      },
      project: {
        id: '10000',
        key: issue.key.split('-')[0],
        name: 'Kanban',
        projectTypeKey: issue.projectType ?? 'software',
        simplified: true,
      },
      status: statusShape(issue.status ?? toDo),
      labels: [],
      subtasks: [],
      watches: { watchCount: 1, isWatching: false },
      created: moment,
      updated: moment,
      environment: null,
      description: issue.description,
      attachment: attachments.map((attachment) => attachmentShape(base, attachment)),
      comment: commentPage(base, comments.slice(0, 20), comments.length, 0, 20),
      ...Object.fromEntries(custom.map((field) => [field.id, field.value])),
    },
  };
}

/** The state of an issue that nobody moved. */
export const toDo: KeptStatus = { id: '10003', name: 'To Do', category: 'new' };

const categories = {
  new: { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  indeterminate: { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
  done: { id: 3, key: 'done', colorName: 'green', name: 'Done' },
};

/** A state. */
export function statusShape({ id, name, category }: KeptStatus): object {
  return { id, name, statusCategory: categories[category] };
}

/** The states of a project, by type of issue. */
export function projectStatusesShape(workflow: readonly KeptTransition[]): object {
  const states = new Map([toDo, ...workflow.map(({ to }) => to)].map((status) => [status.id, status]));
  return [{ id: '10001', name: 'Task', subtask: false, statuses: [...states.values()].map(statusShape) }];
}

/** A file at an issue. */
export function attachmentShape(
  base: string,
  { id, filename, content, author, created = moment }: KeptAttachment,
): object {
  return {
    ...(author === undefined ? {} : { author: personShape(base, author) }),
    self: `${base}/rest/api/3/attachment/${id}`,
    id,
    filename,
    created,
    size: Buffer.byteLength(content),
    mimeType: 'application/octet-stream',
    content: `${base}/rest/api/3/attachment/content/${id}`,
  };
}

/** One page of comments. */
export function commentPage(
  base: string,
  comments: readonly KeptComment[],
  total: number,
  startAt: number,
  maxResults: number,
): object {
  return {
    comments: comments.map((comment, index) =>
      commentShape(base, comment, comment.id ?? String(10_000 + startAt + index)),
    ),
    self: `${base}/rest/api/3/issue/10029/comment`,
    maxResults,
    total,
    startAt,
  };
}

/** A comment. */
export function commentShape(base: string, comment: KeptComment, id: string): object {
  return {
    self: `${base}/rest/api/3/issue/10029/comment/${id}`,
    id,
    author: personShape(base, comment.author),
    body: comment.body,
    updateAuthor: personShape(base, comment.editor ?? comment.author),
    created: comment.created,
    updated: comment.updated ?? comment.created,
    jsdPublic: true,
  };
}

/** Body of an error. */
export function errorShape(...errorMessages: readonly string[]): object {
  return { errorMessages, errors: {} };
}
