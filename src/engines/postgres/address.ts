import { isIP } from 'node:net';
import type { Addresses } from '../../engine/address/model.ts';
import { parseUrl, withoutPassword } from './url.ts';

/** Reads addresses as the client does, with the variables that it takes into account. */
export const addresses: Addresses = {
  read(url) {
    const { host, port, database } = parseUrl(url);
    const kind = host.startsWith('/') ? 'socket' : isLoopback(host) ? 'loopback' : 'remote';
    return { kind, place: `${host}:${port}/${database}`, shown: withoutPassword(url) };
  },
};

/** Numbers of this machine, and the one name that the standards keep for it (RFC 6761). */
function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (isIP(name) === 4) return name.startsWith('127.');
  return name === 'localhost' || name === '::1';
}
