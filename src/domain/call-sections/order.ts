import type { CallContent } from '../call-content.ts';

/** What has keys and an order. */
export type Listed = 'questions' | 'criteria';

export const orderMoves = ['up', 'down', 'remove'] as const;
export type OrderMove = (typeof orderMoves)[number];

/** The content with one question or criterion moved or gone; a move beyond an end changes nothing. */
export function reorder(
  content: CallContent,
  list: Listed,
  { key, move }: { key: string; move: OrderMove },
): CallContent {
  const items: { key: string }[] = [...content[list]];
  const at = items.findIndex((one) => one.key === key);
  if (at < 0) return content;
  const [item] = items.splice(at, 1);
  if (move !== 'remove') items.splice(Math.max(0, at + (move === 'up' ? -1 : 1)), 0, item!);
  return { ...content, [list]: items };
}
