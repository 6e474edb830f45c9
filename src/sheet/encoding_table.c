/*
 * Letters by encoding. The East Asian lists are what names, companies and places are written with,
 * most frequent first: a list of leads is no prose. A language weighs more than the union of an
 * encoding's languages, so that one language in the right encoding beats a mixture in a wrong one.
 */
#include <stddef.h>
#include "sheet/encoding.h"

#define CYRILLIC "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯёЁіІїЇєЄґҐ№"
#define JAPANESE                                                                                                                               \
	"あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ" \
	"をんがぎぐげござじずぜぞ"                                                                                                 \
	"だでどばびぶべぼぱぴぷぺぽゃゅょっアイウエオカキクケコサシスセソタチツテトナニヌネノハヒ" \
	"フヘホマミムメモヤユヨラ"                                                                                                 \
	"リルレロワヲンガギグゲゴザジズゼゾダデドバビブベボパピプペポャュョッーヴ佐藤鈴木高橋田中" \
	"伊渡辺山本村小林加吉松井"                                                                                                 \
	"上野清水石原川谷島崎森池内阿部岡前後長西東京都大阪市区県株式会社有限日製品名姓氏電話番号" \
	"国美子一二三郎太和雄明健"                                                                                                 \
	"真由香恵裕直樹翔優斗陽菜部課長住所担当者役職"

/* clang-format off */
const struct encoding_row encoding_rows[] = {
	{ "windows-1252", SCRIPT_LATIN, "äöüßÄÖÜé’–", 4, 0.4, { "windows-1252", "ISO-8859-1" } },
	{ "windows-1252", SCRIPT_LATIN, "éèêëàâçîïôùûœÉÈÀÇÊ’«»", 4, 0.4, { NULL } },
	{ "windows-1252", SCRIPT_LATIN, "áéíóúñüÁÉÍÓÚÑ¿¡ªº’", 4, 0.4, { NULL } },
	{ "windows-1252", SCRIPT_LATIN, "ãõáéíóúâêôçàÃÕÁÉÍÓÚÂÊÇªº", 4, 0.4, { NULL } },
	{ "windows-1252", SCRIPT_LATIN, "åäöæøéÅÄÖÆØ", 4, 0.4, { NULL } },
	{ "windows-1252", SCRIPT_LATIN, "äöüßéèêëàâçñáíóúãõåæøôîûïœìòùðþýÄÖÜÉÀÇÑÅÆØÁÍÓÚÊ’–", 3, 0.4, { NULL } },
	{ "windows-1250", SCRIPT_LATIN, "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", 4, 0.1, { "windows-1250", "ISO-8859-2" } },
	{ "windows-1250", SCRIPT_LATIN, "áčďéěíňóřšťúůýžľĺôÁČĎÉĚÍŇÓŘŠŤÚŮÝŽĽ", 4, 0.1, { NULL } },
	{ "windows-1250", SCRIPT_LATIN, "áéíóöőúüűÁÉÍÓÖŐÚÜŰ", 4, 0.1, { NULL } },
	{ "windows-1250", SCRIPT_LATIN, "ăâîşţĂÂÎŞŢ", 4, 0.1, { NULL } },
	{ "windows-1250", SCRIPT_LATIN, "čćšžđČĆŠŽĐ", 4, 0.1, { NULL } },
	{ "windows-1250", SCRIPT_LATIN, "ąćęłńóśźżáčďéěíňřšťúůýžőűöüäăâîşţđĄĆĘŁŃÓŚŹŻÁČĎÉĚÍŘŠŽŐŰÖÜÄĂÂÎŞŢĐ", 3, 0.1, { NULL } },
	{ "windows-1251", SCRIPT_OTHER, CYRILLIC, 4, 0.2, { "windows-1251", "ISO-8859-5" } },
	{ "KOI8-R", SCRIPT_OTHER, CYRILLIC, 4, 0, { "KOI8-R" } },
	{ "windows-1253", SCRIPT_OTHER, "αβγδεζηθικλμνξοπρστυφχψωςΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩάέήίόύώΆΈΉΊΌΎΏϊϋΐΰ", 4, 0, { "windows-1253", "ISO-8859-7" } },
	{ "windows-1254", SCRIPT_LATIN, "çğıöşüÇĞİÖŞÜ", 4, 0, { "windows-1254", "ISO-8859-9" } },
	{ "windows-1255", SCRIPT_OTHER, "אבגדהוזחטיכלמנסעפצקרשתםןץףך", 4, 0, { "windows-1255", "ISO-8859-8", "ISO-8859-8-I" } },
	{ "windows-1256", SCRIPT_OTHER, "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآءئؤپچژگ،؛؟", 4, 0, { "windows-1256", "ISO-8859-6" } },
	{ "windows-1257", SCRIPT_LATIN, "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ", 4, 0, { "windows-1257", "ISO-8859-13" } },
	{ "windows-1257", SCRIPT_LATIN, "ąčęėįšųūžĄČĘĖĮŠŲŪŽ", 4, 0, { NULL } },
	{ "windows-1258", SCRIPT_LATIN, "ăâđêôơưĂÂĐÊÔƠƯàáèéìíòóùúý\u0300\u0301\u0303\u0309\u0323₫", 4, 0, { "windows-1258" } },
	{ "windows-949", SCRIPT_HANGUL,
	  "이김박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지나원엄채천방공현함변염여추도소석"
	  "선설마길연위표명기반왕금옥육인맹제모탁국어은편용수영호경미희재동상철준훈빈혜숙순자아린예율다대사시세계가라로부산"
	  "울광역회식일보이름메전화번직함책담당팀과실총무케터니스트터코리그룹씨엔티에을를는의와해무필역",
	  4, 0.2, { "EUC-KR" } },
	{ "GB18030", SCRIPT_HAN,
	  "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石"
	  "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文玉红志海宇轩浩子涵欣怡梓晨小梅雪公司有限科技中北京上海广州深圳杭南市省区路号"
	  "名姓字邮件电话手机地址职务位称部门经理总监工程师信息产品来源客户联系人标题日期状态备注网络软件集团股份贸易发展大学美德法英日韩",
	  4, 0.1, { "GB18030", "GB2312" } },
	{ "Big5", SCRIPT_HAN,
	  "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余趙盧梁顏柯翁魏孫戴范方宋鄧杜傅侯曹薛丁卓"
	  "淑芬美玲雅婷志明俊傑家豪怡君建宏宗翰佳穎承恩冠宇詩涵欣子雯慧惠文國華中台臺灣北市新竹高雄南股份有限公司科技電子郵件話手機地址"
	  "姓名字職稱務部門經理總監工程師產品來源客戶聯絡人標題日期狀態備註企業集團實路區縣鄉鎮號香港大學銀行",
	  4, 0.1, { "Big5" } },
	{ "Shift_JIS", SCRIPT_JAPANESE, JAPANESE, 4, 0.1, { "Shift_JIS" } },
	{ "EUC-JP", SCRIPT_JAPANESE, JAPANESE, 4, 0, { "EUC-JP" } },
	{ NULL, 0, NULL, 0, 0, { NULL } },
};
/* clang-format on */
