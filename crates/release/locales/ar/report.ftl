# التقرير عن مدة
report-kicker = تقرير · { $trust }
report-title = القتلى في سوريا، { $period }
report-whose = {"ما نشرته هذه المصادر، كلٌّ بكلماته، جنبًا إلى جنب ومن دون جمع: "}
report-contents = المحتويات
report-headline = الخلاصة
report-headline-line = { $killed }{ $among } ({ $period }).
report-headline-cases = في قوائم هذه المصادر عن { $period }: { $persons }، يُعدّ كلٌّ منهم مرة واحدة؛ انظر قائمة الحالات.
report-headline-none = لم ينشر أي من المصادر المختارة عددًا عن { $period } مما استُلم هنا. وهذا ليس صفرًا.
report-among-both = { $n ->
    [two] ، بينهما { $children } و{ $women }
   *[other] ، بينهم { $children } و{ $women }
}
report-among-one = { $n ->
    [two] ، بينهما { $who }
   *[other] ، بينهم { $who }
}
report-among-neither = { $n ->
    [two] ، ليس بينهما أطفال ولا نساء
   *[other] ، ليس بينهم أطفال ولا نساء
}
report-among-no-children = { $n ->
    [two] ، ليس بينهما أطفال
   *[other] ، ليس بينهم أطفال
}
report-among-no-women = { $n ->
    [two] ، ليس بينهما نساء
   *[other] ، ليس بينهم نساء
}
report-and-no-children = {" ولا أطفال"}
report-and-no-women = {" ولا نساء"}
report-other-pages = وتنشر صفحات أخرى تنقل التقرير نفسه: { $numbers }.
report-sentence = { $what }.
report-see-row = السطر
report-not-added = هذه المصادر لا تعدّ الناس أنفسهم، فلا تُجمع أعدادها ولا يُؤخذ متوسطها.
# Nouns, not verbs: printed without vowel signs, «قُتل» (was killed) after the name of whoever counted would read as «قَتل» (killed).
report-n-killed = { $n ->
    [zero] لا قتلى
    [one] مقتل شخص واحد
    [two] مقتل شخصين
    [few] مقتل { $n } أشخاص
    [many] مقتل { $n } شخصًا
   *[other] مقتل { $n } شخص
}
report-n-civilians-killed = { $n ->
    [zero] لا قتلى من المدنيين
    [one] مقتل مدني واحد
    [two] مقتل مدنيين اثنين
    [few] مقتل { $n } مدنيين
    [many] مقتل { $n } مدنيًا
   *[other] مقتل { $n } مدني
}
report-n-combatants-killed = { $n ->
    [zero] لا قتلى من المقاتلين
    [one] مقتل مقاتل واحد
    [two] مقتل مقاتلين اثنين
    [few] مقتل { $n } مقاتلين
    [many] مقتل { $n } مقاتلًا
   *[other] مقتل { $n } مقاتل
}
report-n-children = { $n ->
    [zero] لا أطفال
    [one] طفل واحد
    [two] طفلان
    [few] { $n } أطفال
    [many] { $n } طفلًا
   *[other] { $n } طفل
}
report-n-women = { $n ->
    [zero] لا نساء
    [one] امرأة واحدة
    [two] امرأتان
    [few] { $n } نساء
    [many] { $n } امرأة
   *[other] { $n } امرأة
}
report-n-tortured = { $n ->
    [zero] لم يمت أحد تحت التعذيب
    [one] مات شخص واحد تحت التعذيب
    [two] مات شخصان تحت التعذيب
    [few] مات { $n } أشخاص تحت التعذيب
    [many] مات { $n } شخصًا تحت التعذيب
   *[other] مات { $n } شخص تحت التعذيب
}
report-n-massacres = { $n ->
    [zero] لا مجازر
    [one] مجزرة واحدة
    [two] مجزرتان
    [few] { $n } مجازر
    [many] { $n } مجزرة
   *[other] { $n } مجزرة
}
report-n-detained = { $n ->
    [zero] لا معتقلين تعسفيًا
    [one] اعتقال شخص واحد تعسفيًا
    [two] اعتقال شخصين تعسفيًا
    [few] اعتقال { $n } أشخاص تعسفيًا
    [many] اعتقال { $n } شخصًا تعسفيًا
   *[other] اعتقال { $n } شخص تعسفيًا
}
report-n-disappeared = { $n ->
    [zero] لم يختفِ أحد قسريًا
    [one] اختفى شخص واحد قسريًا
    [two] اختفى شخصان قسريًا
    [few] اختفى { $n } أشخاص قسريًا
    [many] اختفى { $n } شخصًا قسريًا
   *[other] اختفى { $n } شخص قسريًا
}
report-n-cases = { $n ->
    [zero] لا أشخاص موثّقين.
    [one] شخص موثّق واحد.
    [two] شخصان موثّقان.
    [few] { $n } أشخاص موثّقين.
    [many] { $n } شخصًا موثّقًا.
   *[other] { $n } شخص موثّق.
}
report-method = المنهجية
report-method-set = أُعدّ هذا التقرير وفق اختيار واحد للمصادر: { $trust }. اختيار آخر يعطي تقريرًا آخر من البيانات نفسها.
report-method-own-words = كل عدد هو ما نشره مصدره بكلماته، ويُردّ إلى شجرة مشتركة للأطراف بجانب تلك الكلمات لا بدلًا منها.
report-method-retold = تنقل صفحات عدة تقريرًا واحدًا. يأتي أولًا المجموع الذي تنشره أكثرها (والأدنى عند التساوي)، وتؤخذ الأطراف من الصفحة ذات القائمة الأطول، وحيث تختلف الصفحات تُعرض الأعداد كلها.
report-method-share = النسبة هي عدد الطرف مقسومًا على مجموع الصفحة نفسها والفئة نفسها والمدة نفسها. وحيث لا يمكن ذلك يرد السبب مكانها.
report-method-log = كل عدد قيدٌ في سجل علني موقّع، يمكن التحقق منه دون اتصال ودون أن تثقوا بنا.
report-definitions = التعريفات
report-def-civilian = المدني: كما يستعمل كل مصدر الكلمة. والمصادر التي تعدّ الجميع معلّمة بذلك، ولا تقارن أعدادها بأعداد المدنيين.
report-def-party = الطرف: الجهة التي يتهمها المصدر. والعدد الخاص بتحالف يعود إلى التحالف لا إلى أي من أجزائه.
report-def-torture = الموت تحت التعذيب: يُنشر على حدة، وهو في الغالب داخل في عدد القتلى، فلا يُضاف إليه أبدًا.
report-def-massacre = المجزرة: كما يعرّفها كل مصدر، وتعني عند جهات رصد عدة مقتل خمسة أشخاص مسالمين على الأقل دفعة واحدة.
report-def-at-least = تُكتب «ما لا يقل عن» و«نحو» و«ما لا يزيد على» حيث تقولها الصفحة.
report-what-each-counts = ما ينبغي معرفته عن كل مصدر
report-parties = الضحايا بحسب الطرف
report-parties-note = جدول لكل مصدر بكلماته. والأطراف متهمة.
report-none-for = لم تنشر المصادر المختارة شيئًا في هذا عن { $period } مما استُلم هنا. وهذا ليس صفرًا.
report-none-but-listed = لم تنشر المصادر المختارة رقمًا في هذا عن { $period } مما استُلم هنا؛ أما الأشخاص الذين توثّقهم قوائمها فيُعدّون تحت «الأشخاص الموثّقون».
report-not-printed = لم يُنشر
report-th-children = أطفال
report-th-women = نساء
report-th-by-party = بحسب الطرف
report-th-change = التغيّر
report-th-alleged = الطرف المتهم
report-all-parties = كل الأطراف
report-children-women = الأطفال والنساء
report-governorates = المحافظات
report-governorates-note = المحافظة الغائبة هنا لم يُنشر عنها عدد، وهذا ليس صفرًا.
report-comparison = مقارنة بمدد سابقة
report-comparison-note = المصدر نفسه والمقياس نفسه والفئة نفسها في المدة السابقة وفي الأشهر نفسها قبل عام. ولا مقارنة بين مصدر وآخر.
report-comparison-none = ليست المدة أشهرًا كاملة، فلا مقارنة.
report-change-none = لا تغيّر
report-change-more = زيادة { $n }
report-change-fewer = نقصان { $n }
report-change-either = بين نقصان { $fewer } وزيادة { $more }
report-change-percent = { $change } ({ $percent })
report-percent-more = ‎+{ $percent }
report-percent-fewer = ‎−{ $percent }
report-change-from-zero = { $change } (العدد السابق صفر)
report-others = ماذا تقول مصادر أخرى
report-others-note = مصادر خارج اختيار هذا التقرير. لم تُستعمل أعدادها أعلاه.
report-others-none = لم ينشر أي مصدر خارج هذا الاختيار عددًا عن { $period } مما استُلم هنا.
report-statements = مواقف أُعلنت في هذه المدة
report-limits = الحدود
report-limit-printed = يستند هذا التقرير إلى أعداد منشورة قُرئت، لا إلى كل ما نُشر، ولا إلى زيارات ميدانية.
report-limit-alleged = الأطراف متهمة بحسب المصادر المسمّاة. ولا شيء هنا حكم محكمة.
report-limit-not-added = لا تُجمع مجاميع مصادر مختلفة أبدًا، فهي تتحدث عن القتلى أنفسهم.
report-limit-unknown = ما لم ينشره أحد ولم يدوّنه أحد ليس فيه. والعدد الغائب مجهول وليس صفرًا.
report-documented = الأشخاص الموثّقون
report-documented-note = من قوائم الأسماء، وكل شخص يُعدّ مرة واحدة. ومن ليس في أي قائمة لا يُعدّ، فليست هذه مجاميع؛ والأطراف المتهمة هي التي تسمّيها القوائم.
report-documented-held = مع الحد الأدنى في سياسة النشر لا يُعدّون إلا في صفحات الأشخاص الموثّقين، حيث تُحجب الأعداد الصغيرة معًا.
report-cases = قائمة الحالات
report-cases-note = الأشخاص الذين توثّقهم القوائم المختارة في المدة. والسجلات المتعددة لشخص واحد سطر واحد.
report-cases-none = لم تقدّم المصادر المختارة قائمة أسماء عن { $period }، أو تحجبها سياسة النشر.
report-cases-withheld = { $n ->
    [zero] لم يُحجب أحد منهم.
    [one] واحد منهم غير مُدرج: تحجب سياسة النشر تاريخه.
    [two] اثنان منهم غير مُدرجَين: تحجب سياسة النشر تاريخيهما.
    [few] { $n } منهم غير مُدرجين: تحجب سياسة النشر تواريخهم.
    [many] { $n } منهم غير مُدرجين: تحجب سياسة النشر تواريخهم.
   *[other] { $n } منهم غير مُدرجين: تحجب سياسة النشر تواريخهم.
}
report-annex = ملحق: الأعداد كما نُشرت
report-annex-note = كل عدد يستعمله هذا التقرير. والأعداد نفسها في الملف { $file }.
report-role-total = المجموع
report-role-by-party = طرف واحد
report-role-victim-group = فئة من القتلى
report-at-least = ما لا يقل عن { $n }
report-about = نحو { $n }
report-at-most = ما لا يزيد على { $n }
report-download-pdf = هذا التقرير بصيغة PDF
report-download-csv = أعداد الملحق بصيغة CSV
reports-title = التقارير
reports-lead = تقارير عن شهر أو سنة أو مدة أخرى، وفق اختيار للمصادر.
reports-none = لا تقرير في هذا الإصدار بعد.

# الرسوم
chart-source = المصدر: { $source }
chart-source-events = المصدر: الأحداث المستلمة، ولكل منها مصدره
chart-source-persons = المصدر: السجلات المستلمة، وكل شخص يُعدّ مرة واحدة
chart-source-choice = { $said }. اختيار المصادر: { $trust }
chart-unit-killed = القتلى ({ $who })
chart-unit-persons-month = القتلى في الشهر
chart-unit-events-day = الأحداث في اليوم
chart-unit-deaths-day = الأشخاص الموثّقون بحسب يوم الوفاة
chart-days-beside = يومهم غير معروف: { $day }؛ شهرهم غير معروف: { $month }
chart-unit-flow = السجلات في جانب والأشخاص في الجانب الآخر
chart-unit-estimate = أشخاص. الشريط: مجال النموذج بنسبة ٩٥٪، والنقطة: وسيطه
chart-finding-largest = { $source }، { $period }: أكبر عدد هو ما نُسب إلى { $party }، { $n } من أصل { $all }
chart-finding-nobodys = { $source }، { $period }: لم يُنسبوا إلى جهة معروفة: { $n } من أصل { $all }
chart-finding-told = { $source }، { $period }: الوارد بحسب الأطراف: { $n }؛ المجموع المنشور: { $all }
chart-finding-told-of-none = { $source }، { $period }: الوارد بحسب الأطراف: { $n }؛ ولا مجموع منشور معه
chart-finding-moved = { $source }: { $then } في { $from }، و{ $now } في { $to }
chart-finding-moved-before = { $source }: { $then } في { $from }، و{ $now } في { $to }؛ ولا عدد عن { $end }
chart-finding-apart = { $period }: من { $low } ({ $lowest }) إلى { $high } ({ $highest })
chart-finding-party-sum = { $source }، من { $from } إلى { $to }: أكبر عدد لطرف واحد هو ما نُسب إلى { $party }، { $n } من { $all } في ما نُشر مفصّلًا بحسب الطرف ({ $months })
chart-finding-party-told = { $source }، من { $from } إلى { $to }: ما نُسب إلى طرف واحد بعينه: { $n } من أصل { $all } في ما نُشر مفصّلًا بحسب الطرف ({ $months })
chart-finding-party-peak = { $source }، من { $from } إلى { $to }: أعلى عدد شهري في الرسم هو ما نُسب إلى { $party } في { $period }، وهو { $n }
chart-rest = منسوب لأطراف معًا أو بلا طرف
chart-unit-stacked = القتلى في الشهر بحسب الطرف، وفوق كل عمود مجموع المصدر نفسه
chart-unit-stacked-sums = القتلى في الشهر بحسب الطرف، وفوق كل عمود مجموع المصدر نفسه، وبين قوسين حاصل جمع أعداد الأطراف حيث يزيد عليه
chart-qualified = { $source }. بعض الأعداد منشور بصيغة «على الأقل» أو «نحو» أو تقديرًا
chart-n-months = { $n ->
    [zero] لا شهر
    [one] شهر واحد
    [two] شهران
    [few] { $n } أشهر
    [many] { $n } شهرًا
   *[other] { $n } شهر
}
chart-finding-events-month = { $n ->
    [zero] لا أحداث في { $period }
    [one] حدث واحد في { $period }
    [two] حدثان في { $period }
    [few] { $n } أحداث في { $period }
    [many] { $n } حدثًا في { $period }
   *[other] { $n } حدث في { $period }
}
chart-finding-deaths-month = { $n ->
    [zero] لا وفيات موثّقة في { $period }
    [one] وفاة موثّقة واحدة في { $period }
    [two] وفاتان موثّقتان في { $period }
    [few] { $n } وفيات موثّقة في { $period }
    [many] { $n } وفاة موثّقة في { $period }
   *[other] { $n } وفاة موثّقة في { $period }
}
chart-finding-flow = { $records } عن { $persons }
chart-finding-estimate = { $doubted ->
    [none] الموثّقون { $n }، والنماذج تقدّر المجموع بين { $low } و{ $high }
    [some] الموثّقون { $n }، والنماذج تقدّر المجموع بين { $low } و{ $high }، وتداخل القوائم يخالف بعضها
   *[all] الموثّقون { $n }، وتداخل القوائم يخالف كل النماذج ({ $low } إلى { $high }): القوائم لا تحسم العدد
}
chart-no-estimate = لا يُقدَّر العدد الكلي: تداخل هذه القوائم لا يكفي لتقديره.
model-dga = متوسط الرسوم البيانية
model-loglinear = النموذج اللوغاريتمي
model-chao = الحد الأدنى لتشاو
model-doubted = { $model } (مشكوك فيه)
chart-n-records = { $n ->
    [zero] لا سجلات
    [one] سجل واحد
    [two] سجلان
    [few] { $n } سجلات
    [many] { $n } سجلًا
   *[other] { $n } سجل
}
chart-persons-on-lists = { $k ->
    [zero] { $persons } خارج القوائم
    [one] { $persons } في قائمة واحدة
    [two] { $persons } في قائمتين
    [few] { $persons } في { $k } قوائم
    [many] { $persons } في { $k } قائمة
   *[other] { $persons } في { $k } قائمة
}
chart-documented = الموثّقون
chart-finding-stances = حتى { $date }: عدد من يؤكد { $affirms }، ومن يؤكد جزئيًا { $partly }، ومن ينفي { $denies }
chart-finding-stances-reported = { $found } (منها نقلًا عن { $reporter } وحده: { $n } من أصل { $all })
chart-unit-stances = المصادر ومواقفها بحسب اليوم
charts-title = رسوم وخرائط
charts-lead = رسمها البرنامج من بيانات هذا الإصدار: تُقرأ من دون جافاسكربت، وفي الطباعة، وبالأبيض والأسود، ولمن لا يميّز الألوان.
charts-end = تنتهي الرسوم الشهرية عند { $period }، وهو الشهر الذي نشر عنه أكبر عدد من المصادر. وأرقام الأشهر اللاحقة، حتى { $last }، في صفحات أشهرها.
charts-data = أرقام هذا الرسم
map-no-number = لا رقم
map-finding-held = الأشخاص الموثّقون بحسب المحافظة؛ { $n ->
    [zero] لا محافظة عددها محجوب
    [one] محافظة واحدة عددها محجوب
    [two] محافظتان عددهما محجوب
    [few] { $n } محافظات عددها محجوب
    [many] { $n } محافظة عددها محجوب
   *[other] { $n } محافظة عددها محجوب
}
map-unit-held = الأشخاص الموثّقون بحسب المحافظة ({ $trust })، والأحداث نقاط؛ الرمادي الداكن: محجوب؛ الرمادي: لا عدد
map-event = حدث
map-finding = { $place } في المقدمة: { $n } ({ $what }، { $period })
map-finding-some = { $what }، { $period }: المحافظات التي لها عدد: { $places }، ومجموعها { $n } من أصل { $all }
map-finding-some-of-none = { $what }، { $period }: المحافظات التي لها عدد: { $places }، ومجموعها { $n }
map-finding-persons = { $place } في المقدمة: { $persons }
map-finding-placed = الأشخاص الموثّقون المعروفة محافظاتهم: { $n } من أصل { $all }
map-finding-placed-alone = الأشخاص الموثّقون المعروفة محافظاتهم: { $n }
map-unit = { $what }، بحسب المحافظة؛ الرمادي: لا عدد
map-unit-persons = الأشخاص الموثّقون بحسب المحافظة ({ $trust })، والأحداث نقاط؛ الرمادي: لا عدد
map-source = المصدر: { $source }. الحدود: { $boundaries }
map-source-told = { $said }. الحدود: { $boundaries }
weekday-1 = الاثنين
weekday-2 = الثلاثاء
weekday-3 = الأربعاء
weekday-4 = الخميس
weekday-5 = الجمعة
weekday-6 = السبت
weekday-7 = الأحد
