/** What became of something that an applicant was asked for. */
export const requestStates = ['open', 'answered', 'cancelled'] as const;
export type RequestState = (typeof requestStates)[number];
