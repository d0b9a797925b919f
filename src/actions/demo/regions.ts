// Common given and family names, put together by chance. Each stands as it is written at home, then
// in Latin letters where those differ.

/** A word as written, and in Latin letters; equal where the language is written in these. */
export type Word = { written: string; latin: string };

export type Region = {
  /** Key of the first call's place. */
  place: string;
  /** ISO 639: the language that people here write in first. */
  language: 'ka' | 'hy' | 'az' | 'ru';
  /** Languages that some speak besides. */
  alsoSpoken: readonly string[];
  women: readonly Word[];
  men: readonly Word[];
  families: readonly Word[];
  /** What the family names of women end in besides; often nothing. */
  womensEnding: Word;
  towns: readonly Word[];
  /** Finer places, for the free text. */
  districts: readonly Word[];
};

const words = (text: string): Word[] =>
  text
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [written = '', latin = written] = entry.split('=');
      return { written, latin };
    });

const georgia: Region = {
  place: 'georgia',
  language: 'ka',
  alsoSpoken: ['en', 'ru', 'de', 'tr', 'ab', 'fr'],
  women:
    words(`ნინო=Nino მარიამ=Mariam თამარ=Tamar ქეთევან=Ketevan ნათია=Natia სალომე=Salome მაკა=Maka
    თეა=Tea ლელა=Lela ირმა=Irma რუსუდან=Rusudan ხათუნა=Khatuna თინათინ=Tinatin ნესტან=Nestan`),
  men: words(`დავით=Davit ლევან=Levan ლუკა=Luka სანდრო=Sandro ზურაბ=Zurab ნიკა=Nika თორნიკე=Tornike
    ვახტანგ=Vakhtang არჩილ=Archil ბექა=Beka ლაშა=Lasha ოთარ=Otar რევაზ=Revaz ჯაბა=Jaba`),
  families: words(`ბერიძე=Beridze გელაშვილი=Gelashvili მაისურაძე=Maisuradze ლომიძე=Lomidze
    წიკლაური=Tsiklauri ნოზაძე=Nozadze ხუციშვილი=Khutsishvili ბოლქვაძე=Bolkvadze გოგოლაძე=Gogoladze
    ტაბატაძე=Tabatadze კიკნაძე=Kiknadze მჭედლიშვილი=Mchedlishvili ფხაკაძე=Pkhakadze ჯიქია=Jikia
    ჩიტაძე=Chitadze ბუაძე=Buadze შარაშიძე=Sharashidze ხარაძე=Kharadze ცინცაძე=Tsintsadze
    ჩხაიძე=Chkhaidze`),
  womensEnding: { written: '', latin: '' },
  towns: words(`თბილისი=Tbilisi ქუთაისი=Kutaisi ბათუმი=Batumi ზუგდიდი=Zugdidi თელავი=Telavi
    გორი=Gori ახალციხე=Akhaltsikhe`),
  districts: words(
    'კახეთი=Kakheti სამეგრელო=Samegrelo აჭარა=Adjara სვანეთი=Svaneti იმერეთი=Imereti',
  ),
};

const armenia: Region = {
  place: 'armenia',
  language: 'hy',
  alsoSpoken: ['en', 'ru', 'de', 'fr', 'fa'],
  women: words(`Անի=Ani Մարիամ=Mariam Լուսինե=Lusine Անահիտ=Anahit Նարինե=Narine Գայանե=Gayane
    Հասմիկ=Hasmik Տաթևիկ=Tatevik Արփինե=Arpine Լիլիթ=Lilit Շուշան=Shushan Աստղիկ=Astghik Սոնա=Sona
    Հեղինե=Heghine`),
  men: words(`Արման=Arman Հայկ=Hayk Գոռ=Gor Վահե=Vahe Նարեկ=Narek Սամվել=Samvel Տիգրան=Tigran
    Երվանդ=Yervand Կարապետ=Karapet Արտակ=Artak Հրանտ=Hrant Սևակ=Sevak Մուշեղ=Mushegh Դերենիկ=Derenik`),
  families: words(`Ավետիսյան=Avetisyan Գալստյան=Galstyan Դանիելյան=Danielyan Ստեփանյան=Stepanyan
    Բարսեղյան=Barseghyan Ղուկասյան=Ghukasyan Ներսիսյան=Nersisyan Դավթյան=Davtyan Պողոսյան=Poghosyan
    Թորոսյան=Torosyan Եղիազարյան=Yeghiazaryan Նազարյան=Nazaryan Առաքելյան=Arakelyan Բաղրամյան=Baghramyan
    Հովակիմյան=Hovakimyan Մինասյան=Minasyan Սահակյան=Sahakyan Ոսկանյան=Voskanyan Ամիրյան=Amiryan
    Մուրադյան=Muradyan`),
  womensEnding: { written: '', latin: '' },
  towns: words(
    'Երևան=Yerevan Գյումրի=Gyumri Վանաձոր=Vanadzor Գորիս=Goris Դիլիջան=Dilijan Կապան=Kapan',
  ),
  districts: words('Սյունիք=Syunik Տավուշ=Tavush Լոռի=Lori Շիրակ=Shirak'),
};

const azerbaijan: Region = {
  place: 'azerbaijan',
  language: 'az',
  alsoSpoken: ['en', 'ru', 'tr', 'de', 'tab', 'lez'],
  women: words(`Aygün Günel Nigar Sevinc Aysel Könül Lalə Fidan Ülviyyə Səbinə Nərmin Gülnar Zümrüd
    Pərvanə`),
  men: words(
    `Elvin Rəşad Kamran Tural Orxan Vüsal Fərid Elnur Cavid Ramin Samir Toğrul Nicat Şahin`,
  ),
  families:
    words(`Abbasov Rəhimov Cəfərov Nəcəfov Babayev Mustafayev Əhmədov Süleymanov Vəliyev Orucov
    Qasımov Ağayev Tağıyev Səmədov Şükürov Novruzov Cabbarov Salahov İbadov Mirzəyev`),
  womensEnding: { written: 'a', latin: 'a' },
  towns: words('Bakı=Baku Gəncə=Ganja Şəki=Sheki Lənkəran=Lankaran Quba Sumqayıt=Sumgait'),
  districts: words('Naxçıvan=Nakhchivan Abşeron=Absheron Şirvan=Shirvan Lerik'),
};

const northCaucasus: Region = {
  place: 'north-caucasus',
  language: 'ru',
  alsoSpoken: ['en', 'ce', 'os', 'kbd', 'av', 'inh', 'krc', 'kum', 'tr'],
  women: words(`Марьям=Maryam Залина=Zalina Мадина=Madina Фатима=Fatima Аминат=Aminat Асият=Asiyat
    Зарема=Zarema Хава=Khava Аида=Aida Диана=Diana Зухра=Zukhra Мариана=Mariana Лаура=Laura
    Джамиля=Dzhamilya`),
  men: words(`Алан=Alan Аслан=Aslan Мурад=Murad Тимур=Timur Руслан=Ruslan Ибрагим=Ibragim Заур=Zaur
    Сослан=Soslan Казбек=Kazbek Артур=Artur Анзор=Anzor Хасан=Khasan Инал=Inal Азамат=Azamat`),
  families: words(`Кушхов=Kushkhov Тебуев=Tebuev Хубиев=Khubiev Кокоев=Kokoev Гагиев=Gagiev
    Бекмурзов=Bekmurzov Шогенов=Shogenov Кардов=Kardov Цечоев=Tsechoev Албогачиев=Albogachiev
    Эльмурзаев=Elmurzaev Джатиев=Dzhatiev Бицоев=Bitsoev Хапаев=Khapaev Узденов=Uzdenov
    Тлехугов=Tlekhugov Омаров=Omarov Газиев=Gaziev Темирбулатов=Temirbulatov Семёнов=Semyonov`),
  womensEnding: { written: 'а', latin: 'a' },
  towns: words(`Владикавказ=Vladikavkaz Нальчик=Nalchik Грозный=Grozny Махачкала=Makhachkala
    Черкесск=Cherkessk Майкоп=Maykop Назрань=Nazran Дербент=Derbent`),
  districts: words(`Дагестан=Dagestan Осетия=Ossetia Чечня=Chechnya Ингушетия=Ingushetia
    Адыгея=Adygea`),
};

export const regions: readonly Region[] = [georgia, armenia, azerbaijan, northCaucasus];
