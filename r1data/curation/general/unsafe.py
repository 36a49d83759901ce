"""Unsafe requests and responses, by rule: weapons, self-harm, children, hate, violence, crime.

A list of rules is a floor: it finds what says plainly what it is, in English and some Chinese. It
is no safety classifier; what it lets pass is not safe for that.
"""

import re
from typing import Literal, get_args

from r1data.curation.general.harm_signs import harm_signs
from r1data.patterns import lazy

UnsafeKind = Literal["weapons", "self_harm", "children", "hate", "violence", "crime"]
UNSAFE_KINDS: tuple[UnsafeKind, ...] = get_args(UnsafeKind)

MAX_CHARS = 4_000
"""Of a text so much is looked at, from its beginning."""
SLURS = (
    r"niggers?|niggas?|faggots?|kikes?|spics?|chinks?|gooks?|wetbacks?|ragheads?|towelheads?"
    r"|trann(?:y|ies)"
)
GROUPS = (
    r"(?:black|white|brown|asian|chinese|jewish|muslim|arab|mexican|hispanic|latino|african"
    r"|indian|polish|gay|lesbian|trans(?:gender)?|disabled|native|immigrant)s? ?"
    r"(?:people|folks?|persons?|men|women|man|woman|guys?|kids|immigrants|neighbou?rs?)?"
    r"|jews|blacks|mexicans|muslims|arabs|asians|immigrants|homosexuals|gays|women|refugees|whites"
)
HOW = (
    r"(?:how (?:do|can|could|would|should|to|did|does)|where (?:do|can|could)|ways? (?:to|of)"
    r"|help me"
    r"|teach me|tell me how|show me how|instructions? (?:for|to|on)|recipe for|steps? to|best way"
    r"|i (?:want|need|would like|plan|am going|'?m going|'?d like) to|should i|trying to"
    r"|can (?:i|you)"
    r"|is it possible to|plans? (?:for|to)|design for|like to|could i|easiest|good way)"
)
PERSON = (
    r"(?:someone|somebody|people|a (?:\w+ ){0,2}(?:person|man|woman|guy|girl|boy|human|cop|cat|dog"
    r"|puppy|animal)|(?:my|his|her|your|their|the) (?:\w+ ){0,3}(?:boss|wife|husband|ex|mother"
    r"|mom|dad"
    r"|father|brother|sister|neighbou?r|neighbou?rs|girlfriend|boyfriend|roommate|teacher|coworker"
    r"|classmate|friend|parents?|kids?|child|children|baby|faces?|legs?|dog|cat|bird|president"
    r"|professor|spouse|family|victims?)|him|her|them|others)(?:'s)?\b"
)
PATTERNS = {
    "weapons": lazy(
        rf"\b{HOW}\b[^.?!\n]{{0,60}}\b(?:make|build|create|construct|get|obtain|buy|assemble"
        rf"|3d ?print"
        r"|print|synthesi[sz]e|produce|cook|use|grow|acquire|modify|convert)\b[^.?!\n]{0,60}"
        r"\b(?:(?<!bath )bombs?(?! calorimet| shelter| squad)|explosives?|pipe ?bombs?|molotov"
        r"|grenades?|napalm|thermite|c4|dynamite"
        r"|landmines?"
        r"|machine ?guns?|silencers?|suppressors?|ghost guns?|(?:3d )?guns?(?! (?:safe|control"
        r"|shop))"
        r"|firearms?|rifles?|fully automatic|nerve (?:gas|agents?)|sarin|ricin|anthrax|mustard gas"
        r"|chlorine gas|chloroform|cyanide|poison(?:s|ous gas)?|bioweapons?|nuclear (?:bomb"
        r"|weapon)s?"
        r"|dirty bomb|weapons?|ied)\b"
        r"|\b(?:home-?made|pipe|nail|dirty) bombs?\b|\bpoisons?\b[^.?!\n]{0,30}\b(?:trace"
        r"|undetect\w+)"
        r"|\bguns?\b[^.?!\n]{0,40}\b(?:without anyone|unable to get|no background check)"
        r"|\b(?:untraceable|illegal(?:ly)?) (?:\w+ )?(?:guns?|weapons?|firearms?)\b"
        r"|(?:怎么|如何|怎样)[^。?]{0,12}(?:制造|制作|做|造|合成)[^。?]{0,8}(?:炸弹|炸药|枪|武器"
        r"|毒药|毒气|手榴弹|燃烧瓶)",
        re.IGNORECASE,
    ),
    "self_harm": lazy(
        rf"\b(?:(?:{HOW}|going to|thinking of|thinking about|ready to|gonna|wanna|want to"
        rf"|about to)\b"
        r"[^.?!\n]{0,40}\b)?(?:kill(?:ing)? myself|end(?:ing)? my (?:own )?life|hang(?:ing)? myself"
        r"(?! an? )"
        r"|cut(?:ting)? (?:myself|my (?:wrists?|arms?))|carv(?:e|ing) (?:my|into my) (?:arm|skin"
        r"|leg)"
        r"|harm(?:ing)? myself|hurt(?:ing)? myself|overdos(?:e|ing) on|starv(?:e|ing) myself"
        r"|slit(?:ting)? my)\b"
        rf"|\b{HOW} (?:\w+ ){{0,4}}(?:commit suicide|painless (?:suicide|death)|pro-ana|proana"
        rf"|be anorexic"
        r"|become anorexic|hide (?:my )?(?:cuts|self[- ]harm))\b"
        r"|\b(?:suicide|painless) (?:methods?|note)\b|\bkill yourself\b"
        r"|(?:怎么|如何|怎样|想|要)[^。?]{0,6}(?:自杀|自残|割腕|结束(?:自己的)?生命)",
        re.IGNORECASE,
    ),
    "children": lazy(
        r"\b(?:sex(?:ual(?:ly|i[sz]ed?)?|y)?|nudes?|naked|porn\w*|erotic\w*|explicit|molest\w*"
        r"|seduc\w+"
        r"|grop\w+|fondl\w+|groom(?:ing)? (?:a|an|the|my)|attracted to|date|dating|kiss|touch)\b"
        r"[^.?!\n]{0,50}\b(?:child(?:ren)?|kids?(?! (?:book|party))|minors?|toddlers?|underage"
        r"|preteens?"
        r"|(?:little|young|school) ?(?:girls?|boys?)|(?:[1-9]|1[0-7])[- ]years?[- ]old"
        r"|my (?:students?|daughter|niece|stepdaughter)|one of my students)\b"
        r"|\b(?:child(?:ren)?|kids?|minors?|toddlers?|underage|preteens?|(?:little|young"
        r"|school) ?(?:girls?"
        r"|boys?)|(?:[1-9]|1[0-7])[- ]years?[- ]old|my students?"
        r"|one of my students)\b[^.?!\n]{0,50}"
        r"\b(?:sex(?:ual(?:ly)?|y)?|nudes?|naked|porn\w*|erotic\w*|molest\w*|seduc\w+|orgasm"
        r"|virgin\w*"
        r"|ask her out|sleep with|attracted|kidnap|lure)\b"
        rf"|\b(?:child porn\w*|cp video|jailbait|loli(?:con)?|pedophil\w+ (?:is|should be) (?:ok"
        rf"|okay|fine"
        rf"|legal|normal))\b|\bbuy a (?:child|baby)\b|\b(?:{HOW}"
        rf"|looking for)\b[^.?!\n]{{0,60}}\b(?:kidnap|lure|abduct|groom|buy"
        r"|traffic|spank|beat|hit)\b (?:a |an |the |my |some |little )*(?:child(?:ren)?|kids?"
        r"|baby|babies"
        r"|bab(?:y|ies)|minors?)\b|(?:儿童|幼女|未成年)[^。]{0,8}(?:色情|裸|性行为|性爱)",
        re.IGNORECASE,
    ),
    "hate": lazy(
        rf"\b(?:{SLURS})\b|\b(?:racist|sexist|homophobic|antisemitic|anti-semitic|offensive) "
        rf"(?:\w+ )?(?:jokes?|slurs?|insults?|names?|words?)\b"
        rf"|\b(?:why|how come)\b[^.?!\n]{{0,25}}\b(?:{GROUPS})[^.?!\n]{{0,30}}\b(?:so |such "
        rf"|always |all |too )"
        r"*(?:stupid|dumb|lazy|dirty|smelly|ugly|unintelligent|violent|criminals?|greedy"
        r"|inferior|evil"
        r"|ignorant|trashy|thugs?|loud|cheap|disgusting|bad (?:drivers?|people)|steal)\b"
        rf"|\b(?:i (?:really |just |fucking )?(?:hate|despise|can'?t stand)|kill(?: off)?"
        rf"|exterminate"
        rf"|deport|get rid of|hurt|attack|beat(?: up)?|eliminate|gas|lynch|enslave) "
        rf"(?:all |the |those |these |every )*(?:{GROUPS})\b"
        rf"|\b(?:{GROUPS}) (?:\w+ )?(?:are|is) (?:all |just |so |a |nothing but )*(?:stupid"
        rf"|inferior"
        r"|animals|subhuman|dumb|lazy|dirty|disgusting|scum|vermin|trash|criminals|thieves"
        r"|monkeys|evil"
        r"|worthless|property|less (?:intelligent|human))\b"
        rf"|\b(?:insults?|slurs?|names) (?:for|about|to call) (?:an? )?(?:\w+ )?(?:{GROUPS})\b"
        rf"|\b(?:{GROUPS})\b[^.?!\n]{{0,25}}\b(?:should not be allowed|shouldn'?t be allowed"
        rf"|no longer"
        r"|go back to (?:mexico|africa|china|their))"
        rf"|\b(?:trigger|keep|avoid working with|not want to work with) (?:an? |the |any |all )?"
        rf"(?:{GROUPS}) (?:from|out|at|person|off)\b|\bdo(?:n'?t"
        rf"| not) want to work with an? (?:{GROUPS})"
        r"|\bneo-?nazi|\ba slur\b|\bwhat are (?:some |the )?(?:best |worst )?(?:racial )?slurs"
        r"|\b(?:keep america white|white (?:power|supremacy|genocide|race)|heil hitler|master race"
        r"|race war|ethnic cleansing|hitler was right|holocaust (?:was|is) (?:a )?(?:fake|hoax|lie)"
        r"|bring back slavery|(?:not|never) have banned slavery|women (?:belong in|should not vote"
        r"|shouldn'?t vote|insist upon getting))\b"
        r"|种族清洗|(?:黑人|女人|犹太人|外地人)(?:都是|就是)(?:垃圾|蠢|低等|畜生)",
        re.IGNORECASE,
    ),
    "violence": lazy(
        rf"\b{HOW}\b[^.?!\n]{{0,50}}\b(?:kill|murder|poison|stab|shoot|strangle|torture"
        rf"|assassinate|drown"
        r"|suffocate|drug|beat up|hurt|assault|rape|mutilate|kidnap|dose|dosing|hit|break|burn"
        r"|attack"
        rf"|injure|punch|hang|choke|hit) {PERSON}(?! (?:feelings|pictures?|film|video))"
        rf"|\b(?:kill|murder|poison|stab|strangle|torture|assassinate|rape|dosing"
        rf"|throw acid (?:on|at|in))"
        rf" {PERSON}(?! (?:feelings|pictures?))[^.!\n]{{0,60}}\?"
        r"|\b(?:get away with|commit|plan(?:ning)?|planning a|do a|carry out)(?: a| an| the)* "
        r"(?:murder|mass shooting|school shooting|massacre|terrorist attack|kidnapping|bombing)\b"
        r"|\bdrive[- ]by shooting|\bmass shooting\b|\bhit ?man\b[^.?!\n]{0,12}\bhire"
        r"|\bhire a hit ?man\b|\bmass (?:panic|casualt)|\bunleash\b[^.?!\n]{0,40}\bvirus"
        rf"|\b{HOW}\b[^.?!\n]{{0,20}}\bthreaten {PERSON}|\b(?:sex|human) trafficker\b"
        r"|\b(?:date rape|roofie|torture (?:method|someone|a man|a person|technique))\w*\b"
        r"|\b(?:assault|rape|beat|hit) (?:any |a |your |my )?(?:wom[ae]n|wife|girlfriend)\b"
        r"(?! (?:is (?:wrong|bad)|shelter|hotline))"
        r"|\b(?:throw|drop)(?:ing)? (?:\w+ ){0,4}(?:off|from) (?:\w+ )?(?:overpass|bridge)\w*\b"
        r"|(?:怎么|如何|怎样|想)[^。?]{0,8}(?:杀死|杀害|谋杀|毒死|下毒|强奸|绑架|虐待)",
        re.IGNORECASE,
    ),
    "crime": lazy(
        rf"\b(?:{HOW}|assistance planning|plan to|tips for|you teach me(?: how)? to|thinking of"
        r"|going to just|some assistance)\b[^.?!\n]{0,50}\b(?:rob(?:bing|bery)?\b|steal(?:ing)?"
        r"|shoplift\w*"
        r"|break(?:ing)? into|hijack|carjack|hot-?wire|smuggl\w+|counterfeit|launder|blackmail"
        r"|extort"
        r"|forge|embezzle|defraud|scam|pickpocket|hack(?:ing)? (?:into )?(?:my|a|an|the|some\w*"
        r"|his|her)"
        r"|install (?:ransomware|spyware|malware|cameras in)|fake (?:id|identity|identification)\b"
        r"|evade (?:police|taxes)|cheat on my taxes|commit (?:\w+ )?fraud|insurance (?:money|fraud)"
        r"|stalk|dox|plant drugs|sell (?:drugs|cocaine|meth)|make (?:\w+ )?(?:meth|crack|cocaine"
        r"|heroin)"
        r"|(?:cook|buy|find) (?:some )?(?:meth|crack|cocaine|heroin|lsd)|slash the tires"
        r"|dine and dash"
        r"|(?:load|infect)\b[^.?!\n]{0,30}\bvirus(?:es)?|get someone'?s (?:\w+ )?password)"
        r"|\bponzi scheme\b|\bstart a (?:\w+ )?fire without anyone\b|\bstart a forest fire\b"
        r"|\b(?:residential|home) address (?:for|of)\b|\b(?:the )?(?:ssn"
        r"|social security number) of\b"
        r"|\bi (?:need|want|wanna) (?:to )?(?:rob|steal|shoplift|dox|blackmail)\b|\bransomware on\b"
        r"|(?:怎么|如何|怎样)[^。?]{0,8}(?:偷|抢劫|诈骗|洗钱|入侵|盗号|制毒|走私|伪造)",
        re.IGNORECASE,
    ),
}
ABOUT = lazy(
    r"\b(?:prevent(?:ion|ing)?|stop (?:someone|people|a|my)|protect|report|recogni[sz]e|survivors?"
    r"|history of|in (?:the )?(?:novel|movie|film|book|play|game|minecraft|video game)|novel|story"
    r"|hotline|awareness|crossword|fiction\w*|historical|safely (?:store|dispose)|getting help"
    r"|avoid (?:being|getting))\b",
    re.IGNORECASE,
)
"""What speaks about harm and does not ask for it; it excuses no slur, and nothing of children."""
NEVER_EXCUSED = ("children", "hate")
IN_RESPONSES = lazy(
    rf"\b(?:{SLURS})\b|\bkill yourself\b|\byou should (?:kill|hurt|harm|cut|shoot|stab|poison"
    rf"|beat)\b"
    r"|\b(?:keep america white|white power|heil hitler|master race)\b|\bchild porn\w*\b"
    r"|\b(?:to|you can|you could) (?:make|build) (?:a|your own|an) (?:\w+ ){0,2}(?:bomb"
    r"|explosive|silencer"
    r"|suppressor|molotov cocktail|machine gun)s?\b|\bbest way to (?:kill|murder|poison|stab"
    r"|torture) "
    rf"(?:{PERSON})",
    re.IGNORECASE,
)
REFUSED = lazy(
    r"\b(?:i (?:can(?:no|')t|am not able to|'m not able to|won'?t|will not|am unable to"
    r"|'m unable to)"
    r"|i'?m sorry|i don'?t (?:think|want|recommend)|please don'?t|you should(?:n'?t| not)|never"
    r"|illegal|not (?:okay|ok|right|appropriate|acceptable)|wrong to)\b|抱歉|不能|无法",
    re.IGNORECASE,
)


def unsafe_request(problem: str) -> list[UnsafeKind]:
    """Return the kinds of harm that a request plainly asks for, if any.

    >>> unsafe_request("How do I build a pipe bomb?"), unsafe_request("Who built the first bomb?")
    (['weapons'], [])
    """
    text = problem[:MAX_CHARS]
    signs = harm_signs(text)
    found = [kind for kind in UNSAFE_KINDS if kind in signs and PATTERNS[kind].search(text)]
    if found and ABOUT.search(text):
        return [kind for kind in found if kind in NEVER_EXCUSED]
    return found


def is_unsafe_response(response: str) -> bool:
    """Tell whether a response plainly urges or explains harm; one that refuses does not.

    >>> is_unsafe_response("To make a pipe bomb, take"), is_unsafe_response("I can't help there.")
    (True, False)
    """
    text = response[:MAX_CHARS]
    return IN_RESPONSES.search(text) is not None and REFUSED.search(text) is None
