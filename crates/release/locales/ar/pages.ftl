# البداية
home-kicker = من يقول ماذا عن قتلى الحرب في سوريا
home-lead = كثيرون يوثّقون القتلى أنفسهم، ومجاميعهم مختلفة. هنا تقف أرقامهم المنشورة جنبًا إلى جنب بكلماتهم هم، وكل عدد يقود إلى الصفحة التي نشرته، وإلى الملف الذي استُلم معه، وإلى إثبات أن شيئًا لم يتغير منذ ذلك الحين.
home-sources = من يقول ذلك، وما الذي يعدّه كل منها
home-figures = شهرًا بشهر، ومع كل رقم الصفحة التي نشرته
home-statements = من يتخذ أي موقف، وبأي كلمات
home-events = بحسب المكان، كما يرويها مصدرها
home-persons = كل شخص يُعدّ مرة واحدة، مهما كثرت القوائم التي تسمّيه
home-persons-invented = كلهم مختلقون، لبيان كيف تُجمع القوائم
home-claims = رقم مقتبس جرى التحقق منه
home-not = ما ليس هذا
home-not-verified = ليس حكمًا في من قتل من. الأطراف متهمة بحسب المصدر المسمّى بجانبها.
home-not-added = ليس مجموعًا واحدًا. المصادر لا تعدّ الناس أنفسهم، فلا تُجمع أرقامها معًا ولا يُؤخذ متوسطها.
home-not-complete = ليس كاملًا. فيه الأرقام المنشورة التي قُرئت، لا كل ما نُشر.
home-not-names = ليس قائمة بأسماء ضحايا حقيقيين. كل شخص مسمّى هنا مختلق ومعلّم بذلك.
home-check = لا حاجة إلى أن تثقوا بنا
home-check-words = المجلد الذي يحوي هذا الموقع يُتحقق منه دون اتصال، بالمفتاح العلني وحده.
home-data = البيانات
data-figures-csv = كل الأرقام في جدول
data-figures-json = الأرقام نفسها بصيغة JSON
data-patterns-json = أعداد الأشخاص بحسب القوائم التي تسمّيهم

# المصادر
sources-title = من يقول ذلك
sources-lead = منظمة أو حكومة أو صحيفة أو شخص. ومن ينقل مادة غيره ليس شاهدًا ثانيًا.
source-organisation = منظمة
source-outlet = وسيلة إعلام
source-government = حكومة
source-intergovernmental-body = هيئة دولية حكومية
source-person = شخص
source-compiler = جامع بيانات
source-reports = التقارير بحسب المدة
source-reports-note = سطر لكل تقرير، مهما كثرت الصفحات التي تنقله. والمجاميع المختلفة بين الصفحات معروضة كلها.
source-wordings = كلماته للأطراف
source-accessions = الملفات التي قدّمها
derives-not-second = ينقل مادة المصادر المذكورة أعلاه، وليس شاهدًا ثانيًا إلى جانبها.
caution-title = قبل أن تستعمله

# الأطراف
parties-title = الأطراف
parties-lead = شجرة مشتركة واحدة تُردّ إليها كلمات كل مصدر وتبقى محفوظة. الرقم الخاص بتحالف يعود إلى التحالف لا إلى أي من أجزائه.
party-kicker = طرف
party-joint-note = الأرقام المنشورة عن هذه الأطراف مجتمعةً تقف هنا، ولا تُقسم على أجزائها.
party-alleged-note = ما يرد هنا اتهام تقوله المصادر المسمّاة.
party-months = القتلى على يد هذا الطرف بحسب كل مصدر
party-months-rule = الأشهر والبلد كله فقط. حين تنقل صفحات تقريرًا بأعداد مختلفة يأتي أولًا العدد الذي تنشره أكثرها، وبجانبه الأعداد الأخرى. والسطور التي تنشرها صفحة متفرقة (كالغارات والقصف) تُجمع ويُعرض مجموعها.
chart-party = القتلى على يد هذا الطرف شهرًا بشهر بحسب كل مصدر
chart-party-description = { $n ->
    [zero] لا أعداد منشورة.
    [one] عدد منشور واحد، في الجدول أدناه.
    [two] عددان منشوران، في الجدول أدناه.
    [few] { $n } أعداد منشورة، كلها في الجدول أدناه.
    [many] { $n } عددًا منشورًا، كلها في الجدول أدناه.
   *[other] { $n } عدد منشور، كلها في الجدول أدناه.
}
party-wordings = كلمات كل مصدر له
party-not-mapped = ليس في الشجرة

# الأشهر
months-title = الأرقام جنبًا إلى جنب
months-lead = لكل شهر ولكل مدة أطول: ما نشره كل مصدر.
range-of-population = { $population }: { $range }
months-longer = مدد أطول وأقصر
month-kicker = الأرقام جنبًا إلى جنب
month-lead = كل مصدر بكلماته وفي الشجرة المشتركة. مجاميع المصادر المختلفة لا تُجمع. وحيث لا يمكن حساب النسبة يرد السبب مكانها.
month-disagree = المصادر مختلفة ({ $population }): من { $low } ({ $lowest }) إلى { $high } ({ $highest })، والفارق { $difference }.
chart-month = { $what }: المجاميع التي نشرها كل مصدر
place-not-in-table = كما كتبه المصدر
total-not-printed = لم يُنشر
torture-not-added = الموتى تحت التعذيب يُنشرون على حدة، وهم في الغالب داخلون في عدد القتلى، فلا يُضافون إليه أبدًا.
retelling-at = كما نُقل في
retellings-differ = الصفحات التي تنقل هذا التقرير مختلفة
split-by-party = بحسب الطرف
victim-groups = إلى من ينتمي القتلى
sum-equal = نعم
sum-exceeds = لا، يزيد عليه
sum-short = لا، ينقص عنه
sum-incomplete = القائمة ناقصة
sum-words-equal = مجموع الأطراف يساوي المجموع المنشور: { $sum }.
sum-words-exceeds = أطراف المصدر نفسه مجموعها { $sum }، وهو أكثر من المجموع { $total } الذي ينشره. تُرك ذلك على حاله.
sum-words-short = أطراف المصدر نفسه مجموعها { $sum }، وهو أقل من المجموع { $total } الذي ينشره. تُرك ذلك على حاله.
sum-words-incomplete = قائمة الأطراف ناقصة في هذه الصفحة: مجموع سطورها { $sum } من { $total }.
no-share-joint-parties = لا نسبة: عدة أطراف معدودة في رقم واحد.
no-share-victim-group = لا نسبة: هذا يبيّن إلى من ينتمي القتلى، لا من قتلهم.
no-share-missing-total = لا نسبة: لم ينشر المصدر مجموعًا للأشخاص أنفسهم.
no-share-several-totals = لا نسبة: نشر المصدر عدة مجاميع مختلفة.
no-share-zero-total = لا نسبة: المجموع صفر.
no-share-party-not-printed = لا نسبة: لم ينشر المصدر رقمًا لهذا الطرف.

# الأماكن
places-title = الأماكن
places-lead = المحافظات والأماكن التي تسمّيها المصادر.
place-figures = أرقام منشورة عن هذا المكان
place-events = أحداث مروية هنا
places-events-note = تُعدّ الأحداث مع أحداث الأماكن الواقعة ضمن المكان.
place-events-within = أحداث في أماكن ضمنه
place-persons = أشخاص معدودون هنا
events-by-place = كل حدث في صفحة مكانه.
events-elsewhere = أحداث ليس مكانها في جدولنا:

# الادعاءات
claims-title = أرقام مقتبسة جرى التحقق منها
claims-lead = يُقتبس رقم ويُنسب إلى جهة. فهل نشرته؟
claim-kicker = ادعاء
verdict-found = موجود: نشر المصدر المسمّى أرقامًا تعطي هذه النسبة
verdict-not-found = غير موجود: لا شيء مما نشره المصدر المسمّى لهذه المدة يعطي هذه النسبة
verdict-nothing-printed = لا شيء يُحسب منه: لم ينشر المصدر المسمّى أرقامًا كهذه لهذه المدة
claim-printed = بحسب { $source } عن { $period }: { $numerator } من { $denominator }، أي { $percent }.
claim-nearest = وبحسب { $source } عن { $period }: { $numerator } من { $denominator }، وهذا يعطي { $percent }.
claim-party = الطرف
claim-share = النسبة المقتبسة
claim-attributed = منسوبة إلى
claim-by-source = ما نشره المصدر المسمّى عن هذه المدة
claim-equal = من نشر فعلًا أرقامًا تعطي هذه النسبة عن هذه المدة
claim-others = ما نشرته مصادر أخرى عن هذه المدة
claim-nearby = المصدر نفسه في مدد مجاورة
claim-elsewhere = مدد أخرى تعطي فيها أرقام المصدر نفسه هذه النسبة
claim-parties-sum = (مجموع أطرافه هو { $sum })
claim-not-computable = حيث لا يمكن حساب نسبة، والسبب
claim-how = كيف حُسب هذا
claim-how-words = كل نسبة هي العدد المنشور للطرف مقسومًا على المجموع الذي نشرته الصفحة نفسها للأشخاص أنفسهم. والنسب المساوية للمقتبسة، بدقة اقتباسها، مكتوبة بخط غليظ. ولا يُحسب شيء من أرقام مشتركة أو فئات ضحايا أو صفحات بلا مجموع.

# المواقف
statements-title = من يتخذ أي موقف
statements-lead = مواقف المصادر من سؤال، بصياغة معادة، مع التاريخ والصفحة.
stance-affirms = يؤكد
stance-partly-affirms = يؤكد جزئيًا
stance-denies = ينفي
stance-no-position = لا يتخذ موقفًا
statement-reported-by = نقلًا عن
statement-who-reported = { $source } (نقلًا عن { $reporter })
statement-words-checked = { $words } — { $found }
statement-republishes = يعيد نشر مادة
statement-not-second = وهذا ليس مصدرًا ثانيًا.
statement-claim-checked = الرقم المقتبس هنا جرى التحقق منه

# الأشخاص
person-kicker = شخص
person-lead = عدد السجلات التي تتحدث عن هذا الشخص: { $records }، وعدد القوائم التي جاءت منها: { $sources }.
person-said = من يقول ماذا
person-said-rule = كل قيمة محفوظة مع من يقولها، وأولها ما يقوله أكثر المصادر.
person-records = السجلات
name-withheld = الاسم محجوب
name-unknown = الاسم غير معروف
property-name = الاسم
property-sex = الجنس
property-age = العمر
property-age-class = طفل أم بالغ
property-civilian = مدني أم مقاتل
property-act = الفعل
property-date = التاريخ
property-place = المكان
property-party = الطرف المتهم
property-cause = السبب
property-also = { $property }، قيل أيضًا

# الأرقام
figure-kicker = رقم منشور
figure-printed = ما نُشر
figure-from = من أين جاء
role-total = مجموع جميع الأطراف
role-by-party = عدد لطرف واحد
role-victim-group = إلى من ينتمي القتلى
caution-joint-parties = في هذا الرقم عدة أطراف، وهو لها مجتمعةً لا لأي منها وحده.
caution-massacres-only = القتلى في المجازر فقط، وهم جزء من قتلى المدة.
caution-torture-within-killed = موتى تحت التعذيب، منشورون سطرًا ضمن القتلى.
caution-not-added-to-killed = منشور على حدة، وهو في الغالب داخل في عدد القتلى، فلا يُضاف إليه.
caution-party-left-out = تُسقط الصفحة طرفًا، فقائمتها ناقصة.
caution-date-inferred = استنتج قارئ الصفحة السنة أو التاريخ.
caution-bound-of-range = أحد طرفي مجال نشرته الصفحة.
caution-statistical-estimate = حُسب بنموذج إحصائي: هو تقدير لا عدّ لأشخاص موثّقين.

# الملفات المستلمة
accession-kicker = ملف مستلم
accessions-title = الملفات المستلمة
accessions-lead = يُحفظ كل ملف بالبايتات التي استُلمت، باسم بصمته SHA-256.
rejected-title = السطور المرفوضة
rejected-note = لا يُسقط شيء بصمت. والقيمة المرفوضة نفسها لا تُعرض هنا، فقد تخص شخصًا.
rejected-none = لم يُرفض أي سطر.

# الأعداد
counts-title = أعداد الأشخاص
counts-kicker = أعداد الأشخاص
counts-lead = كل شخص يُعدّ مرة واحدة بحسب اختيار للمصادر. والجواب يتغير بتغير من تثق به.
counts-none = ليس في هذا الإصدار قوائم أشخاص.
counts-no-list = لم يقدّم أي من هذه المصادر قائمة أشخاص، فعدد من يوثّقهم فردًا فردًا غير معروف.
counts-documented = { $n ->
    [zero] لا أشخاص موثّقون
    [one] شخص موثّق واحد
    [two] شخصان موثّقان
    [few] { $n } أشخاص موثّقين
    [many] { $n } شخصًا موثّقًا
   *[other] { $n } شخص موثّق
}
counts-documented-note = الموثّق من تسمّيه إحدى هذه القوائم على الأقل. وليس هذا تقديرًا لعددهم في الواقع.
counts-by-party = بحسب الطرف
counts-by-month = بحسب الشهر
counts-by-year = للأشهر صفحة لكل سنة
counts-by-place = بحسب المكان
counts-by-sex = بحسب الجنس
counts-by-age = الأطفال والبالغون
counts-by-civilian = المدنيون والمقاتلون
counts-by-act = بحسب الفعل
counts-not-equal = في الجدول { $table } وفي هذه القائمة { $list }.
rows-withheld = في الجدول { $counted }. { $n ->
    [zero] لم يُحجب أحد منهم
    [one] وواحد منهم غير مُدرج هنا
    [two] واثنان منهم غير مُدرجَين هنا
    [few] و{ $n } منهم غير مُدرجين هنا
    [many] و{ $n } منهم غير مُدرجين هنا
   *[other] و{ $n } منهم غير مُدرجين هنا
}، لأن هذه القائمة تكشف ما حُجب عنهم.
patterns-title = من في أي القوائم
patterns-note = سطر لكل تركيبة من القوائم: الأشخاص الواردون فيها تحديدًا.
patterns-add-up = يمكن جمع كل الأعداد أعلاه من هذا الجدول.
counts-table-held = هذا الجدول محجوب: عدد الأشخاص فيه قليل إلى حدّ أنه يكشف عن كل منهم.

# التحقق
check-title = تحقّق من هذا المجلد بنفسك
check-lead = انسخ المجلد واقطع الشبكة ونفّذ:
check-what = ما الذي يُتحقق منه
check-files = لكل ملف بصمة SHA-256 المكتوبة في SHA256SUMS، ولا ملف ناقص ولا زائد.
check-log = نقطة تدقيق السجل تحمل توقيعنا، ولشجرة السجل الجذر الموقّع.
check-proofs = كل إثبات يقود من سطره إلى ذلك الجذر.
check-flip = بايت واحد متغير في أي مكان يُفشل التحقق، ويُسمّى الملف.
check-origin = السجل
check-fingerprint = بصمة المفتاح
check-version = أُعدّ بالإصدار
check-sums = البصمات
check-checkpoint = نقطة التدقيق
check-fingerprint-note = قارن البصمة ببصمة وصلتك منا من طريق غير هذا المجلد.
check-path = من العدد إلى بايتاته
check-path-words = اتبع العدد إلى رقمه أو شخصه، ومنه إلى الملف المستلم وبصمته SHA-256، وافتح الإثبات. يُظهر الإثبات الحقول العلنية من قيد السجل ويلتزم بالحقول المحجوبة.

# المنهج
method-title = كيف أُعدّ هذا
method-lead = ما الذي يُفعل بالأعداد، وما الذي لا يُفعل بها أبدًا.
method-figures = الأرقام المنشورة
method-claims = الرقم ادعاء المنظمة المسمّاة كما نشرته صفحة. والمنظمات تعدّ أناسًا مختلفين: المدنيين فقط، أو الجميع، أو ضحايا طرف.
method-parties = تُردّ كل تسمية إلى طرف في شجرة مشتركة، وتُحفظ التسمية. والرقم المشترك يعود إلى العقدة الجامعة لا إلى أي من الأطراف.
method-shares = لا تُحسب نسبة إلا من أعداد تنشرها صفحة واحدة للأشخاص أنفسهم، وإلا يُكتب السبب مكانها.
method-sums = المجاميع التي لا تستقيم هي مجاميع المصدر نفسه. تُذكر ولا تُصلح أبدًا.
method-retellings = الصفحات التي تنقل تقريرًا واحدًا تقرير واحد. وحيث تختلف تُعرض كل القيم.
method-sohr = السطور التي تبيّن إلى من ينتمي القتلى لا تدخل أبدًا في نسبة بحسب الفاعل.
method-persons = الأشخاص
method-linked = سجلات القوائم التي تتحدث عن شخص واحد تُجمع بالاحتمال، ويحتفظ الشخص بالمعرّف نفسه.
method-display = من القيم المختلفة تُعرض أولًا القيمة التي يقولها أكثر المصادر، وكلها محفوظة.
method-disputed = حين تسمّي المصادر الموثوقة أطرافًا مختلفة يُعدّ الشخص مختلفًا عليه، وحين لا يسمّي أي منها طرفًا يُعدّ غير مذكور.
method-documented = الأعداد لأشخاص موثّقين. ولا يُضاف أحد ليس له سجل في قائمة.
method-privacy = ما الذي يُترك
method-withheld = الأعمدة الأصلية والحقول الحرة وأسماء من سلّموا الملفات لا تُنشر أبدًا.
method-names = أسماء الأشخاص الحقيقيين لا تُنشر إلا بقرار لكل منهم.
method-requests = يمكن سحب قيد. ويبقى السجل قابلًا للتحقق، ويقول إن شيئًا سُحب.
method-statements = المواقف
method-republished = المصدر الذي يعيد نشر مادة غيره يُعرض بجانبه ولا يُعدّ مصدرًا ثانيًا.
