import { plural } from '../../base/text.ts';
import { changedTables } from '../changed-tables.ts';
import { askChange, declaredFacts, standardsBlocks } from '../standards/standards.ts';
import type { Deliverable } from './model.ts';

/** Names, types, habits and governance of the tables that the change makes or touches. */
export const standards: Deliverable = {
  name: 'standards',
  doing: 'check the tables against the standards',
  wanted: (stage) => changedTables(stage).length > 0,
  async make(stage) {
    const { engine, planned, before, config, task, current } = stage;
    const session = await engine.connect(current.ownerUrl, {
      application: 'dbd check',
      statementTimeoutMs: 5000,
    });
    const checked = await askChange({
      engine,
      session,
      catalog: planned.after,
      house: before,
      only: changedTables(stage),
      declared: declaredFacts(task, planned.design, planned.after),
      ...(config.standards ? { standards: config.standards } : {}),
    }).finally(() => session.close());
    const worth = checked.findings.filter(({ severity }) => severity !== 'info');
    const hints = checked.findings.length - worth.length;
    return {
      findings: worth,
      blocks: standardsBlocks(checked, 'Standards'),
      ...(hints > 0
        ? {
            next: [
              {
                command: 'dbd check',
                why: `${plural(hints, 'smaller finding')} of the standards, with the places`,
              },
            ],
          }
        : {}),
    };
  },
};
