//! What the company does: its branches, and the names of what is inside them.
//!
//! A label is `name|English|Japanese`, with a fourth part for the place when that is fixed. A leading `*` means
//! that everybody says the English name, so that it is the department's own.

use super::places::Place;

/// A branch directly under the root.
#[derive(Debug)]
pub(super) struct Branch {
    /// Its department id.
    pub(super) slug: &'static str,
    pub(super) label: &'static str,
    /// Share of the departments, and how full its teams are.
    pub(super) weight: usize,
    pub(super) density: usize,
    pub(super) place: Option<Place>,
    /// Names of the second and third level; below that there are numbered teams.
    pub(super) second: &'static str,
    pub(super) third: &'static str,
    pub(super) titles: &'static str,
}

const PRODUCTS: &str = "支付组|Payments|決済 订单组|Orders|受注 搜索组|Search|検索 推荐组|Recommendation|レコメンド \
    消息组|Messaging|メッセージ 账号组|Accounts|アカウント 网关组|Gateway|ゲートウェイ 存储组|Storage|ストレージ \
    计费组|Billing|課金 权限组|Permissions|権限 日志组|Logging|ログ 监控组|Monitoring|監視 文档组|Docs|ドキュメント \
    会议组|Meetings|会議 日历组|Calendar|カレンダー 邮箱组|Mail|メール 审批组|Approvals|承認 开放平台组|Open_Platform|\
    オープンプラットフォーム 工作台组|Workplace|ワークプレース 国际化组|Internationalisation|国際化";
const INDUSTRIES: &str = "金融行业组|Finance_Accounts|金融業界 制造行业组|Manufacturing_Accounts|製造業界 \
    零售行业组|Retail_Accounts|小売業界 医疗行业组|Healthcare_Accounts|医療業界 教育行业组|Education_Accounts|教育業界 \
    政企行业组|Public_Sector|公共部門 互联网行业组|Internet_Accounts|インターネット業界 能源行业组|Energy_Accounts|\
    エネルギー業界 交通行业组|Transport_Accounts|交通業界 地产行业组|Real_Estate_Accounts|不動産業界";
const OFFICES: &str = "销售组|Sales|営業 支持组|Support|サポート 研发组|Engineering|開発 市场组|Marketing|マーケティング \
    运营组|Operations|運営 人事组|People|人事 财务组|Finance|経理 法务组|Legal|法務";
const REGIONS: &str = "华东区|East_China|華東|shanghai 华南区|South_China|華南|shenzhen 华北区|North_China|華北|beijing \
    华中区|Central_China|華中|wuhan 西南区|Southwest_China|西南|chengdu 西北区|Northwest_China|西北|xian \
    东北区|Northeast_China|東北|shenyang";

/// Ordered by how early a growing company has them.
pub(super) static BRANCHES: [Branch; 18] = [
    Branch {
        slug: "rd",
        label: "研发中心|R&D_Center|研究開発センター",
        weight: 300,
        density: 120,
        place: None,
        second: "*后端|Backend|バックエンド *前端|Frontend|フロントエンド 移动端部|Mobile|モバイル \
            基础架构部|Infrastructure|インフラ *运维|SRE|SRE部 测试部|Quality_Engineering|品質テスト 安全部|Security|\
            セキュリティ 大数据部|Big_Data|ビッグデータ 客户端部|Desktop|デスクトップ 架构部|Architecture|アーキテクチャ",
        third: PRODUCTS,
        titles: "软件工程师 高级软件工程师 资深软件工程师 测试工程师 架构师 Software_Engineer Senior_Software_Engineer",
    },
    Branch {
        slug: "sales",
        label: "销售部|Sales|営業部",
        weight: 200,
        density: 110,
        place: None,
        second: "华东区|East_China|華東|shanghai 华南区|South_China|華南|shenzhen 华北区|North_China|華北|beijing \
            华中区|Central_China|華中|wuhan 西南区|Southwest_China|西南|chengdu 西北区|Northwest_China|西北|xian \
            东北区|Northeast_China|東北|shenyang 大客户部|Key_Accounts|大口顧客 渠道部|Channels|チャネル \
            售前支持部|Presales|プリセールス",
        third: INDUSTRIES,
        titles: "客户经理 高级客户经理 销售代表 解决方案顾问 渠道经理",
    },
    Branch {
        slug: "overseas",
        label: "海外事业部|Overseas|海外事業部",
        weight: 120,
        density: 80,
        place: Some(Place::Singapore),
        second: "日本分公司|Japan_Office|日本支社|tokyo 德国分公司|Germany_Office|ドイツ支社|berlin \
            英国分公司|UK_Office|イギリス支社|london 美国分公司|US_Office|アメリカ支社|san-francisco \
            新加坡分公司|Singapore_Office|シンガポール支社|singapore 海外运营部|Overseas_Operations|海外運営|shenzhen",
        third: OFFICES,
        titles: "Account_Executive Support_Engineer Software_Engineer Office_Manager Marketing_Specialist",
    },
    Branch {
        slug: "hr",
        label: "人力资源部|Human_Resources|人事部",
        weight: 30,
        density: 60,
        place: None,
        second: "招聘部|Recruiting|採用 薪酬福利部|Compensation_and_Benefits|報酬福利 培训发展部|Learning|人材育成 \
            员工关系部|Employee_Relations|労務 *人事伙伴|HRBP|HRビジネスパートナー",
        third: "校园招聘组|Campus|新卒採用 社会招聘组|Experienced_Hires|中途採用 系统组|HR_Systems|人事システム",
        titles: "人力资源专员 招聘专员 薪酬专员 HRBP 培训师",
    },
    Branch {
        slug: "product",
        label: "产品中心|Product_Center|プロダクトセンター",
        weight: 60,
        density: 80,
        place: None,
        second: "平台产品部|Platform_Product|プラットフォーム企画 商业产品部|Commercial_Product|商用企画 \
            用户增长部|Growth|グロース 用户研究部|User_Research|ユーザー調査",
        third: PRODUCTS,
        titles: "产品经理 高级产品经理 产品运营 用户研究员",
    },
    Branch {
        slug: "finance",
        label: "财务部|Finance|経理部",
        weight: 30,
        density: 60,
        place: None,
        second: "会计部|Accounting|会計 资金部|Treasury|資金 税务部|Tax|税務 预算部|Budgeting|予算 内审部|Internal_Audit|内部監査",
        third: "应收组|Receivables|売掛 应付组|Payables|買掛 费用组|Expenses|経費 资产组|Assets|資産",
        titles: "会计 出纳 财务分析师 税务专员 审计师",
    },
    Branch {
        slug: "legal",
        label: "法务部|Legal|法務部",
        weight: 20,
        density: 40,
        place: None,
        second: "合同部|Contracts|契約 知识产权部|Intellectual_Property|知的財産 合规部|Compliance|コンプライアンス \
            数据保护部|Data_Protection|データ保護",
        third: "国内组|Domestic|国内 国际组|International|国際",
        titles: "法务专员 律师 合规经理 专利工程师",
    },
    Branch {
        slug: "marketing",
        label: "市场部|Marketing|マーケティング部",
        weight: 50,
        density: 70,
        place: None,
        second: "品牌部|Brand|ブランド 公关部|Public_Relations|広報 数字营销部|Digital_Marketing|デジタル 活动部|Events|イベント \
            内容部|Content|コンテンツ",
        third: "策划组|Planning|企画 投放组|Media_Buying|広告運用 社区组|Community|コミュニティ",
        titles: "市场专员 品牌经理 内容编辑 活动策划",
    },
    Branch {
        slug: "it",
        label: "信息技术部|Information_Technology|情報システム部",
        weight: 40,
        density: 60,
        place: None,
        second: "桌面支持部|Desktop_Support|デスクトップ支援 *网络|Network|ネットワーク 企业应用部|Enterprise_Applications|\
            業務アプリ *协作平台|Collaboration|コラボレーション",
        third: REGIONS,
        titles: "IT支持工程师 网络工程师 系统管理员 应用顾问",
    },
    Branch {
        slug: "admin",
        label: "行政部|Administration|総務部",
        weight: 30,
        density: 50,
        place: None,
        second: "前台|Reception|受付 采购部|Office_Purchasing|購買 物业部|Facilities|施設 差旅部|Travel|出張",
        third: REGIONS,
        titles: "行政专员 前台 采购专员 司机",
    },
    Branch {
        slug: "success",
        label: "客户成功部|Customer_Success|カスタマーサクセス部",
        weight: 90,
        density: 140,
        place: Some(Place::Chengdu),
        second: "实施部|Onboarding|導入支援 客服一部|Service_Desk_1|サービスデスク1 客服二部|Service_Desk_2|サービスデスク2 \
            技术支持部|Technical_Support|技術サポート 续约部|Renewals|更新",
        third: INDUSTRIES,
        titles: "客户成功经理 客服专员 实施顾问 技术支持工程师",
    },
    Branch {
        slug: "design",
        label: "设计中心|Design_Center|デザインセンター",
        weight: 30,
        density: 60,
        place: None,
        second: "体验设计部|Experience_Design|体験デザイン 视觉设计部|Visual_Design|ビジュアル *设计系统|Design_Systems|\
            デザインシステム",
        third: PRODUCTS,
        titles: "交互设计师 视觉设计师 高级设计师",
    },
    Branch {
        slug: "ai",
        label: "人工智能实验室|AI_Lab|AIラボ",
        weight: 50,
        density: 60,
        place: Some(Place::Beijing),
        second: "*自然语言|NLP|自然言語 *视觉|Vision|画像認識 语音部|Speech|音声 模型平台部|Model_Platform|モデル基盤",
        third: "训练组|Training|学習 推理组|Inference|推論 数据组|Data|データ 评测组|Evaluation|評価",
        titles: "算法工程师 高级算法工程师 研究员 数据标注员",
    },
    Branch {
        slug: "supply",
        label: "供应链中心|Supply_Chain|サプライチェーン",
        weight: 80,
        density: 130,
        place: Some(Place::Shenzhen),
        second: "采购中心|Sourcing|調達 计划部|Planning|計画 仓储部|Warehousing|倉庫 物流部|Logistics|物流",
        third: REGIONS,
        titles: "采购工程师 计划员 仓库管理员 物流专员",
    },
    Branch {
        slug: "factory",
        label: "制造中心|Manufacturing|製造センター",
        weight: 120,
        density: 400,
        place: Some(Place::Wuhan),
        second: "装配一厂|Assembly_Plant_1|組立第一工場 装配二厂|Assembly_Plant_2|組立第二工場 注塑厂|Moulding_Plant|\
            成形工場 工艺部|Process_Engineering|工程技術 设备部|Equipment|設備",
        third: "一车间|Workshop_1|第一作業場 二车间|Workshop_2|第二作業場 三车间|Workshop_3|第三作業場 四车间|Workshop_4|\
            第四作業場 五车间|Workshop_5|第五作業場 六车间|Workshop_6|第六作業場",
        titles: "操作工 技术员 工艺工程师 设备工程师 班长",
    },
    Branch {
        slug: "quality",
        label: "质量部|Quality|品質部",
        weight: 40,
        density: 70,
        place: Some(Place::Wuhan),
        second: "来料检验部|Incoming_Inspection|受入検査 出货检验部|Outgoing_Inspection|出荷検査 体系部|Quality_Systems|品質体系",
        third: "一组|Line_1|ライン1 二组|Line_2|ライン2 三组|Line_3|ライン3",
        titles: "质检员 质量工程师 体系工程师",
    },
    Branch {
        slug: "strategy",
        label: "战略投资部|Strategy_and_Investment|戦略投資部",
        weight: 15,
        density: 30,
        place: Some(Place::Shanghai),
        second: "战略部|Strategy|戦略 投资部|Investment|投資 投后管理部|Portfolio|ポートフォリオ",
        third: INDUSTRIES,
        titles: "投资经理 战略分析师",
    },
    Branch {
        slug: "office",
        label: "总裁办公室|Executive_Office|社長室",
        weight: 10,
        density: 20,
        place: None,
        second: "秘书处|Secretariat|秘書 项目管理办公室|PMO|PMO室",
        third: "一组|Desk_1|第1班 二组|Desk_2|第2班",
        titles: "总裁助理 项目经理 秘书",
    },
];
