import { claimJobs } from '../../src/db/job-leases.ts';
import { mailJobKind } from '../../src/db/mails.ts';
import type { Deps } from '../../src/deps.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { createMailHandler } from '../../src/mail/deliver.ts';
import { createTransport } from '../../src/mail/transport.ts';

const leaseSeconds = 60;

/** The mails that are due now, claimed as a worker does it, and what delivers them. */
export async function claimMails(deps: Deps) {
  const { db, keys, clock, config, log } = deps;
  const now = clock.now();
  const { claimed } = await claimJobs(db, { now, leaseSeconds, limit: 50, kinds: [mailJobKind] });
  return {
    count: claimed.length,
    async deliver() {
      const transport = createTransport(config, log);
      const handler = createMailHandler({ db, keys, config, transport });
      const abandon = new AbortController().signal;
      const options = { db, clock, log, leaseSeconds, abandon, everySeconds: undefined };
      for (const job of claimed) await runJob(job, handler, options);
      transport.close();
    },
  };
}

/** Delivers what is due, over and over until nothing is: lanes give one after the other. */
export async function deliverMails(deps: Deps): Promise<void> {
  for (;;) {
    const claim = await claimMails(deps);
    if (claim.count === 0) return;
    await claim.deliver();
  }
}
