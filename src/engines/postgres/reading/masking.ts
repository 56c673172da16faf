import type { Session } from '../../../engine/model.ts';
import type { Closure } from './closure.ts';
import { lineageOf } from './lineage.ts';
import { masksFor, queriesIn } from './masked-columns.ts';
import type { TreeNode } from './tree/model.ts';
import type { Found } from './uses.ts';

/** What speaks against a statement because of masked columns, and which of its columns come out masked. */
export async function masking(
  session: Session,
  tree: TreeNode,
  closure: Closure,
  masked: readonly string[],
): Promise<{ readonly found: readonly Found[]; readonly outputs: readonly boolean[] }> {
  const { masks, gone } = await masksFor(session, masked, closure.relations);
  const { outputs, used } = lineageOf(tree, masks, false);
  const found: Found[] = [...used].map((name) => ({
    what: `column ${name}`,
    because:
      'It is masked: it may be selected as it stands, but not be computed with, compared, sorted, grouped, made distinct or put into a row.',
    where: {},
  }));
  // Under its new name a column that was renamed would be shown.
  for (const name of gone)
    found.push({
      what: `column ${name}`,
      because: 'It is to be masked, and is not there any more. Ask again.',
      where: {},
    });
  for (const { label, tree: body, where } of closure.bodies)
    for (const query of queriesIn(body))
      for (const name of lineageOf(query, masks, true).touched)
        found.push({ what: label, because: `It reads the masked column ${name}.`, where });
  return { found, outputs: outputs.map((one) => one !== undefined) };
}
