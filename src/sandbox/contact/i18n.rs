//! Names in several languages, in the two forms that the service uses.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The three locales that departments know, as an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct I18nName {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh_cn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ja_jp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en_us: Option<String>,
}

impl I18nName {
    pub fn from_body(body: Option<&Value>) -> Option<Self> {
        let map = body?.as_object()?;
        let text = |name| map.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned);
        Some(Self { zh_cn: text("zh_cn"), ja_jp: text("ja_jp"), en_us: text("en_us") })
    }

    pub fn is_empty(&self) -> bool {
        self.zh_cn.is_none() && self.ja_jp.is_none() && self.en_us.is_none()
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        [&self.zh_cn, &self.ja_jp, &self.en_us].into_iter().flatten().map(String::as_str)
    }

    pub fn render(&self) -> Value {
        let mut map = Map::new();
        for (locale, text) in [("zh_cn", &self.zh_cn), ("ja_jp", &self.ja_jp), ("en_us", &self.en_us)] {
            if let Some(text) = text {
                map.insert(locale.to_owned(), text.as_str().into());
            }
        }
        Value::Object(map)
    }
}

/// A text in one language, as the catalogues list them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub locale: String,
    pub value: String,
}

impl Content {
    /// Reads `[{locale, value}]`; `None` when the field is absent.
    pub fn list(body: Option<&Value>) -> Option<Vec<Self>> {
        let items = body?.as_array()?;
        let text =
            |item: &Value, name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(items.iter().map(|i| Self { locale: text(i, "locale"), value: text(i, "value") }).collect())
    }

    /// Whether each entry names a known locale, once, and says something in it.
    pub fn are_sound(list: &[Self]) -> bool {
        let known = |c: &Self| matches!(c.locale.as_str(), "zh_cn" | "en_us" | "ja_jp");
        let repeated = |i: usize, c: &Self| list[..i].iter().any(|other| other.locale == c.locale);
        list.iter().enumerate().all(|(i, c)| known(c) && !c.value.is_empty() && !repeated(i, c))
    }

    /// Whether any entry is longer than `max` characters.
    pub fn any_longer(list: &[Self], max: usize) -> bool {
        list.iter().any(|c| c.value.chars().count() > max)
    }

    pub fn render(list: &[Self]) -> Value {
        list.iter().map(|c| json!({ "locale": c.locale, "value": c.value })).collect()
    }
}
