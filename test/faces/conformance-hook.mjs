// The suite imports `globSync`, which Node 20 does not have and no scenario for servers calls.
import { register } from 'node:module';

const shim = "export * from 'node:fs'; export const globSync = () => [];";
const hook = `export async function resolve(name, context, next) {
  return name === 'fs' && context.parentURL?.includes('/conformance/')
    ? { url: 'data:text/javascript,' + ${JSON.stringify(encodeURIComponent(shim))}, shortCircuit: true }
    : next(name, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
