# إطار كل صفحة، والكلمات التي تشترك فيها صفحات كثيرة.
skip = انتقل إلى المحتوى
nav-home = البداية
nav-languages = اللغة
nav-sections = الأقسام
nav-crumbs = أنت هنا
nav-months = الأشهر
nav-parties = الأطراف
nav-sources = المصادر
nav-places = الأماكن
nav-claims = الادعاءات
nav-statements = المواقف
nav-counts = أعداد الأشخاص
nav-charts = الرسوم
nav-notices = المختفون
nav-days = المستجدات
nav-check = تحقّق منا
nav-method = المنهج
nav-accessions = الملفات المستلمة
nav-figures = الأرقام
choose-words = أرقام منشورة وأشخاص موثّقون، مع الإثبات
invented-banner = بيانات مختلقة. الأشخاص المعروضون هنا لم يوجدوا قط. اختُلقت أسماؤهم وتواريخهم وأماكنهم لبيان عمل البرنامج.
invented-banner-some = بيانات بعضها مختلق. جزء مما يُعرض هنا (أشخاص أو أحداث أو أعداد) اختُلق لبيان عمل البرنامج، ولا يتعلق بأحد وُجد يومًا.
invented-tag = مختلق
footer-claims = الأرقام ادعاءات المصادر المسمّاة، وليست نتائج توصلنا إليها.
footer-made = أُعدّ بواسطة
redirected = تبيّن أن { $old } وهذا السجل لشخص واحد. الصفحة الآن:

list-comma = {"، "}
list-semicolon = {"؛ "}
list-plus = {" + "}
list-or = {" أو "}
title-separator = {" · "}
# Its direction is the page's, though the first letters may be Latin.
source-population = {"\u200F"}{ $source } · { $population }
title-colon = {": "}
of-separator = {" من "}
maps-to = {" ← "}
unknown = غير معروف
withheld = محجوب
missing-page = لا توجد صفحة كهذه في هذا الإصدار.
not-printed = لم يُنشر
proof-link = الإثبات
number-of-whom = { $n } ({ $whom })
population-among = { $part } من { $whole }
in-brackets = ({ $what })
number-range = من { $low } إلى { $high }
at-least = { $n } على الأقل
about = نحو { $n }
at-most = { $n } على الأكثر
said-estimate = { $what } (تقدير إحصائي)
at-least-words = { $what } على الأقل
about-words = { $what } تقريبًا
at-most-words = { $what } على الأكثر
as-printed = { $what } (بحسب المنشور، وليس دقيقًا)
date-circa = نحو { $date }
date-months = من { $from } إلى { $to }
date-days = من { $from } إلى { $to }
all-persons = جميع الأشخاص
on-list = في القائمة
part-of = الجزء { $part } من { $parts }
part-before = الجزء السابق
part-after = الجزء التالي
rows-from-to = السطور من { $first } إلى { $last }
th-part = الجزء
whole-file = الملف كله
whole-row = السطر كله

population-all = الجميع
population-civilians = المدنيون
population-combatants = المقاتلون
measure-killed = القتلى
measure-killed-in-massacres = القتلى في المجازر فقط
measure-died-under-torture = الموتى تحت التعذيب
measure-massacres = المجازر
measure-detained = المحتجزون
measure-forcibly-disappeared = المختفون قسرًا
measure-displaced = النازحون
sex-female = أنثى
sex-male = ذكر
age-child = طفل
age-adult = بالغ
civilian-civilian = مدني
civilian-combatant = مقاتل
act-killing = قتل
act-death-under-torture = موت تحت التعذيب
act-arbitrary-arrest = اعتقال تعسفي
act-enforced-disappearance = اختفاء قسري
act-injury = إصابة
act-displacement = تهجير
act-attack = هجوم
attribution-disputed = مختلف عليه
counts-not-stated = غير مذكور أو مختلف فيه
attribution-not-stated = غير مذكور
attribution-withheld = الطرف محجوب
level-country = بلد
level-governorate = محافظة
level-district = منطقة
level-sub-district = ناحية
level-town = بلدة أو حي

n-persons = { $n ->
    [zero] لا أشخاص
    [one] شخص واحد
    [two] شخصان
    [few] { $n } أشخاص
    [many] { $n } شخصًا
   *[other] { $n } شخص
}
n-may-be-listed = ما يجوز إدراجه: { $n }
n-records = { $n ->
    [zero] لا سجلات
    [one] سجل واحد
    [two] سجلان
    [few] { $n } سجلات
    [many] { $n } سجلًا
   *[other] { $n } سجل
}
n-figures = { $n ->
    [zero] لا أرقام
    [one] رقم واحد
    [two] رقمان
    [few] { $n } أرقام
    [many] { $n } رقمًا
   *[other] { $n } رقم
}
n-events = { $n ->
    [zero] لا أحداث
    [one] حدث واحد
    [two] حدثان
    [few] { $n } أحداث
    [many] { $n } حدثًا
   *[other] { $n } حدث
}
n-rejected = { $n ->
    [zero] لا سطور مرفوضة
    [one] سطر مرفوض واحد
    [two] سطران مرفوضان
    [few] { $n } سطور مرفوضة
    [many] { $n } سطرًا مرفوضًا
   *[other] { $n } سطر مرفوض
}
noun-sources = { $n ->
    [zero] مصادر
    [one] مصدر
    [two] مصدران
    [few] مصادر
    [many] مصدرًا
   *[other] مصدر
}
noun-figures = { $n ->
    [zero] أرقام منشورة
    [one] رقم منشور
    [two] رقمان منشوران
    [few] أرقام منشورة
    [many] رقمًا منشورًا
   *[other] رقم منشور
}
noun-statements = { $n ->
    [zero] مواقف
    [one] موقف
    [two] موقفان
    [few] مواقف
    [many] موقفًا
   *[other] موقف
}
noun-events = { $n ->
    [zero] أحداث
    [one] حدث
    [two] حدثان
    [few] أحداث
    [many] حدثًا
   *[other] حدث
}
noun-persons = { $n ->
    [zero] أشخاص
    [one] شخص
    [two] شخصان
    [few] أشخاص
    [many] شخصًا
   *[other] شخص
}
age-years = { $n ->
    [zero] دون السنة
    [one] سنة واحدة
    [two] سنتان
    [few] { $n } سنوات
    [many] { $n } سنة
   *[other] { $n } سنة
}
age-range = من { $low } إلى { $high } سنة
size-bytes = { $n ->
    [zero] لا بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $n } بايتات
    [many] { $n } بايتًا
   *[other] { $n } بايت
}
pages-print-it = { $n ->
    [zero] في لا صفحة
    [one] في صفحة واحدة
    [two] في صفحتين
    [few] في { $n } صفحات
    [many] في { $n } صفحة
   *[other] في { $n } صفحة
}
retellings-of-one-report = { $n ->
    [zero] لا صفحات تنقل هذا التقرير.
    [one] صفحة واحدة تنقل هذا التقرير.
    [two] صفحتان تنقلان هذا التقرير نفسه. هو تقرير واحد لا مصدران؛ الصفحة ذات القائمة الأطول مفتوحة، والأخرى تحتها.
    [few] { $n } صفحات تنقل هذا التقرير نفسه. هو تقرير واحد لا عدة مصادر؛ الصفحة ذات القائمة الأطول مفتوحة، وبقيتها تحتها.
    [many] { $n } صفحة تنقل هذا التقرير نفسه. هو تقرير واحد لا عدة مصادر؛ الصفحة ذات القائمة الأطول مفتوحة، وبقيتها تحتها.
   *[other] { $n } صفحة تنقل هذا التقرير نفسه. هو تقرير واحد لا عدة مصادر؛ الصفحة ذات القائمة الأطول مفتوحة، وبقيتها تحتها.
}

th-accession = الملف المستلم
th-addresses = الصفحات
th-code = الرمز
th-column = العمود
th-date = التاريخ
th-deaths = الوفيات
th-entry = قيد السجل
th-event = الحدث
th-events = الأحداث
th-example = مثال
th-figure = الرقم
th-figures = الأرقام
th-fraction = العددان
th-killed = القتلى، جميع الأطراف
th-kind = النوع
th-lists = القوائم
th-measure = المعدود
th-month = الشهر
th-name = الاسم
th-number = العدد
th-other-pages = في صفحات أخرى
th-parties-added = الأطراف المجموعة
th-parties-written = الأطراف بكلمات المصدر
th-party-tree = في الشجرة المشتركة
th-period = المدة
th-person = الشخص
th-persons = الأشخاص
th-place = المكان
th-population = من يُعدّ
th-proof = الإثبات
th-property = الصفة
th-reason = السبب
th-record = السجل
th-records = السجلات
th-retellings = الصفحات
th-row = السطر
th-rows = السطور
th-said-by = من يقول ذلك
th-share = النسبة
th-source = المصدر
th-sources = المصادر
th-sum = هل يساوي مجموع الأطراف الكل؟
th-total = المجموع المنشور
th-trust-set = اختيار المصادر
th-value = القيمة
th-victim-group = إلى من ينتمي القتلى
th-within = ضمن
th-written = بكلمات المصدر
th-written-name = الاسم كما كُتب

fact-acronym = الاسم المختصر
fact-address = العنوان
fact-affiliations = الوسوم
fact-children = منهم أطفال
fact-code = الرمز
fact-contains = يضم
fact-derives-from = ينقل عن
fact-upper-end = الحد الأعلى لهذا المدى
fact-lower-end = الحد الأدنى لهذا المدى
fact-figure-id = الرقم
fact-file-name = اسم الملف
fact-mapping = قُرئ بحسب المطابقة
fact-media-type = نوع الوسيط
fact-name-in = الاسم ({ $language })
fact-note = ملاحظة القارئ:
fact-page = الصفحة التي نشرته
fact-person-id = المعرّف الدائم
fact-point = الإحداثيات
fact-published = نُشر في
fact-received = استُلم في
fact-retrieved = قُرئت الصفحة في
fact-role = ما هو
fact-sha256 = بصمة SHA-256 للبايتات
fact-size = الحجم
fact-terms = الشروط
fact-women = منهم نساء
