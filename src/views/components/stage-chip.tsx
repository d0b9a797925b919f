import type { Decision, Stage, Standing } from '../../domain/stages.ts';
import { columnsOf } from '../../domain/stages.ts';
import type { Translator } from '../../i18n.ts';

const stageTones: Partial<Record<Stage, string>> = { review: 'warn', shortlist: 'good' };
const decisionTones: Partial<Record<Decision, string>> = { accepted: 'good' };

/** What editors call a standing: the decision itself rather than "decided". */
export function standingName(t: Translator, standing: Standing): string {
  const { stage, decision } = columnsOf(standing);
  return decision ? t(`decision.${decision}`) : t(`stage.${stage}`);
}

type ChipProps = { t: Translator; stage: Stage; decision: Decision | null; opened: boolean };

/** Where an application stands, in a word and a colour. */
export const StageChip = ({ t, stage, decision, opened }: ChipProps) => {
  if (stage === 'screening' && !opened) return <span class="chip new">{t('stage.new')}</span>;
  const tone = decision ? decisionTones[decision] : stageTones[stage];
  return (
    <span class={tone ? `chip ${tone}` : 'chip'}>
      {decision ? t(`decision.${decision}`) : t(`stage.${stage}`)}
    </span>
  );
};
