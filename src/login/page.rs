//! What a person sees in the browser when they come back: plain, in Chinese and English, loading and running nothing.

/// A page's two languages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    /// Whether it went well, for the colour.
    good: bool,
    chinese: (&'static str, &'static str),
    english: (&'static str, &'static str),
}

pub(super) const DONE: Words = Words {
    good: true,
    chinese: ("已同意授权", "可以关闭此页，回到终端，larkctl 会继续。"),
    english: ("You have agreed", "You can close this page; larkctl goes on in the terminal."),
};

pub(super) const REFUSED: Words = Words {
    good: false,
    chinese: ("未授权", "larkctl 没有得到任何权限。可以关闭此页；如需重试，请在终端重新运行 larkctl login。"),
    english: (
        "Nothing was granted",
        "larkctl was given no access. You can close this page; to try again, run larkctl login in the terminal.",
    ),
};

pub(super) const FOREIGN: Words = Words {
    good: false,
    chinese: ("这不是本次登录的回应", "请回到终端，使用那里显示的地址。"),
    english: (
        "This does not belong to the login that is under way",
        "Use the address that the terminal shows.",
    ),
};

pub(super) const NOTHING: Words = Words {
    good: false,
    chinese: ("这里没有内容", "larkctl 正在等待登录，请使用终端显示的地址。"),
    english: ("There is nothing here", "larkctl waits for a login: use the address that the terminal shows."),
};

pub(super) fn html(words: Words) -> String {
    let Words { good, chinese, english } = words;
    let (sign, colour) = if good { ("✓", "#1a7f37") } else { ("!", "#9a6700") };
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>larkctl · {title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>\
         :root{{color-scheme:light dark}}body{{margin:0;min-height:100vh;display:grid;place-items:center;\
         font:16px/1.6 system-ui,\"PingFang SC\",\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif}}\
         main{{max-width:34rem;padding:2rem}}h1,h2{{margin:0 0 .3rem;font-weight:600}}h1{{font-size:1.6rem}}\
         h2{{font-size:1.1rem;margin-top:1.6rem}}p{{margin:0;opacity:.8}}\
         b{{display:inline-block;width:2.6rem;height:2.6rem;margin-bottom:1rem;border-radius:50%;text-align:center;\
         font-size:1.4rem;line-height:2.6rem;color:#fff;background:{colour}}}</style></head>\
         <body><main><b aria-hidden=\"true\">{sign}</b><h1>{title}</h1><p>{}</p>\
         <section lang=\"en\"><h2>{}</h2><p>{}</p></section></main></body></html>",
        chinese.1,
        english.0,
        english.1,
        title = chinese.0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_speaks_both_languages_and_loads_nothing() {
        for words in [DONE, REFUSED, FOREIGN, NOTHING] {
            let page = html(words);
            for text in [words.chinese.0, words.chinese.1, words.english.0, words.english.1] {
                assert!(page.contains(text), "{text}");
            }
            assert!(!page.contains("http") && !page.contains("<script") && !page.contains("src="));
        }
    }
}
