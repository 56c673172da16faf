/** Roles that stand for everybody who comes over the network without an account: those of web gateways that put a database on the web. */
import type { Grant } from '../../catalog/model.ts';

const anonymous = /^(?:anon|anonymous|web_anon|web_user|authenticated)$/;

/** Grants to everybody, or to such a role. */
export function outside(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(
    ({ to, privilege }) => (to === 'PUBLIC' || anonymous.test(to)) && !privilege.includes('('),
  );
}

/** Roles among the grants, each once. */
export function granted(grants: readonly Grant[]): string {
  return [...new Set(grants.map(({ to }) => (to === 'PUBLIC' ? 'everybody' : to)))].join(' and ');
}
