//! Languages of code blocks: the numbers of the document service, and what people write after three backticks.

/// By number, from 1: as it is written in the normal form.
const NAMES: [&str; 75] = [
    "text", "abap", "ada", "apache", "apex", "assembly", "bash", "csharp", "cpp", "c", "cobol", "css",
    "coffeescript", "d", "dart", "delphi", "django", "dockerfile", "erlang", "fortran", "foxpro", "go", "groovy",
    "html", "htmlbars", "http", "haskell", "json", "java", "javascript", "julia", "kotlin", "latex", "lisp", "logo",
    "lua", "matlab", "makefile", "markdown", "nginx", "objective-c", "openedge", "php", "perl", "postscript",
    "powershell", "prolog", "protobuf", "python", "r", "rpg", "ruby", "rust", "sas", "scss", "sql", "scala",
    "scheme", "scratch", "shell", "swift", "thrift", "typescript", "vbscript", "vb", "xml", "yaml", "cmake", "diff",
    "gherkin", "graphql", "glsl", "properties", "solidity", "toml",
];

/// Other words for them.
const ALIASES: [(&str, &str); 26] = [
    ("", "text"),
    ("plain", "text"),
    ("plaintext", "text"),
    ("txt", "text"),
    ("asm", "assembly"),
    ("cs", "csharp"),
    ("c#", "csharp"),
    ("c++", "cpp"),
    ("coffee", "coffeescript"),
    ("docker", "dockerfile"),
    ("golang", "go"),
    ("hs", "haskell"),
    ("js", "javascript"),
    ("jsx", "javascript"),
    ("kt", "kotlin"),
    ("tex", "latex"),
    ("make", "makefile"),
    ("md", "markdown"),
    ("objc", "objective-c"),
    ("ps1", "powershell"),
    ("proto", "protobuf"),
    ("py", "python"),
    ("rs", "rust"),
    ("sh", "shell"),
    ("ts", "typescript"),
    ("yml", "yaml"),
];

/// Text without a language.
pub(crate) const PLAIN: u8 = 1;

/// The number of a language, by any of its names.
pub(crate) fn number(word: &str) -> Option<u8> {
    let word = word.to_lowercase();
    let name = ALIASES.iter().find(|(alias, _)| *alias == word).map_or(word.as_str(), |(_, name)| name);
    let at = NAMES.iter().position(|known| *known == name)?;
    u8::try_from(at + 1).ok()
}

/// The name of a language; nothing for plain text and for numbers that are none.
pub(crate) fn name(number: u8) -> &'static str {
    if number == PLAIN {
        return "";
    }
    usize::from(number).checked_sub(1).and_then(|at| NAMES.get(at)).copied().unwrap_or_default()
}
