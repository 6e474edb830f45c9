#include "market/people.h"

/* clang-format off */
static const struct name first_en[] = {
	{ "Abigail", "abigail" }, { "Adrian", "adrian" }, { "Alice", "alice" }, { "Amara", "amara" }, { "Ben", "ben" },
	{ "Bridget", "bridget" }, { "Callum", "callum" }, { "Chloë", "chloe" }, { "Clara", "clara" }, { "Daniel", "daniel" },
	{ "Declan", "declan" }, { "Edith", "edith" }, { "Eleanor", "eleanor" }, { "Elias", "elias" }, { "Farah", "farah" },
	{ "Fiona", "fiona" }, { "George", "george" }, { "Grace", "grace" }, { "Hannah", "hannah" }, { "Hugo", "hugo" },
	{ "Imogen", "imogen" }, { "Isaac", "isaac" }, { "Jasmine", "jasmine" }, { "Jerome", "jerome" }, { "Kavya", "kavya" },
	{ "Keira", "keira" }, { "Liam", "liam" }, { "Louise", "louise" }, { "Marcus", "marcus" }, { "Maeve", "maeve" },
	{ "Nadia", "nadia" }, { "Oliver", "oliver" }, { "Priya", "priya" }, { "Quentin", "quentin" }, { "Rosa", "rosa" },
	{ "Samuel", "samuel" }, { "Tessa", "tessa" }, { "Victor", "victor" }, { "Wendy", "wendy" }, { "Zachary", "zachary" },
};
static const struct name last_en[] = {
	{ "Abbott", "abbott" }, { "Ashdown", "ashdown" }, { "Barlow", "barlow" }, { "Beckett", "beckett" }, { "Calloway", "calloway" },
	{ "Carrick", "carrick" }, { "Dalton", "dalton" }, { "Drummond", "drummond" }, { "Ellery", "ellery" }, { "Fairbank", "fairbank" },
	{ "Farrow", "farrow" }, { "Garrity", "garrity" }, { "Hale", "hale" }, { "Hartwell", "hartwell" }, { "Iyer", "iyer" },
	{ "Jessop", "jessop" }, { "Kessler", "kessler" }, { "Kingsley", "kingsley" }, { "Langford", "langford" }, { "Lowell", "lowell" },
	{ "MacAllister", "macallister" }, { "Marlowe", "marlowe" }, { "Mehta", "mehta" }, { "Nolan", "nolan" }, { "O'Rourke", "orourke" },
	{ "Pemberton", "pemberton" }, { "Prescott", "prescott" }, { "Quigley", "quigley" }, { "Ramsey", "ramsey" }, { "Redfern", "redfern" },
	{ "Sinclair", "sinclair" }, { "Sterling", "sterling" }, { "Thackeray", "thackeray" }, { "Underhill", "underhill" }, { "Vance", "vance" },
	{ "Wainwright", "wainwright" }, { "Whitlock", "whitlock" }, { "Winslow", "winslow" }, { "Yardley", "yardley" },
};
static const struct name company_en[] = {
	{ "Alder & Finch Logistics", "alderfinch" }, { "Beacon Dental Group", "beacondental" }, { "Bluewater Freight", "bluewaterfreight" },
	{ "Copperfield Energy", "copperfield-energy" }, { "Driftwood Hotels", "driftwoodhotels" }, { "Eastgate Credit Union", "eastgatecu" },
	{ "Fernhill Foods", "fernhillfoods" }, { "Greystone Architects", "greystonearch" }, { "Harbour Lane Retail", "harbourlane" },
	{ "Ironbridge Castings", "ironbridge-castings" }, { "Juniper Street Clinics", "juniperclinics" }, { "Kestrel Avionics", "kestrelavionics" },
	{ "Larkspur Insurance", "larkspurins" }, { "Moorland Water", "moorlandwater" }, { "Northfold Timber", "northfold" },
	{ "Orchard House Schools", "orchardschools" }, { "Pinecrest Builders", "pinecrestbuilders" }, { "Quarry Hill Wines", "quarryhill" },
	{ "Redwood Analytics", "redwoodanalytics" }, { "Saltmarsh Marine", "saltmarsh" }, { "Tallow & Sons", "tallowsons" },
	{ "Umber Textiles", "umbertextiles" }, { "Vantage Crane Hire", "vantagecranes" }, { "Westbrook Legal LLP", "westbrooklegal" },
};
static const struct name first_ko[] = {
	{ "민준", "minjun" }, { "서연", "seoyeon" }, { "도윤", "doyun" }, { "하은", "haeun" }, { "예준", "yejun" }, { "지우", "jiwoo" },
	{ "시우", "siwoo" }, { "수아", "sua" }, { "주원", "juwon" }, { "지아", "jia" }, { "하준", "hajun" }, { "다은", "daeun" },
	{ "건우", "gunwoo" }, { "채원", "chaewon" }, { "우진", "woojin" }, { "윤서", "yunseo" }, { "현우", "hyunwoo" }, { "은지", "eunji" },
	{ "성민", "sungmin" }, { "미경", "mikyung" }, { "태호", "taeho" }, { "혜진", "hyejin" }, { "동욱", "dongwook" }, { "소영", "soyoung" },
	{ "상철", "sangchul" }, { "지현", "jihyun" }, { "영수", "youngsoo" }, { "나연", "nayeon" }, { "재훈", "jaehoon" }, { "보람", "boram" },
	{ "슬기", "seulgi" },
};
static const struct name last_ko[] = {
	{ "김", "kim" }, { "이", "lee" }, { "박", "park" }, { "최", "choi" }, { "정", "jung" }, { "강", "kang" }, { "조", "cho" },
	{ "윤", "yoon" }, { "장", "jang" }, { "임", "lim" }, { "한", "han" }, { "오", "oh" }, { "서", "seo" }, { "신", "shin" },
	{ "권", "kwon" }, { "황", "hwang" }, { "안", "ahn" }, { "송", "song" }, { "류", "ryu" }, { "홍", "hong" }, { "문", "moon" },
	{ "남궁", "namgung" }, { "선우", "sunwoo" },
};
static const struct name company_ko[] = {
	{ "한빛물류", "hanbit-logis" }, { "새롬전자", "saerom" }, { "(주)가온소프트", "gaonsoft" }, { "누리병원", "nurihospital" }, { "다올건설", "daolcons" },
	{ "라온식품", "raonfood" }, { "미르게임즈", "mirugames" }, { "바른회계법인", "bareunacct" }, { "서울나무교육", "namuedu" }, { "아라해운", "araship" },
	{ "주식회사 온새미", "onsaemi" }, { "초록에너지", "chorok" }, { "큰솔제약", "keunsol" }, { "푸른하늘여행사", "pureunsky" }, { "해오름금융", "haeoreum" },
	{ "달빛호텔", "dalbit" }, { "별하디자인", "byeolha" },
};
static const struct name first_zh[] = {
	{ "伟", "wei" }, { "芳", "fang" }, { "娜", "na" }, { "静", "jing" }, { "磊", "lei" }, { "建国", "jianguo" }, { "晓明", "xiaoming" },
	{ "雨涵", "yuhan" }, { "子轩", "zixuan" }, { "欣怡", "xinyi" }, { "浩然", "haoran" }, { "思远", "siyuan" }, { "佳琪", "jiaqi" },
	{ "志强", "zhiqiang" }, { "丽华", "lihua" }, { "俊杰", "junjie" }, { "文静", "wenjing" }, { "海燕", "haiyan" }, { "国栋", "guodong" },
	{ "梦瑶", "mengyao" }, { "嘉豪", "jiahao" }, { "慧敏", "huimin" }, { "天宇", "tianyu" }, { "春梅", "chunmei" }, { "立新", "lixin" },
	{ "若兰", "ruolan" }, { "永康", "yongkang" }, { "诗雨", "shiyu" }, { "宏图", "hongtu" },
};
static const struct name last_zh[] = {
	{ "王", "wang" }, { "李", "li" }, { "张", "zhang" }, { "刘", "liu" }, { "陈", "chen" }, { "杨", "yang" }, { "黄", "huang" },
	{ "赵", "zhao" }, { "吴", "wu" }, { "周", "zhou" }, { "徐", "xu" }, { "孙", "sun" }, { "马", "ma" }, { "朱", "zhu" },
	{ "胡", "hu" }, { "郭", "guo" }, { "何", "he" }, { "林", "lin" }, { "高", "gao" }, { "罗", "luo" }, { "欧阳", "ouyang" },
	{ "司马", "sima" }, { "上官", "shangguan" },
};
static const struct name company_zh[] = {
	{ "蓝海物流有限公司", "lanhai" }, { "晨光电子", "chenguang" }, { "云杉软件（上海）有限公司", "yunshan" }, { "瑞和医院", "ruihe" }, { "长风建设集团", "changfeng" },
	{ "麦田食品", "maitian" }, { "星河互动", "xinghe" }, { "正信会计师事务所", "zhengxin" }, { "启明教育", "qiming" }, { "远航船务", "yuanhang" },
	{ "绿源能源", "lvyuan" }, { "百草制药", "baicao" }, { "山水旅行社", "shanshui" }, { "汇通金服", "huitong" }, { "东方既白酒店", "dfjb" },
	{ "木棉设计", "mumian" },
};
static const char *const titles_en[] = { "CTO", "IT Manager", "Head of Operations", "Procurement Lead", "Finance Director",
	"Solutions Architect", "Office Manager", "VP Engineering", "Owner", "Data Analyst", NULL };
static const char *const titles_ko[] = { "CTO", "전산팀장", "구매 담당", "대표이사", "인프라 엔지니어", "기획실장", "과장", "연구소장", NULL };
static const char *const titles_zh[] = { "CTO", "信息部经理", "采购主管", "总经理", "架构师", "运营总监", "财务经理", "工程师", NULL };
static const char *const notes_en[] = {
	"We have forty people in three offices and need this by the end of the quarter. Who can walk us through pricing?",
	"Does it work with single sign-on? Our auditors will ask.",
	"Saw the listing while looking for a replacement for our spreadsheet. Please call after 2 pm.",
	"Could you send a data processing agreement before we start a trial?",
	"Interested in the yearly plan for about 250 seats.",
	"We tried an older version two years ago; what has changed since?",
	"Need a quote that includes migration from our present system.",
	"Is there a version that runs in our own subscription?", " ", "Campaigns: ", NULL };
static const char *const notes_ko[] = {
	"직원 120명 규모입니다. 연간 구독 견적을 부탁드립니다.", "기존 시스템에서 데이터를 옮길 수 있는지 궁금합니다.",
	"다음 주 중에 온라인 데모가 가능할까요?", "보안 인증 관련 자료를 먼저 받아 보고 싶습니다.",
	"한국어 지원과 세금계산서 발행이 되는지 알려 주세요.", "오후 3시 이후에 전화 주시면 좋겠습니다.", " ", NULL };
static const char *const notes_zh[] = {
	"我们公司大约有八十人，请提供年度报价。", "请问是否支持本地部署？", "希望下周安排一次线上演示。",
	"能否与我们现有的 ERP 系统对接？", "请先发一份数据安全说明。", "有中文的使用手册吗？下午联系最方便。", " ", NULL };
static const struct country countries_en[] = {
	{ { "US", "USA", "United States", NULL }, "(425) 555-01xx" }, { { "US", "United States", NULL, NULL }, "+1 212-555-01xx" },
	{ { "GB", "United Kingdom", "UK", NULL }, "020 7946 0xxx" }, { { "CA", "Canada", NULL, NULL }, "+1 (613) 555-01xx" },
	{ { "AU", "Australia", NULL, NULL }, "(02) 5550 xxxx" }, { { "IE", "Ireland", NULL, NULL }, "+353 1 5XX xxxx" },
	{ { "IN", "India", NULL, NULL }, "+91 98XXx xxxxx" },
};
static const struct country countries_ko[] = {
	{ { "KR", "대한민국", "한국", NULL }, "010-XXxx-xxxx" }, { { "대한민국", "KR", "South Korea", NULL }, "02-XXX-xxxx" },
	{ { "KOR", "대한민국", NULL, NULL }, "+82 10 XXxx xxxx" },
};
static const struct country countries_zh[] = {
	{ { "CN", "中国", "中国", NULL }, "13Xxxxxxxxx" }, { { "中国", "CN", "China", NULL }, "+86 138 XXxx xxxx" },
	{ { "中国", "CN", NULL, NULL }, "010-6XXx xxxx" }, { { "SG", "新加坡", NULL, NULL }, "+65 9XXx xxxx" },
};
/* clang-format on */

#define WORDS(l)                                                                                   \
	.first = first_##l, .firsts = LL_COUNT(first_##l), .last = last_##l,                       \
	.lasts = LL_COUNT(last_##l), .company = company_##l, .companies = LL_COUNT(company_##l),   \
	.titles = titles_##l, .notes = notes_##l, .countries = countries_##l,                      \
	.country_count = LL_COUNT(countries_##l)

const struct words market_words[LANGUAGES] = {
	[ENGLISH] = { WORDS(en) },
	[KOREAN] = { WORDS(ko), .last_comes_first = true },
	[CHINESE] = { WORDS(zh), .last_comes_first = true },
};
