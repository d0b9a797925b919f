const below = (start: string, ends: string): string[] =>
  ends
    .trim()
    .split(/\s+/)
    .map((end) => start + (end === '.' ? '' : end));

const section = '/:section{(?:places|documents|fee|newsroom|languages)}';
const entry = '/:section{(?:texts|questions|criteria)}/:key';
const list = '/:list{(?:questions|criteria)}';

/** The routes of the desk that reviewers may ask for, written down once more: one that is added here is meant. */
export const forReviewers: readonly string[] = [
  ...below('GET /admin', '. /account /account/notifications /account/second-factor'),
  ...below('GET /admin', '/keys /mentions /reviewing /waiting'),
  ...below('GET /admin/applications/:reference', '. /documents/:id /documents/:id/text'),
  ...below('GET /admin/applications/:reference', '/notes/:note'),
  ...below('POST /admin/account', '/language /notifications /password /reading'),
  ...below('POST /admin/account', '/recovery-codes /second-factor /second-factor/confirm'),
  ...below('POST /admin/account', '/sessions'),
  ...below('POST /admin/applications/:reference', '/assignment /notes /notes/:note /review'),
  ...below('POST /admin/applications/:reference', '/review/draft /transitions'),
  'POST /admin/keys',
];

/** Those that admins alone may ask for: one that goes from here is meant. */
export const forAdmins: readonly string[] = [
  'GET /admin/applications/:reference/access',
  ...below('GET /admin/calls', `/new /:slug${list} /:slug${list}/:key/remove /:slug${section}`),
  ...below('GET /admin/calls', `/:slug${entry} /:slug/opening/:act`),
  ...below('GET /admin', '/looks /outbox/:id/eml /retention'),
  ...below('GET /admin/publication', '. /notice/:language'),
  ...below('GET /admin/staff', '. /:id /:id/:act /log /permissions'),
  'POST /admin/applications/:reference/hold',
  ...below('POST /admin/calls', `. /:slug${list}/:key/order /:slug${section} /:slug${entry}`),
  'POST /admin/calls/:slug/opening/:act',
  ...below('POST /admin/outbox', '/:id/dealt-with /:id/retry'),
  ...below('POST /admin/outbox', '/staff/:mail/dealt-with /staff/:mail/retry'),
  ...below('POST /admin/publication', '. /notice/:language'),
  'POST /admin/retention',
  ...below('POST /admin/staff', '. /:id/:act'),
];
