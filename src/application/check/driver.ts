/** The program that calls generated code; it is told what to call on standard input, and answers with one line of JSON. */

/** Text of `driver.mjs`, which stands beside the translated files. */
export const driverText = `
import { stdout } from 'node:process';
import { connect, run } from './js/connect.js';
import { decode, encode } from './js/values.js';
import * as repository from './js/repository.js';
import * as records from './js/records.js';

let input = '';
for await (const part of process.stdin) input += part;
const { url, calls, loads } = JSON.parse(input);
const { db, close } = await connect(url);
const mark = (name) => run(db, { text: "SELECT '" + name + "' AS mark", columns: { mark: 'text' } }, []);
const answers = { calls: [], loads: [] };
for (const { functionName, parameters, columns } of calls) {
  try {
    const given = Object.fromEntries(parameters.map(({ property, kind, text }) => [property, decode(kind, text)]));
    const rows = await repository[functionName](db, given);
    const list = Array.isArray(rows) ? rows : [];
    answers.calls.push({ functionName, rows: list.map((row) => columns.map(({ name, kind }) => encode(kind, row[name]))) });
  } catch (error) {
    answers.calls.push({ functionName, rows: [], error: String(error?.message ?? error).slice(0, 500) });
  }
}
for (const { functionName, sizes } of loads) {
  const parents = [];
  try {
    for (const limit of sizes) {
      await mark('dbd ' + functionName + ' ' + limit);
      parents.push((await records[functionName](db, undefined, { limit })).length);
    }
    await mark('dbd end');
    answers.loads.push({ functionName, parents });
  } catch (error) {
    answers.loads.push({ functionName, parents, error: String(error?.message ?? error).slice(0, 500) });
  }
}
await close();
stdout.write(JSON.stringify(answers));
`;
