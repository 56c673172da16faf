/** Whether a command reaches nothing but running sandboxes of dbd. */
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Places of running sandboxes as `host:port`, read where dbd keeps them. */
export function sandboxPlaces(env) {
  const folders = [
    env.DBD_CACHE,
    env.XDG_CACHE_HOME ? join(env.XDG_CACHE_HOME, 'dbd') : undefined,
    join(env.HOME ?? homedir(), '.cache', 'dbd'),
  ];
  const found = new Set();
  for (const folder of folders.filter(Boolean))
    for (const name of namesIn(join(folder, 'run')))
      for (const url of addressesIn(join(folder, 'run', name, 'kept.json'))) {
        const place = placeOf(url);
        if (place !== undefined) found.add(place);
      }
  return found;
}

/** Whether every address in the words is that of a sandbox, and there is one; addresses that only the shell knows count when dbd prints them. */
export function reachesSandbox(words, env) {
  const text = words.join(' ');
  if (/\$\((?:npx (?:-y )?)?(?:dbd|database-developer\S*) (?:twin|sandbox start|restore) /.test(text))
    return true;
  const urls = text.match(/postgres(?:ql)?:\/\/[^\s'"]+/gi) ?? [];
  const places = urls.length > 0 ? urls.map(placeOf) : [placeByOptions(words)];
  if (places.includes(undefined)) return false;
  const known = sandboxPlaces(env);
  return places.every((place) => known.has(place));
}

function placeByOptions(words) {
  const value = (short, long, variable) => {
    for (const [at, word] of words.entries()) {
      if (word === short || word === long) return words[at + 1];
      if (word.startsWith(`${long}=`)) return word.slice(long.length + 1);
      if (word.startsWith(`${variable}=`)) return word.slice(variable.length + 1);
      if (word.startsWith(short) && word.length > 2 && !word.startsWith('--')) return word.slice(2);
    }
    return undefined;
  };
  const host = value('-h', '--host', 'PGHOST');
  const port = value('-p', '--port', 'PGPORT');
  return host === undefined || port === undefined ? undefined : `${local(host)}:${port}`;
}

function placeOf(url) {
  try {
    const { hostname, port, searchParams } = new URL(url);
    if (searchParams.has('host') || searchParams.has('hostaddr') || searchParams.has('port'))
      return undefined;
    return port === '' ? undefined : `${local(hostname)}:${port}`;
  } catch {
    return undefined;
  }
}

function local(host) {
  return ['localhost', '::1', '[::1]'].includes(host) ? '127.0.0.1' : host;
}

function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function addressesIn(file) {
  try {
    const { ownerUrl, adminUrl } = JSON.parse(readFileSync(file, 'utf8'));
    return [ownerUrl, adminUrl].filter((url) => typeof url === 'string');
  } catch {
    return [];
  }
}
