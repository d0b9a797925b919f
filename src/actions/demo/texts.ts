/** Languages that the invented documents are written in. */
export type WritingLanguage = 'en' | 'de' | 'ru' | 'ka' | 'hy' | 'az';

/** What a kind of document is called, and its paragraphs; `{name}`, `{place}`, `{topics}` are filled in. */
type Text = { title: string; paragraphs: readonly string[] };

type Texts = {
  topics: readonly string[];
  cv: Text;
  coverLetter: Text;
  samples: readonly Text[];
};

const texts: Record<WritingLanguage, Texts> = {
  en: {
    topics: [
      'Local elections',
      'Village schools',
      'Water and irrigation',
      'Labour migration',
      'Road and rail projects',
      'Wine and fruit exports',
    ],
    cv: {
      title: 'Curriculum vitae',
      paragraphs: [
        '{name}\nLives in: {place}\nTopics: {topics}',
        'Since 2019: freelance reporter for regional newspapers and online media. Reports, interviews and short analyses, two or three each week.',
        'From 2014 to 2019: local newspaper, first as a trainee, then as an editor for municipal affairs.',
        'Studies of journalism and history, bachelor’s degree. Courses in checking facts and in reading budgets.',
      ],
    },
    coverLetter: {
      title: 'Cover letter',
      paragraphs: [
        'Dear editors,\nI live where most reporters only pass through. I would like to write about what people here discuss before it becomes news elsewhere.',
        'My topics: {topics}. I know those who work on them, I read the local papers every morning, and I can be on the spot within hours.',
        'I could deliver a first article within two weeks, and I answer questions by e-mail on the same day.\n{name}',
      ],
    },
    samples: [
      {
        title: 'The market that moved across the river',
        paragraphs: [
          'For forty years the market stood beside the old bridge. Since March the stalls have been on the other bank, and half of the customers have not followed them.',
          'The town hall speaks of safety. The sellers speak of rent: a place under the new roof costs three times as much as the old one did.',
          'On Saturdays some of them now sell from the boots of their cars, at the old bridge, where nobody asks for rent.',
        ],
      },
      {
        title: 'One teacher, eleven pupils, four classes',
        paragraphs: [
          'The school above the valley has one room with a stove. While the older children read, the younger ones learn to count.',
          'The ministry wants to close schools with fewer than fifteen pupils. The bus that would replace this one does not run when it snows.',
          'In the evening the teacher writes letters to the ministry. So far she has received two answers, both of them friendly.',
        ],
      },
    ],
  },
  de: {
    topics: [
      'Kommunalwahlen',
      'Dorfschulen',
      'Wasser und Bewässerung',
      'Arbeitsmigration',
      'Straßen- und Bahnprojekte',
      'Wein- und Obstexport',
    ],
    cv: {
      title: 'Lebenslauf',
      paragraphs: [
        '{name}\nWohnort: {place}\nThemen: {topics}',
        'Seit 2019: freie Berichterstattung für Regionalzeitungen und Online-Medien. Reportagen, Interviews und kurze Analysen, zwei bis drei in der Woche.',
        '2014 bis 2019: Lokalzeitung, zuerst Volontariat, dann Redaktion für Gemeindepolitik.',
        'Studium der Journalistik und der Geschichte, Bachelor. Kurse zur Prüfung von Fakten und zum Lesen von Haushaltsplänen.',
      ],
    },
    coverLetter: {
      title: 'Anschreiben',
      paragraphs: [
        'Sehr geehrte Redaktion,\nich lebe dort, wo die meisten Berichte nur auf der Durchreise entstehen. Ich möchte über das schreiben, was hier besprochen wird, bevor es anderswo zur Nachricht wird.',
        'Meine Themen: {topics}. Ich kenne die Menschen, die daran arbeiten, lese jeden Morgen die Lokalpresse und bin in wenigen Stunden vor Ort.',
        'Einen ersten Artikel könnte ich in zwei Wochen liefern. Fragen beantworte ich per E-Mail noch am selben Tag.\n{name}',
      ],
    },
    samples: [
      {
        title: 'Der Markt zieht über den Fluss',
        paragraphs: [
          'Vierzig Jahre lang stand der Markt an der alten Brücke. Seit März stehen die Stände am anderen Ufer, und die halbe Kundschaft ist nicht mitgekommen.',
          'Das Rathaus spricht von Sicherheit. Am Markt spricht man von der Miete: Ein Platz unter dem neuen Dach kostet dreimal so viel wie der alte.',
          'Samstags verkaufen einige nun aus dem Kofferraum, an der alten Brücke, wo niemand Miete verlangt.',
        ],
      },
    ],
  },
  ru: {
    topics: [
      'Местные выборы',
      'Сельские школы',
      'Вода и орошение',
      'Трудовая миграция',
      'Дороги и железные дороги',
      'Экспорт фруктов',
    ],
    cv: {
      title: 'Резюме',
      paragraphs: [
        '{name}\nМесто жительства: {place}\nТемы: {topics}',
        'С 2019 года: внештатная работа для региональных газет и интернет-изданий. Репортажи, интервью и короткие обзоры, два-три в неделю.',
        '2014–2019: районная газета, сначала стажировка, затем отдел местного самоуправления.',
        'Образование: журналистика и история, бакалавр. Курсы по проверке фактов и чтению бюджетов.',
      ],
    },
    coverLetter: {
      title: 'Сопроводительное письмо',
      paragraphs: [
        'Уважаемая редакция!\nЯ живу там, где большинство репортёров бывает проездом. Мне хочется писать о том, что здесь обсуждают ещё до того, как это становится новостью.',
        'Мои темы: {topics}. Я знаю людей, которые этим занимаются, каждое утро читаю местную прессу и через несколько часов могу быть на месте.',
        'Первую статью я могу прислать через две недели. На вопросы отвечаю по электронной почте в тот же день.\n{name}',
      ],
    },
    samples: [
      {
        title: 'Рынок переехал за реку',
        paragraphs: [
          'Сорок лет рынок стоял у старого моста. С марта прилавки находятся на другом берегу, и половина покупателей за ними не пошла.',
          'В администрации говорят о безопасности. Продавцы говорят об аренде: место под новой крышей стоит втрое дороже прежнего.',
          'По субботам некоторые торгуют прямо из багажников, у старого моста, где аренды никто не требует.',
        ],
      },
    ],
  },
  ka: {
    topics: [
      'ადგილობრივი არჩევნები',
      'სოფლის სკოლები',
      'წყალი და მორწყვა',
      'შრომითი მიგრაცია',
      'გზები და რკინიგზა',
      'ღვინის ექსპორტი',
    ],
    cv: {
      title: 'ავტობიოგრაფია',
      paragraphs: [
        '{name}\nსაცხოვრებელი ადგილი: {place}\nთემები: {topics}',
        '2019 წლიდან: თავისუფალი რეპორტიორი რეგიონულ გაზეთებსა და ონლაინ მედიაში. რეპორტაჟები, ინტერვიუები და მოკლე ანალიზი.',
        '2014–2019: ადგილობრივი გაზეთი, ჯერ სტაჟიორი, შემდეგ რედაქტორი.',
        'განათლება: ჟურნალისტიკა და ისტორია, ბაკალავრის ხარისხი.',
      ],
    },
    coverLetter: {
      title: 'სამოტივაციო წერილი',
      paragraphs: [
        'პატივცემულო რედაქციავ,\nმე ვცხოვრობ იქ, სადაც რეპორტიორების უმეტესობა მხოლოდ გზად გაივლის. მინდა დავწერო იმაზე, რაზეც აქ ხალხი საუბრობს.',
        'ჩემი თემები: {topics}. ყოველ დილით ვკითხულობ ადგილობრივ პრესას და რამდენიმე საათში შემიძლია ადგილზე ვიყო.',
        'პირველ სტატიას ორ კვირაში მოგაწვდით. კითხვებზე ელფოსტით იმავე დღეს ვპასუხობ.\n{name}',
      ],
    },
    samples: [
      {
        title: 'ბაზარი მდინარის გაღმა',
        paragraphs: [
          'ორმოცი წლის განმავლობაში ბაზარი ძველ ხიდთან იდგა. მარტიდან დახლები მეორე ნაპირზეა და მყიდველების ნახევარი იქ აღარ დადის.',
          'მერიაში უსაფრთხოებაზე საუბრობენ. გამყიდველები ქირაზე საუბრობენ: ახალი ადგილი სამჯერ უფრო ძვირია.',
          'შაბათობით ზოგი მათგანი ისევ ძველ ხიდთან ვაჭრობს.',
        ],
      },
    ],
  },
  hy: {
    topics: [
      'Տեղական ընտրություններ',
      'Գյուղական դպրոցներ',
      'Ջուր և ոռոգում',
      'Աշխատանքային միգրացիա',
      'Ճանապարհներ և երկաթուղի',
      'Մրգի արտահանում',
    ],
    cv: {
      title: 'Ինքնակենսագրություն',
      paragraphs: [
        '{name}\nԲնակության վայրը՝ {place}\nԹեմաները՝ {topics}',
        '2019 թվականից՝ ազատ թղթակից մարզային թերթերում և առցանց լրատվամիջոցներում։ Ռեպորտաժներ, հարցազրույցներ և կարճ վերլուծություններ։',
        '2014–2019՝ տեղական թերթ, նախ փորձնակ, ապա խմբագիր։',
        'Կրթությունը՝ լրագրություն և պատմություն, բակալավրի աստիճան։',
      ],
    },
    coverLetter: {
      title: 'Ուղեկցող նամակ',
      paragraphs: [
        'Հարգելի խմբագրություն,\nես ապրում եմ այնտեղ, որտեղով լրագրողների մեծ մասը միայն անցնում է։ Ուզում եմ գրել այն մասին, ինչի մասին այստեղ մարդիկ խոսում են։',
        'Իմ թեմաներն են՝ {topics}։ Ամեն առավոտ կարդում եմ տեղական մամուլը և մի քանի ժամում կարող եմ տեղում լինել։',
        'Առաջին հոդվածը կարող եմ ուղարկել երկու շաբաթից։ Հարցերին պատասխանում եմ նույն օրը։\n{name}',
      ],
    },
    samples: [
      {
        title: 'Շուկան գետի մյուս ափին',
        paragraphs: [
          'Քառասուն տարի շուկան հին կամրջի մոտ էր։ Մարտից վաճառասեղանները մյուս ափին են, և գնորդների կեսը այնտեղ չի գնում։',
          'Համայնքապետարանում խոսում են անվտանգության մասին։ Վաճառողները խոսում են վարձի մասին՝ նոր տեղը երեք անգամ թանկ է։',
          'Շաբաթ օրերին նրանցից ոմանք նորից առևտուր են անում հին կամրջի մոտ։',
        ],
      },
    ],
  },
  az: {
    topics: [
      'Bələdiyyə seçkiləri',
      'Kənd məktəbləri',
      'Su və suvarma',
      'Əmək miqrasiyası',
      'Yollar və dəmir yolu',
      'Meyvə ixracı',
    ],
    cv: {
      title: 'Tərcümeyi-hal',
      paragraphs: [
        '{name}\nYaşayış yeri: {place}\nMövzular: {topics}',
        '2019-cu ildən: regional qəzetlər və onlayn media üçün sərbəst müxbir. Reportajlar, müsahibələr və qısa təhlillər.',
        '2014–2019: yerli qəzet, əvvəlcə təcrübəçi, sonra redaktor.',
        'Təhsil: jurnalistika və tarix, bakalavr dərəcəsi.',
      ],
    },
    coverLetter: {
      title: 'Müşayiət məktubu',
      paragraphs: [
        'Hörmətli redaksiya,\nmən müxbirlərin çoxunun yalnız yolüstü keçdiyi yerdə yaşayıram. Burada insanların nədən danışdığı haqqında yazmaq istəyirəm.',
        'Mövzularım: {topics}. Hər səhər yerli mətbuatı oxuyuram və bir neçə saata hadisə yerində ola bilərəm.',
        'İlk məqaləni iki həftəyə göndərə bilərəm. Suallara elə həmin gün cavab verirəm.\n{name}',
      ],
    },
    samples: [
      {
        title: 'Bazar çayın o tayına köçdü',
        paragraphs: [
          'Qırx il bazar köhnə körpünün yanında idi. Mart ayından piştaxtalar o biri sahildədir və alıcıların yarısı ora getmir.',
          'Bələdiyyədə təhlükəsizlikdən danışırlar. Satıcılar isə icarədən danışır: yeni yer üç dəfə bahadır.',
          'Şənbə günləri bəziləri yenə köhnə körpünün yanında alver edir.',
        ],
      },
    ],
  },
};

export function topicsIn(language: WritingLanguage): readonly string[] {
  return texts[language].topics;
}

/** The text of a document: for a writing sample the one that `pick` takes. */
export function textOf(
  kind: 'cv' | 'coverLetter' | 'writingSample',
  language: WritingLanguage,
  pick: <T>(list: readonly T[]) => T,
): Text {
  return kind === 'writingSample' ? pick(texts[language].samples) : texts[language][kind];
}
