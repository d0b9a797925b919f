import { deskKeys } from '../../domain/desk-keys.ts';
import type { Translator } from '../../i18n.ts';
import { keyed } from './desk-keys.tsx';

type PdfProps = { t: Translator; id: string; name: string; url: string; library: string };

/**
 * What shows a PDF in its place: a button that only the script reveals, a line that says how it
 * goes, and room for the pages. Without it there are the text and the download.
 */
export const PdfView = ({ t, id, name, url, library }: PdfProps) => (
  <>
    <p>
      <button
        type="button"
        class="button quiet small"
        data-view={`pdf-${id}`}
        aria-controls={`pdf-${id}`}
        aria-expanded="false"
        {...keyed(deskKeys.document)}
        hidden
      >
        <span>{t('admin.pdf.show')}</span> <span class="unseen">{name}</span>
      </button>
    </p>
    <p class="soft small" role="status" />
    <section
      id={`pdf-${id}`}
      class="pdf"
      tabindex={0}
      aria-label={name}
      data-library={library}
      data-url={url}
      data-show={t('admin.pdf.show')}
      data-hide={t('admin.pdf.hide')}
      data-loading={t('admin.pdf.loading')}
      data-page={t('admin.pdf.page', { page: '{page}', pages: '{pages}' })}
      data-failed={t('admin.pdf.failed')}
      hidden
    />
  </>
);
