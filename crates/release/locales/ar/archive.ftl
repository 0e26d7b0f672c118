# Citing a release, what changed since the last one, and what is held back.
nav-cite = الاستشهاد
cite-title = الاستشهاد بهذا الإصدار، وما الذي تغيّر
cite-lead = لكل نشر رقم إصدار خاص به. استشهدوا بالإصدار الذي قرأتموه: فقائمة ملفاته الموقّعة تُثبت ما كان فيه، حتى إن لم يُبقِ الناشر إلا إصدارًا لاحقًا.
cite-version = الإصدار
cite-made-on = تاريخ الإعداد
cite-address = العنوان الدائم
cite-doi = المعرّف الرقمي
cite-licence = الترخيص
cite-files = للفهارس وبرامج المراجع
cite-file-cff = الاستشهاد بصيغة ملف الاستشهاد
cite-file-datacite = بيانات وصفية لتسجيل معرّف رقمي
cite-file-schema-org = بيانات وصفية لمحركات البحث عن البيانات
cite-file-release = رقم هذا الإصدار وسجلّه ومفتاحه
cite-file-persons = المعرّفات الدائمة للأشخاص وسجلاتهم، وإلى أين تقود المعرّفات القديمة
changes-title = ما الذي تغيّر
changes-first = لا يُعرف هنا إصدار سابق، فلا شيء يُقارن به.
changes-since = مقارنة بالإصدار { $version }: الأشخاص سابقًا { $before }، والآن { $now }.
changes-none = لم يتغيّر شيء.
changes-no-longer-shown = { $n ->
    [zero] لا أحد ممن أظهرهم ذلك الإصدار محجوب في هذا.
    [one] شخص واحد أظهره ذلك الإصدار لا تُظهره سياسة هذا الإصدار، ولا يُدرج هنا.
    [two] شخصان أظهرهما ذلك الإصدار لا تُظهرهما سياسة هذا الإصدار، ولا يُدرجان هنا.
    [few] { $n } أشخاص أظهرهم ذلك الإصدار لا تُظهرهم سياسة هذا الإصدار، ولا يُدرجون هنا.
    [many] { $n } شخصًا أظهرهم ذلك الإصدار لا تُظهرهم سياسة هذا الإصدار، ولا يُدرجون هنا.
   *[other] { $n } شخص أظهرهم ذلك الإصدار لا تُظهرهم سياسة هذا الإصدار، ولا يُدرجون هنا.
}
changes-earlier = ما تغيّر في الإصدارات السابقة
changes-after = بعد الإصدار
changes-added = أشخاص أُضيفوا
changes-merged = أشخاص تبيّن أنهم شخص واحد مع غيرهم
changes-split = أشخاص فُصلوا عن غيرهم
changes-changed = أشخاص تغيّرت سجلاتهم
changes-withdrawn = أشخاص لم يعودوا منشورين
changes-figures-added = أرقام أُضيفت
changes-figures-removed = أرقام أُزيلت
changes-figures-changed = أرقام تغيّرت
changes-notices-added = إعلانات أُضيفت
changes-notices-changed = إعلانات صُحّحت
changes-notices-withdrawn = إعلانات لم تعد منشورة
changes-notices-withdrawn-why = يُرفع الإعلان حين تسحب الأسرة موافقتها أو حين يُسحب ما جاء فيه. ولا يُعاد ذكر أيّها كان.
gone-title = لم يعد منشورًا
gone-lead = كان على هذا العنوان شخص في إصدار سابق، ولم يعد منشورًا.
count-held-back = محجوب
counts-small-note = الأعداد الأقل من { $n } محجوبة، وكذلك أعداد أخرى يمكن استنتاجها منها، والأصفار المجاورة لمجموع محجوب.
rows-open-only = لا يُدرج هنا إلا من يجوز إظهارهم فردًا فردًا.
reason-new-records-of = سجلات لم تكن منشورة من قبل، من { $who }
reason-of-another = سجلات كانت لدى { $who } تتحدث عن شخص آخر
reason-one-with = سجلات الاثنين تتحدث عن شخص واحد هو { $who }
reason-joined = سجلات انضمت من { $who }
reason-new = سجلات لم تكن منشورة من قبل: { $n }
reason-parted = سجلات انتقلت إلى { $who }
reason-gone = سجلات لم تعد منشورة: { $n }
reason-unpublished = لم تعد السجلات منشورة
