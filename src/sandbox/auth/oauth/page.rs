//! The page that asks a person for consent.

use std::fmt::Write;

/// What stands on the page. The form posts to the control plane, which calls [`super::consent`] or
/// [`super::device_consent`]: the API itself has no door through which a client could agree for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentPage {
    pub app_id: String,
    pub app_name: String,
    pub scopes: Vec<String>,
    /// The authorisation request as it came in, or `user_code=…`.
    pub query: String,
    /// Who may decide: `user_id` and name.
    pub people: Vec<(String, String)>,
}

impl ConsentPage {
    /// Everything that comes from outside is escaped; the page loads nothing and runs nothing.
    pub fn html(&self) -> String {
        let mut html = String::from(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Authorise</title>\
             <meta name=\"viewport\" content=\"width=device-width\"></head><body><main>",
        );
        let _ = write!(html, "<h1>{} asks for access</h1>", escape(&self.app_name));
        let _ =
            write!(html, "<p>App <code>{}</code> wants to act for you with:</p><ul>", escape(&self.app_id));
        for scope in &self.scopes {
            let _ = write!(html, "<li><code>{}</code></li>", escape(scope));
        }
        html.push_str("</ul><form method=\"post\" action=\"/_sandbox/act\">");
        let _ = write!(html, "<input type=\"hidden\" name=\"consent\" value=\"{}\">", escape(&self.query));
        html.push_str("<label>Person <select name=\"user_id\">");
        for (id, name) in &self.people {
            let _ = write!(html, "<option value=\"{}\">{}</option>", escape(id), escape(name));
        }
        html.push_str(
            "</select></label> <button name=\"decision\" value=\"grant\">Allow</button> \
             <button name=\"decision\" value=\"refuse\">Refuse</button></form></main></body></html>",
        );
        html
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let evil = "<script>\"'&".to_owned();
        let page = ConsentPage {
            app_id: evil.clone(),
            app_name: evil.clone(),
            scopes: vec![evil.clone()],
            query: evil.clone(),
            people: vec![(evil.clone(), evil)],
        };
        assert!(!page.html().contains("<script>"));
        assert_eq!(page.html().matches("&lt;script&gt;&quot;&#39;&amp;").count(), 6);
    }
}
