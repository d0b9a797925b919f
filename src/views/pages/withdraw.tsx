import { type Frame, type LanguageLink, PublicPage } from '../layout.tsx';

/** Asks whether an application is to be withdrawn. */
export const WithdrawPage = (props: { frame: Frame; base: string; languages: LanguageLink[] }) => {
  const { frame, base, languages } = props;
  const { t } = frame;
  return (
    <PublicPage frame={frame} title={t('withdraw.title')} languages={languages}>
      <h1>{t('withdraw.title')}</h1>
      <p>{t('withdraw.text')}</p>
      <p>{t('withdraw.undo')}</p>
      <form method="post" action={`${base}/withdraw`}>
        <p class="actions">
          <button type="submit" class="button">
            {t('status.withdraw')}
          </button>
          <a class="button quiet" href={base}>
            {t('documents.back')}
          </a>
        </p>
      </form>
    </PublicPage>
  );
};
