/** What stands at the configured address: Jira Cloud at its own host or behind the gateway, or a Data Center. */
import type { JiraKind } from '../../config/model.ts';
import { bodyOf } from './answers.ts';
import { request, type Sending } from './request.ts';

/** Whether an address is one of Atlassian's own hosts, all of which are Jira Cloud. */
export function isCloudHost(site: string): boolean {
  return /\.(?:atlassian\.net|jira\.com)$/.test(new URL(site).host);
}

/** What kind of Jira a site says it is; asked without credentials, since those of the one kind must not be tried on the other. Undefined when it does not say. */
export async function kindOf(sending: Sending, site: string): Promise<JiraKind | undefined> {
  const answer = await openJson(sending, `${site}/rest/api/2/serverInfo`);
  const said = (answer as { readonly deploymentType?: unknown } | undefined)?.deploymentType;
  if (said === 'Cloud') return 'cloud';
  return said === 'Server' || said === 'DataCenter' ? 'data-center' : undefined;
}

/** The cloud id, which the site tells without credentials; undefined when it does not. */
export async function cloudIdOf(sending: Sending, site: string): Promise<string | undefined> {
  const answer = await openJson(sending, `${site}/_edge/tenant_info`);
  const found = (answer as { readonly cloudId?: unknown } | undefined)?.cloudId;
  return typeof found === 'string' && /^[0-9a-z-]{1,64}$/i.test(found) ? found : undefined;
}

/** JSON that anybody may read; undefined when there is none, for whatever reason. */
async function openJson(sending: Sending, url: string): Promise<unknown> {
  try {
    const response = await request(sending, url, { headers: { accept: 'application/json' } });
    if (!response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    return JSON.parse(new TextDecoder().decode(await bodyOf(response, 65_536))) ?? undefined;
  } catch {
    sending.signal.throwIfAborted();
    return undefined;
  }
}
