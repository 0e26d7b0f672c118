# Whom do you trust? The script of the page fills the places in.
board-legend = بمن تثق؟
board-explanation = تُجمع الأرقام من جديد داخل هذه الصفحة ولا يُرسَل شيء. يُعدّ الشخص إذا ذكرته قائمة مختارة، ويُنسب إلى الجهة التي تسمّيها القوائم المختارة: فإذا استُبعدت قائمة فقد يزول خلاف، أو لا يُنسب الفعل إلى أحد. النسب من جميع من عُدّوا، بمن فيهم المختلَف فيهم ومن لم تُذكر جهة بشأنهم. أما الجداول أدناه فلا تتغيّر.
board-not-offered = لا يُتاح اختيار القوائم هنا، لأن الأعداد الصغيرة محجوبة ويمكن استنتاجها منه.
board-figures-legend = بمن تثق؟
board-figures-explanation = لكل جهة: أدنى نسبة وأعلى نسبة من القتلى نشرتها المصادر المختارة. لا يُحسب متوسط نسب مصادر مختلفة. لا يُرسَل شيء، والاختيار محفوظ في العنوان. أما المجاميع والرسم وجمل الاختلاف أعلاه والجداول أدناه فهي لجميع المصادر ولا تتبع الاختيار.
board-share-printed = النسبة المنشورة
board-on-one-list = في قائمة واحدة فقط
board-on-several-lists = في عدة قوائم
board-disputed = تسمّي القوائم جهات مختلفة
board-left-out-falls = عند استبعاد { $lists } تنخفض حصة { $party } من { $from } إلى { $to }.
board-left-out-rises = عند استبعاد { $lists } ترتفع حصة { $party } من { $from } إلى { $to }.
board-left-out-same = عند استبعاد { $lists } لا تتغيّر حصة أي جهة.
board-only-falls = بحسب { $lists } وحدها تنخفض حصة { $party } من { $from } إلى { $to }.
board-only-rises = بحسب { $lists } وحدها ترتفع حصة { $party } من { $from } إلى { $to }.
board-only-same = بحسب { $lists } وحدها لا تتغيّر حصة أي جهة.
board-none = لم يُختر أي مصدر، فلا يُعدّ أحد.
board-nothing = لم تُنشر نسبة
board-strangers = ذكر الرابط قوائم ليس لها شيء في هذا الجدول، فأُهملت.
board-total = { $n ->
    [zero] لم يُعدّ أحد، من أصل { $all } في القوائم كلها.
    [one] عُدّ شخص واحد، من أصل { $all } في القوائم كلها.
    [two] عُدّ شخصان، من أصل { $all } في القوائم كلها.
    [few] عُدّ { $n } أشخاص، من أصل { $all } في القوائم كلها.
    [many] عُدّ { $n } شخصًا، من أصل { $all } في القوائم كلها.
   *[other] عُدّ { $n } شخص، من أصل { $all } في القوائم كلها.
}
percent-range = { $low }–{ $high }
statements-over-time = عبر الزمن
statements-origin = أعاد نشره
statements-printed = ما نُشر فعلًا
th-stance = الموقف
