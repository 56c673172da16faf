import type { Quote } from '../../engine/model.ts';
import type { Task, Tenancy } from '../../task/model.ts';
import { tenantSetting } from './who.ts';

/** `tenant-role.sql`: the role by which one tenant signs in, with the limits that the task declares. */
export function tenantRoleSql(task: Task, tenancy: Tenancy, quote: Quote): string {
  const { connections, timeoutMs, model } = tenancy;
  const application = Object.entries(task.requirements.roles).find(([, kind]) => kind === 'application')?.[0];
  const member = model === 'shared' ? (application ?? 'app') : undefined;
  const lines = [
    `CREATE ROLE :"role" LOGIN${connections === undefined ? '' : ` CONNECTION LIMIT ${connections}`};`,
    ...(member === undefined ? [] : [`GRANT ${quote.identifier(member)} TO :"role";`]),
    ...(timeoutMs === undefined ? [] : [`ALTER ROLE :"role" SET statement_timeout = '${timeoutMs}ms';`]),
    ...(model === 'shared' ? [`ALTER ROLE :"role" SET ${tenantSetting} = :'tenant';`] : []),
    ...(model === 'schema' ? [`ALTER ROLE :"role" SET search_path = :"tenant";`] : []),
  ];
  return `-- The role of one tenant of ${task.id}, by an administrator; give it a password with \\password:
--   psql -v ON_ERROR_STOP=1 -v tenant=42 -v role=tenant_42 -f tenant-role.sql
-- A session may set its own statement_timeout: the limit stops mistakes, not malice. The connection limit cannot be passed.
${lines.join('\n')}
`;
}
