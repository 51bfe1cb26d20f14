//! Chinese names in their usual frequency, with their pinyin.

use std::sync::LazyLock;

use super::Gender;
use crate::sandbox::seed::dice::Dice;

/// A syllable of a name: as written, and in pinyin.
pub(super) type Syllable = (&'static str, &'static str);

/// Surname, pinyin, people of ten thousand (after the census; the tail is rounded).
const SURNAMES: &str = "\
王 wang 710 李 li 700 张 zhang 670 刘 liu 530 陈 chen 450 杨 yang 300 黄 huang 230 赵 zhao 220 吴 wu 200 周 zhou 200
徐 xu 160 孙 sun 150 马 ma 130 朱 zhu 120 胡 hu 120 郭 guo 110 何 he 110 林 lin 110 高 gao 100 罗 luo 100
郑 zheng 90 梁 liang 90 谢 xie 80 宋 song 70 唐 tang 70 许 xu 70 韩 han 60 邓 deng 60 冯 feng 60 曹 cao 60
彭 peng 50 曾 zeng 50 肖 xiao 50 田 tian 50 董 dong 50 潘 pan 40 袁 yuan 40 蔡 cai 40 蒋 jiang 40 余 yu 40
于 yu 40 杜 du 40 叶 ye 40 程 cheng 40 魏 wei 40 苏 su 40 吕 lyu 40 丁 ding 40 任 ren 40 卢 lu 40
姚 yao 35 沈 shen 35 钟 zhong 35 姜 jiang 35 崔 cui 35 谭 tan 35 陆 lu 30 范 fan 30 汪 wang 30 廖 liao 30
石 shi 30 金 jin 30 韦 wei 30 贾 jia 30 夏 xia 30 付 fu 25 方 fang 30 邹 zou 25 熊 xiong 25 白 bai 25
孟 meng 25 秦 qin 25 邱 qiu 25 侯 hou 25 江 jiang 25 尹 yin 25 薛 xue 25 闫 yan 25 段 duan 20 雷 lei 20
龙 long 20 黎 li 20 史 shi 20 陶 tao 20 贺 he 20 毛 mao 20 郝 hao 20 顾 gu 20 龚 gong 20 邵 shao 20
万 wan 20 覃 qin 20 武 wu 20 钱 qian 20 戴 dai 20 严 yan 20 莫 mo 15 孔 kong 15 向 xiang 15 常 chang 15
温 wen 15 康 kang 15 施 shi 15 文 wen 15 牛 niu 15 樊 fan 15 葛 ge 15 邢 xing 15 安 an 10 齐 qi 10
欧阳 ouyang 8 上官 shangguan 2 司马 sima 1 诸葛 zhuge 1 慕容 murong 1";

const MALE: &str = "\
伟 wei 强 qiang 磊 lei 军 jun 洋 yang 勇 yong 杰 jie 涛 tao 超 chao 明 ming 刚 gang 平 ping 辉 hui 鹏 peng 华 hua
飞 fei 鑫 xin 波 bo 斌 bin 宇 yu 浩 hao 凯 kai 健 jian 俊 jun 帆 fan 帅 shuai 旭 xu 宁 ning 龙 long 林 lin
峰 feng 昊 hao 轩 xuan 博 bo 文 wen 子 zi 建 jian 国 guo 志 zhi 海 hai 晓 xiao 天 tian 一 yi 泽 ze 睿 rui
思 si 远 yuan 航 hang 翔 xiang 毅 yi 恒 heng 嘉 jia 梓 zi 成 cheng 东 dong 锋 feng 永 yong 学 xue 启 qi 立 li
承 cheng 景 jing 逸 yi 煜 yu 铭 ming 皓 hao 哲 zhe 然 ran 霖 lin 坤 kun 松 song 少 shao 家 jia 兴 xing 祥 xiang";

const FEMALE: &str = "\
芳 fang 娜 na 敏 min 静 jing 丽 li 艳 yan 娟 juan 霞 xia 秀 xiu 燕 yan 玲 ling 婷 ting 雪 xue 慧 hui 莹 ying
琳 lin 洁 jie 颖 ying 欣 xin 怡 yi 佳 jia 倩 qian 梅 mei 红 hong 萍 ping 丹 dan 璐 lu 琪 qi 瑶 yao 萌 meng
悦 yue 涵 han 梓 zi 雨 yu 诗 shi 思 si 晓 xiao 小 xiao 美 mei 雅 ya 梦 meng 嘉 jia 文 wen 心 xin 可 ke
蕾 lei 薇 wei 媛 yuan 妍 yan 晨 chen 冰 bing 彤 tong 宁 ning 兰 lan 菲 fei 珊 shan 春 chun 云 yun 玉 yu 淑 shu
若 ruo 语 yu 子 zi 依 yi 馨 xin 岚 lan 楠 nan 珍 zhen 凤 feng 荣 rong 华 hua 清 qing 书 shu 乐 le 晴 qing";

type Weighted = Vec<(Syllable, usize)>;

static SURNAME_TABLE: LazyLock<Weighted> = LazyLock::new(|| {
    let words: Vec<&str> = SURNAMES.split_whitespace().collect();
    words.chunks_exact(3).map(|w| ((w[0], w[1]), w[2].parse().unwrap_or(1))).collect()
});

static MALE_TABLE: LazyLock<Vec<Syllable>> = LazyLock::new(|| pairs(MALE));
static FEMALE_TABLE: LazyLock<Vec<Syllable>> = LazyLock::new(|| pairs(FEMALE));

fn pairs(text: &'static str) -> Vec<Syllable> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.chunks_exact(2).map(|w| (w[0], w[1])).collect()
}

pub(super) fn surname(dice: &mut Dice) -> Syllable {
    dice.weigh(&SURNAME_TABLE)
}

/// One syllable for one person in six, two for the others, sometimes the same twice.
pub(super) fn given(dice: &mut Dice, gender: Gender) -> (String, String) {
    let table: &[Syllable] = match gender {
        Gender::Male => &MALE_TABLE,
        Gender::Female => &FEMALE_TABLE,
    };
    let (a, pinyin_a) = dice.pick(table);
    if dice.permille(160) {
        return (a.to_owned(), pinyin_a.to_owned());
    }
    let (b, pinyin_b) = dice.pick(table);
    (format!("{a}{b}"), format!("{pinyin_a}{pinyin_b}"))
}
