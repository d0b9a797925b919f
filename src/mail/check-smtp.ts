import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js';
import type { SmtpTimeouts } from './transport.ts';
import { patience, smtpOptions } from './transport.ts';

/**
 * Connects to the mail server as a mail would, signs in where there is a user, and leaves. Tells
 * whether the conversation was encrypted. Throws what a mail would meet, an unknown certificate included.
 */
export async function checkSmtp(
  smtpUrl: string,
  timeouts: SmtpTimeouts = patience,
): Promise<{ encrypted: boolean }> {
  const { auth, ...options } = smtpOptions(smtpUrl, timeouts);
  const connection = new SMTPConnection(options);
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.once('end', () => reject(new Error('the mail server has hung up')));
      connection.connect((error) => {
        if (error) reject(error);
        else if (!auth) resolve();
        else
          connection.login({ credentials: auth }, (refused) =>
            refused ? reject(refused) : resolve(),
          );
      });
    });
    return { encrypted: connection.secure };
  } finally {
    connection.removeAllListeners();
    connection.on('error', () => {});
    connection.quit();
    connection.close();
  }
}
