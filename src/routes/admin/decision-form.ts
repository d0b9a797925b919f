import { isDeclineReason, reasonLimit } from '../../domain/decisions.ts';
import type { DecisionAct } from '../../domain/stages.ts';
import { cleanLine, cleanText, lengthOf } from '../../domain/text.ts';
import type { Translator } from '../../i18n.ts';
import type { FieldError } from '../../views/components/form.tsx';
import type { TypedDecision } from '../../views/pages/decide.tsx';

/** What was typed on the step page; `editing`: a letter that is held is changed, and there is one. */
export function readDecision(
  field: (name: string) => string,
  { editing }: { editing: boolean },
): TypedDecision {
  const reason = field('reason');
  return {
    reason: isDeclineReason(reason) ? reason : '',
    reasonWords: editing ? '' : cleanText(field('reasonWords')),
    withLetter: editing || field('letter') !== 'no',
    source: { subject: cleanLine(field('subject')), body: cleanText(field('body')) },
  };
}

/** What is wrong with the reason: a decline names one, a reversal says it in words. */
export function findReasonErrors(
  t: Translator,
  act: DecisionAct,
  { reason, reasonWords }: TypedDecision,
): FieldError[] {
  const over = lengthOf(reasonWords) - reasonLimit;
  const limit = t.number(reasonLimit);
  if (over > 0) {
    return [{ field: 'reasonWords', message: t('decide.problem.tooLong', { over, limit }) }];
  }
  if (act === 'decline' && reason === '') {
    return [{ field: 'reason', message: t('decide.problem.reason') }];
  }
  const isAsked = act === 'reopen' || (act === 'decline' && reason === 'other');
  return isAsked && reasonWords === ''
    ? [{ field: 'reasonWords', message: t('decide.problem.words') }]
    : [];
}
