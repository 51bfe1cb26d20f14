//! Where the Open API is, and where its console is.
//!
//! Two public brands share every path; private deployments have any address. The brand is a property of the
//! app, so the links in remedies follow it. A base address is a value, never fixed in code.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// Which of the two public sites an app belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Brand {
    /// Mainland China, `open.feishu.cn`.
    Feishu,
    /// International, `open.larksuite.com`.
    Lark,
}

impl Brand {
    pub fn host(self) -> &'static str {
        match self {
            Self::Feishu => "open.feishu.cn",
            Self::Lark => "open.larksuite.com",
        }
    }

    /// The address of the brand's login pages.
    pub fn accounts(self) -> BaseUrl {
        let host = match self {
            Self::Feishu => "accounts.feishu.cn",
            Self::Lark => "accounts.larksuite.com",
        };
        BaseUrl { text: format!("https://{host}"), secure: true }
    }

    /// The address of the brand's Open API.
    pub fn base(self) -> BaseUrl {
        BaseUrl { text: format!("https://{}", self.host()), secure: true }
    }

    /// The console page on which an app's scopes are granted.
    pub fn scope_page(self, app_id: &str, scopes: &[&str]) -> String {
        let list = scopes.join(",");
        format!("https://{}/app/{app_id}/auth?q={list}&op_from=openapi&token_type=tenant", self.host())
    }

    /// The console's front page of an app.
    pub fn app_page(self, app_id: &str) -> String {
        format!("https://{}/app/{app_id}", self.host())
    }
}

/// Scheme, host, port and perhaps a prefix; paths of the contract are appended as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    secure: bool,
}

/// Why a base address is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    #[error("the base address is not a URL")]
    NotAUrl,
    #[error("the base address must start with http:// or https://")]
    Scheme,
    /// Shown in messages and logs, hence no place for a password.
    #[error("the base address must not hold a user name or password")]
    Credentials,
    #[error("the base address must not hold a query or a fragment")]
    Query,
}

impl BaseUrl {
    /// Whether the address asks for TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The brand that the host belongs to, if it is a public one.
    pub fn brand(&self) -> Option<Brand> {
        [Brand::Feishu, Brand::Lark].into_iter().find(|brand| brand.base() == *self)
    }

    pub(crate) fn join(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text.trim()).map_err(|_| BaseUrlError::NotAUrl)?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(BaseUrlError::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Query);
        }
        Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), secure })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normalised_and_joined() {
        let base: BaseUrl = "http://127.0.0.1:8080/lark/".parse().expect("base");
        assert_eq!(base.join("/open-apis/a?b=c"), "http://127.0.0.1:8080/lark/open-apis/a?b=c");
        assert!(!base.is_secure());
        assert_eq!(base.brand(), None);
        assert_eq!("https://open.feishu.cn/".parse::<BaseUrl>().expect("base").brand(), Some(Brand::Feishu));
    }

    #[test]
    fn addresses_that_would_leak_or_mislead_are_refused() {
        for (text, why) in [
            ("open.feishu.cn", BaseUrlError::NotAUrl),
            ("ftp://open.feishu.cn", BaseUrlError::Scheme),
            ("https://me:pass@open.feishu.cn", BaseUrlError::Credentials),
            ("https://open.feishu.cn?x=1", BaseUrlError::Query),
        ] {
            assert_eq!(text.parse::<BaseUrl>(), Err(why), "{text}");
        }
    }
}
