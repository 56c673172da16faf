import { compareDesigns, findChoices } from '../alternatives/alternatives.ts';
import { alternativeKindNames } from '../alternatives/kind-names.ts';
import { blocksOf, findingsOf } from '../alternatives/blocks.ts';
import type { Deliverable, Stage } from './model.ts';

function idle(stage: Stage): boolean {
  return stage.quick && stage.alternatives === 'auto';
}

/** Other designs, built and measured beside the chosen one. */
export const alternatives: Deliverable = {
  name: 'alternatives',
  doing: 'compare designs',
  wanted: (stage) => stage.task.requirements.access.length > 0 && findChoices(stage).length > 0,
  idle,
  async make(stage) {
    if (idle(stage))
      return {
        limits: [
          `A quick run builds alternatives only where they are named: --alternatives ${alternativeKindNames.join(',')}.`,
        ],
      };
    const { comparisons, limits } = await compareDesigns(stage);
    return {
      blocks: comparisons.flatMap(blocksOf),
      findings: comparisons.flatMap(findingsOf),
      limits,
    };
  },
};
