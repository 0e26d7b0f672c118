# بلاغات المختفين
notice-kicker = اختفاء قسري
notice-citizen = { $sex ->
    [female] المواطنة
   *[male] المواطن
}
notice-title = { $sex ->
    [female] { $category } { $name } مختفية قسريًا منذ عام { $year }
   *[male] { $category } { $name } مختفٍ قسريًا منذ عام { $year }
}
notice-fate = { $sex ->
    [female] مصيرها مجهول لدى أسرتها ولدينا.
   *[male] مصيره مجهول لدى أسرته ولدينا.
}
notice-facts = من ومتى وأين
notice-issued-by = صادر عن
notice-issued-on = تاريخ الإصدار
notice-name = الاسم
notice-born = سنة الولادة
notice-since = الاختفاء منذ
notice-occupation = العمل
notice-from = من
notice-lived-in = مكان الإقامة
notice-arrest-place = مكان الاعتقال
notice-checkpoint = الحاجز
notice-circumstances = الظروف
notice-arrested-with = المعتقلون معه
notice-alleged-party = الطرف المتهم
notice-alleged-body = الجهاز المتهم
notice-taken-to = وجهة النقل
notice-last-known = آخر ما عُرف
notice-official-answer = جواب السلطات
notice-family = الأسرة
notice-steps = خطوات الأسرة
notice-n-others = { $n ->
    [zero] لا أحد
    [one] شخص آخر واحد
    [two] شخصان آخران
    [few] { $n } أشخاص آخرين
    [many] { $n } شخصًا آخر
   *[other] { $n } شخص آخر
}
notice-known = ما هو معروف، وعمّن
notice-according-to = بحسب { $who }
notice-bodies = الجهات التي أُبلغت
notice-bodies-none = لم يُدوَّن إبلاغ أي جهة.
notice-body-wgeid = فريق الأمم المتحدة العامل المعني بحالات الاختفاء القسري أو غير الطوعي
notice-body-torture = مقرر الأمم المتحدة الخاص المعني بالتعذيب
notice-body-counter-terrorism = مقرر الأمم المتحدة الخاص المعني بحقوق الإنسان في سياق مكافحة الإرهاب
notice-body-health = مقرر الأمم المتحدة الخاص المعني بالحق في الصحة
notice-body-ced = لجنة الأمم المتحدة المعنية بحالات الاختفاء القسري
notice-missing = مما يطلبه الفريق العامل حدًّا أدنى، ما يلي غير معروف أو غير منشور بعد:
notice-min-date = شهر الاعتقال أو آخر مشاهدة
notice-min-place = مكان الاعتقال أو آخر مشاهدة
notice-min-forces = القوات التي يُعتقد أنها مسؤولة
notice-min-steps = الخطوات التي اتخذتها الأسرة
notice-call = ندعو من يحتجزون هذا الشخص ومن يعلمون أمره إلى الكشف عن مصيره ومكانه، وندعو الجهات المسمّاة إلى سؤال السلطات.
notice-send = كيف ترسلون معلومة بأمان
notice-send-danger = إن كان الكلام يعرّضكم أو يعرّض غيركم للخطر فانتظروا. شاهد آمن لاحقًا خير من شاهد مهدد الآن.
notice-send-device = استعملوا جهازًا لا يشارككم فيه أحد، ولا تستعملوا شبكة يديرها طرف في النزاع.
notice-send-no-names = في الرسالة الأولى قولوا فقط إن لديكم معلومة وكيف يمكن الوصول إليكم، من دون أسماء أو أماكن.
notice-send-not-public = لا تجيبوا علنًا أبدًا، لا تحت منشور ولا في مجموعة.
notice-send-none = لم يذكر ناشر هذا الإصدار طريقة لإرسال المعلومات.
notice-consent = وافقت الأسرة على هذا النشر، وموافقتها مدوّنة. ولها أن تسحبها متى شاءت، فيُسحب البلاغ.
notice-download-pdf = هذا البلاغ بصيغة PDF
notice-download-card = صورة للمشاركة
notice-download-poster = ملصق مع رمز QR (PDF)
notice-card-detail = إن كنتم تعلمون شيئًا: اقرؤوا كيف ترسلونه بأمان.
notice-poster-missing = اختفاء قسري
notice-poster-code = رمز QR بعنوان هذا البلاغ
notice-poster-scan = البلاغ، وكيف ترسلون معلومة بأمان:
notices-title = بلاغات المختفين
notices-lead = صفحة لكل شخص وافقت أسرته على بلاغ.
notices-none = لا بلاغ منشورًا في هذا الإصدار.

# المستجدات والمشاركة والمساعدة
feed-all = المستجدات
update-figure = { $source }: { $killed } ({ $period })
update-figure-of = { $source }: { $killed } ({ $place }، { $period })
update-of-party = { $what }، بحسب نسبة المصدر إلى: { $party }
update-retold = { $what }، { $pages }
update-differs = { $what }؛ و{ $n } { $pages }
update-statement = { $source }: { $words }
update-event = { $source }: { $what }
feed-events = أحداث
day-title = مستجدات { $day }
day-n-updates = { $n ->
    [zero] لا مستجدات
    [one] مستجد واحد
    [two] مستجدان
    [few] { $n } مستجدات
    [many] { $n } مستجدًا
   *[other] { $n } مستجد
}
day-all = كل الأيام
days-title = المستجدات بحسب اليوم
days-lead = ما نُشر وما قيل، في اليوم الذي يذكره مصدره.
days-feeds = للمتابعة بقارئ خلاصات
days-th-updates = المستجدات
share-title = شاركوا
help-title = كيف تساعدون
