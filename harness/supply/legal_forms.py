"""Words of a firm's name that say what kind of firm it is, not which: they are left out when names are compared."""

# As they are after folding: lower case, no dots, no accents. Whole words, at either end of a name.
_WORDS = (
    "ab ag aktiebolag aktiengesellschaft and anonyme aps as asa berhad bhd bv bvba co company corp corporation "
    "cv cyf doo dooel eg ehf eirl ek et eurl ev gbr genossenschaft gesellschaft ggmbh gk gmbh godo hf inc "
    "incorporated jsc kabushiki kaisha kft kg kgaa kk kommanditgesellschaft lda limitada limited llc llp lp "
    "ltd ltda mbh nv oao oe oeg ohg ooo oy oyj pao pjsc plc private proprietary pt pte pty public pvt qsc sa "
    "saa sab sae sal saoc sapi sarl sas sasu sca scs sdn se sia sl slu snc societa societe sp spa spzoo srl "
    "sro tbk the uab ug und unlimited vof yk yugen zao zrt"
)
WORDS = frozenset(_WORDS.split())
# Forms that are written without a blank before or behind the name.
AFFIXES = (
    *("株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "一般社団法人", "一般財団法人"),
    *("国立大学法人", "独立行政法人"),
    *("股份有限公司", "有限责任公司", "有限責任公司", "集团有限公司", "集團有限公司", "有限公司", "股份公司", "公司"),
    *("주식회사", "유한회사", "(주)", "㈜"),
    *("カブシキガイシャ", "かぶしきがいしゃ"),
)
# What NFKC makes of the signs for 株式会社, 有限会社 and the like, once the brackets are blanks.
MARKS = frozenset({"株", "有", "同", "資", "名", "주"})
# Letters of other alphabets that look like Latin ones, after folding: an alias may be written with them.
LOOKALIKES = str.maketrans(
    {
        **dict(zip("авеікмнорстухјѕԁԛԝһ", "abeikmhopctyxjsdqwh", strict=True)),
        **dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True)),
        **{"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"},
    }
)
