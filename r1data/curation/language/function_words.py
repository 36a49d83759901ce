"""Function words: the small words by which the languages of one script are told apart.

About half the words of any prose are of these. Only languages that share a script with others need
them. A list also holds the words that look like another language's: `die` and `man` are English.
"""

# ruff: noqa: RUF001 - words of many languages have letters of many scripts
from functools import lru_cache

FUNCTION_WORDS = {
    "en": """the of and to in for is on that be with as it you at are by will this or was from an
have your can if has not all he which we their they our but one more other after any his her out
its been some do may about these two also my were there most how had up would into before them
when such who each only like what must use no so then than where because therefore thus hence
since while both let now just very here she him me us i am don doesn isn aren didn wasn couldn
wouldn won shouldn ve ll re could should might did does being over through between under again
once same first next wait okay yes maybe another those few too well get got make see need find
know think want every either neither without within until though although however die war man hat
bin den son sons par pour plus sans car met door toe ten van per came come dove hand tie pod tam
go far fare hall era note data sobre hem dare via sin con pro ex alle com sea sole case mine end
ben non due care ad ed al ali hay men sam""",
    "de": """der die und in von das den mit sie zu auf ist für im sich ein eine es des auch dem
nicht an als werden wir ich wird aus oder nach bei sind er einer am einen nur einem noch wie aber
man hat kann war zum so zur um durch vor uns über diese dann mehr können haben da wenn ihre wurde
dass daß alle bis sein wieder immer schon dieser hier gibt was mir waren beim ihr etwas vom keine
doch du hatte damit zwischen zwei sehr also ob denn jetzt muss müssen sollte weil daher somit
diesem dieses diesen unter gegen ohne""",
    "fr": """de la et le les des en est du un une pour dans il que par qui au sur sont pas ce plus
ne avec se ou qu cette nous on être mais aux je elle ils peut vous leur ont ces même fait deux ses
son aussi tout entre ainsi sa été comme autre faire bien autres non très sera tous donc si après
là encore dont sans leurs avant peu chaque votre notre où alors puis car quand cela ça avons soit
lorsque puisque lui nos mes me te mon""",
    "es": """de la que en el los un las con es se para no por una del su lo como al si este sus
son ya pero muy ser esta tiene todo me está entre nos puede sobre hay parte sin cada todos cuando
donde ahora dos también hasta han mejor da esto bien ni mucho más desde yo él ella eso porque
entonces pues así luego estos estas tenemos sea qué cómo tu te mi le les fue nuestro""",
    "it": """di il la in che per un del le non si da una al ha sono alla dei anche nel dell ma
delle più stato all gli dal alle nella ai ad due lo se tra questo ed su ci cui dopo essere hanno
degli sarà dalla come questa ora sulla sia tre poi già era tutti uno così nei perché quindi allora
quando dove abbiamo possiamo ogni mi ti della con""",
    "pt": """de que do da com para em os se no um não na por uma as mais dos ao das como mas sua
tem ser já foi ou nos pelo seu também muito são pela este ainda aos pode há vai ter esta às isso
bem todos nas entre num sem porque quando suas ele depois mesmo então temos cada eu você nós onde
assim até essa esse isto ela foram está é à""",
    "ca": """de la que el els les en un una per amb és no del al dels com més però també són ha
pel seva seu aquest aquesta quan on fins si ja molt entre des sobre tots tot cada perquè doncs ser
va han nosaltres llavors""",
    "ro": """și în de la cu pe că un nu din o pentru este care mai sau ce au fi dar ca se al le
ale după prin fost sunt acest această lui ei ar am fie când dacă până foarte toate sa să noi voi
între unde deci astfel atunci""",
    "nl": """de van het een en in is op zijn met voor te hij door werd uit die dat als was ook aan
er deze bij om naar tot of niet maar ze dit worden wordt na haar zich dan heeft nog meer kan onder
zou weer al tussen had hun over andere zij hebben geen waar tegen toen wel zeer deel veel we je ik
dus moeten kunnen want omdat wat hoe nu twee daarom elke alle""",
    "sv": """och att för en som på av är till med det har ett om den de kan från vi man inte du
eller så sig var vid jag han men när detta efter alla andra ska vara där under även genom här ut
mot hur mycket få många mer också vill hade oss del samt mellan denna inom över se hela nu kommer
något dessa både skulle vad än vår utan eftersom sedan alltså""",
    "da": """og at for en som på af er til med det har et om den de kan fra vi man ikke du eller
så sig var ved jeg han men når dette efter alle andre skal være der under også gennem her ud mod
hvor meget mange mere vil havde os mellem denne inden over hele nu noget disse både skulle hvad
end vores uden fordi derfor""",
    "no": """og at for en som på av er til med det har et om den de kan fra vi man ikke du eller
så seg var ved jeg han men når dette etter alle andre skal være der under også gjennom her ut mot
hvor mye mange mer vil hadde oss mellom denne innen over hele nå noe disse både skulle hva enn vår
uten fordi derfor""",
    "fi": """ja on ei se että oli mutta kun hän joka ovat niin tai myös ole mukaan voi ne jos sen
kuin vain sekä jo nyt tämä tässä siitä siis koska ollut olla kaikki mitä minä me he sitten joten
meidän voimme""",
    "pl": """na się do nie że to jest od po za jak już ale dla tym tylko przez są ma które będzie
jednak co czy też oraz być ich tej tego bo jego przy który pod był także może jeszcze go został
przed można jeśli bardzo ten mają kiedy niż by teraz gdy sobie ze nas bez również je jej ponad
która tam takie więc zatem ponieważ każdy mamy wtedy jako aby we""",
    "cs": """je se na že to do ve pro jako za by si ale jsou od při po není však který která které
jeho být až tak nebo také jen podle bylo byl byla co už před ze aby než když jsem ještě tedy proto
pokud máme můžeme kde každý mezi jak kteří tento jejich""",
    "hr": """je se na da su za od kao koji koja koje nije bi ili ali što sve po do iz već kako
samo više biti može bio bila ako jer kada tako onda ovo ovaj ova imamo između prema gdje svaki još
nakon pri te sam smo""",
    "hu": """az és hogy nem is egy ez ha már csak még meg mint vagy de volt el ki kell lehet azt
minden nagyon van ami amely ezt akkor mert így tehát majd itt ott azonban között után vannak lesz
két mi ezek""",
    "tr": """ve bir bu için ile da olarak de olan daha çok her en sonra ilgili gibi göre
tarafından veya kadar ise nin ne iki üzere içinde ya olduğu tüm önce birlikte üzerinde ancak hem
fakat tek aynı ayrıca ki kez arasında diğer değil var yok biz ben şimdi çünkü eğer olur nasıl bunu
o zaman""",
    "id": """yang dan di dengan untuk dari pada ini itu adalah dalam tidak akan ke juga atau oleh
sebagai karena ada bisa dapat telah kita kami mereka saya lebih sudah jika maka tersebut antara
setiap kemudian jadi harus sehingga seperti banyak""",
    "vi": """và các có của là cho được những trong với không người một để đã đến khi về đó hiện
tại như việc này phải từ vào làm theo sẽ chỉ trên tôi cũng hơn điều lại còn bị hay vì nên thì nếu
ta rằng mà mỗi vậy nhưng chúng bằng ra thể hai""",
    "ru": """не на что это по он как но его все мы из то за только они было так от для мне ее её
если или еще ещё ни же меня был вы были до ты когда она их бы есть можно здесь вот нет даже где
этого под себя них теперь него ему чтобы там просто при после была уже может тоже того которые
этот быть лишь один надо эти более ведь сам ну чем нас будет этим потом тогда значит поэтому также
между во со об который которая нужно""",
    "uk": """не на що це по він як але його всі ми із то за тільки вони було так від для мені її
якщо або ще ні же мене був ви були до ти коли вона їх би можна тут ось немає навіть де цього під
себе тепер йому щоб там просто при після була вже може теж того які цей бути лише ці більш нас
буде потім тоді отже тому також між та й у є який яка потрібно""",
    "bg": """на от за да се не са по като това до ще при но или има още които който която как след
само му си ли ние той те бъде беше което тя тези този тази може ако всички защото между когато
където така един едно сме съм къде""",
    "sr": """је се на да су за од као који која које није би или али што све по до из већ како
само више бити може био била ако јер када тако онда ово овај ова имамо између према где сваки још
након при""",
    "be": """не на што гэта па ён як але яго усе мы ад то за толькі яны было так для мне яе калі
або яшчэ быў былі да яна іх можна тут нават дзе каб пры пасля была ўжо таксама які гэты між таму
трэба""",
    "ar": """في من على أن إلى التي عن هذا أو لا ما هذه مع ذلك كل الذي بعد هو بعض كما بين لم خلال
إن قد هي أي هل الذين تم جميع أيضا ولا ومن إذا كانت لها حتى فيه غير عند يمكن حيث أكثر له به فإن بها
عليه وهو يتم ثم بل قبل وعلى دون منذ يكون كان نحن لأن إذن لذلك يجب""",
    "fa": """و در به از که این را با است برای آن یک خود تا بر هم نیز کرد شد بود می های شده ها اما
یا باید دو همه کند دارد هر اگر پس ما چون بنابراین ولی آنها نمی کنیم شود چه بین""",
    "ur": """کے کی میں اور ہے کا سے کو پر نے کہ ہیں یہ بھی ایک اس تھا تو نہیں کر گیا لیے کیا ہو ان
وہ تھے جو تک ہم اگر پھر لیکن گی گے دو اب ہوتا جس""",
    "hi": """है के में की और का से को पर ने कि हैं यह भी एक इस था तो नहीं कर गया लिए क्या हो उन वह
थे जो तक हम अगर यदि फिर लेकिन किया होता इन उस इसलिए अब हमें दो अपने रहा करने करते साथ कोई सकते
होगा ही जब""",
    "mr": """आहे आणि या हे व तो ते ती की मध्ये एक आहेत होते होता नाही त्या हा ही असे केले पण साठी
काही तर करून आपण जर म्हणून त्यांनी दोन""",
    "ne": """छ र को मा लाई यो पनि छन् हो गर्न भएको थियो तर यस त्यो एक गरेको हुन्छ लागि छैन हामी
यदि भने दुई""",
}
"""Frequent words of languages that share a script, in lower case."""
NO_WORDS = frozenset(
    [
        *("sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh"),
        *("tanh", "log", "ln", "lg", "exp", "lim", "max", "min", "sup", "inf", "mod", "gcd", "lcm"),
        *("det", "deg", "sqrt", "mm", "cm", "km", "kg", "ml", "kw", "mb", "gb", "frac", "dfrac"),
        *("boxed", "text", "mathrm", "mathbf", "cdot", "leq", "geq", "http", "https", "www"),
    ]
)
"""Functions, units and commands: the same in every language."""
CODE_WORDS = frozenset(
    [
        *(
            "for",
            "while",
            "and",
            "not",
            "from",
            "with",
            "else",
            "elif",
            "then",
            "this",
            "all",
            "any",
        ),
        *("true", "false", "none", "null", "print", "input", "return", "import", "class", "def"),
        *("list", "dict", "set", "int", "str", "float", "bool", "char", "void", "range", "len"),
        *(
            "if",
            "in",
            "is",
            "or",
            "as",
            "do",
            "to",
            "by",
            "self",
            "try",
            "except",
            "break",
            "continue",
            "new",
            "public",
            "static",
            "var",
            "let",
        ),
    ]
)
"""Words of programs, which a text in any language may hold."""
BITS = {language: 1 << place for place, language in enumerate(FUNCTION_WORDS)}
"""Which bit says that a word is a function word of a language."""


@lru_cache(maxsize=1)
def languages_by_word() -> dict[str, int]:
    """Return the bits of the languages that each function word is one of.

    >>> bits = languages_by_word()["la"]
    >>> bool(bits & BITS["fr"]), bool(bits & BITS["es"]), bool(bits & BITS["en"])
    (True, True, False)
    """
    found: dict[str, int] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in words.split():
            found[word] = found.get(word, 0) | BITS[language]
    return found
