"""Ways to write one letter: old and new forms of Japanese characters, kana, small capitals, letters that nobody sees.

The pairs of characters follow the old forms in Japan's list of characters for general use (2010), as far as they occur
in names, with forms of names that no standard folds. They are recalled, not copied.
"""

# each old form, then the new one
_KANJI = (
    "髙高 﨑崎 嵜崎 碕崎 濵浜 濱浜 澤沢 齋斎 齊斉 邊辺 邉辺 國国 廣広 眞真 實実 榮栄 櫻桜 嶋島 嶌島 圓円 應応 "
    "學学 氣気 檢検 權権 廳庁 縣県 號号 壽寿 將将 條条 乘乗 淨浄 靜静 瀨瀬 總総 聰聡 藏蔵 臟臓 體体 對対 臺台 "
    "瀧滝 擇択 單単 彈弾 團団 鐵鉄 鐡鉄 傳伝 轉転 點点 燈灯 當当 黨党 德徳 獨独 惠恵 發発 拂払 變変 辨弁 辯弁 "
    "寶宝 豐豊 萬万 滿満 默黙 譽誉 與与 餘余 龍竜 兩両 壘塁 禮礼 靈霊 齡齢 歷歴 曆暦 戀恋 爐炉 勞労 樓楼 祿禄 "
    "灣湾 亞亜 惡悪 壓圧 圍囲 爲為 醫医 壹壱 飮飲 隱隠 營営 衞衛 驛駅 鹽塩 奧奥 歐欧 毆殴 穩穏 假仮 價価 畫画 "
    "會会 繪絵 擴拡 殼殻 覺覚 嶽岳 樂楽 勸勧 觀観 歸帰 戲戯 犧犠 舊旧 據拠 擧挙 峽峡 狹狭 曉暁 勳勲 薰薫 徑径 "
    "莖茎 溪渓 經経 輕軽 繼継 鷄鶏 藝芸 擊撃 缺欠 儉倹 劍剣 險険 圈圏 顯顕 驗験 嚴厳 恆恒 黃黄 鑛鉱 濟済 碎砕 "
    "劑剤 雜雑 參参 產産 蠶蚕 慘惨 贊賛 殘残 絲糸 辭辞 濕湿 舍舎 寫写 釋釈 收収 從従 澁渋 獸獣 縱縦 處処 緖緒 "
    "敍叙 燒焼 奬奨 狀状 剩剰 壤壌 釀醸 觸触 寢寝 愼慎 晉晋 盡尽 圖図 粹粋 醉酔 隨随 髓髄 樞枢 數数 聲声 攝摂 "
    "專専 淺浅 戰戦 踐践 潛潜 錢銭 纖繊 禪禅 雙双 壯壮 莊荘 搜捜 插挿 巢巣 爭争 裝装 增増 屬属 續続 墮堕 帶帯 "
    "滯滞 擔担 膽胆 斷断 癡痴 遲遅 晝昼 蟲虫 鑄鋳 聽聴 敕勅 鎭鎮 遞逓 稻稲 屆届 繩縄 貳弐 惱悩 腦脳 霸覇 廢廃 "
    "拜拝 賣売 麥麦 髮髪 拔抜 蠻蛮 祕秘 佛仏 竝並 舖舗 穗穂 飜翻 每毎 彌弥 藥薬 譯訳 豫予 搖揺 樣様 謠謡 來来 "
    "賴頼 亂乱 覽覧 獵猟 鄰隣 壻婿 槇槙 遙遥 薗園 冨富 淵渕 籠篭 礒磯 曾曽 桒桑 舘館 嵒巌 巖巌 檜桧 竈竃 祇祗 "
    "埜野 甼町 峯峰 崗岡"
)
_SMALL_KANA = ("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_SMALL_CAPITALS = ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
# letters by their category, of which nothing is seen (Unicode, property Default_Ignorable_Code_Point)
_UNSEEN = "\u115f\u1160\u3164\uffa0\u17b4\u17b5"
_HIRAGANA = range(0x3041, 0x3097)
TO_KATAKANA = 0x60

_KATAKANA = {code: chr(code + TO_KATAKANA) for code in _HIRAGANA}
_LARGE = dict(zip(map(ord, _SMALL_KANA[0]), _SMALL_KANA[1], strict=True))
VARIANTS: dict[int, str] = {
    **{ord(pair[0]): pair[1] for pair in _KANJI.split()},
    **_LARGE,
    **{code: _LARGE.get(ord(wide), wide) for code, wide in _KATAKANA.items()},
    **dict(zip(map(ord, _SMALL_CAPITALS[0]), _SMALL_CAPITALS[1], strict=True)),
    **dict.fromkeys(map(ord, _UNSEEN), ""),
}
