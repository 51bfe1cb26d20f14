//! The reference page of all kinds, made from their tables.

use crate::resource::{Attribute, Change, Format, Kind, KindInfo, Registry, Shape};

use super::schema::identity;

/// The page as it is stored.
pub fn kinds(registry: Registry) -> String {
    let mut text = String::from(
        "# Kinds\n\nGenerated from the kinds' tables: `UPDATE_DOCS=1 cargo test --test it docs` writes it anew. \
         What is written is managed, what is left out is not; `null` clears a field where the table says so.\n\n\
         Every thing may have `lifecycle:` with `prevent_destroy` (true or false), `ignore_changes` (a list of \
         fields) and `on_remove` (`delete`, `deactivate` or `forget`).\n",
    );
    for of in registry.iter() {
        text.push_str(&kind(of));
    }
    text
}

fn kind(of: &'static dyn Kind) -> String {
    let info: &'static KindInfo = of.info();
    let mut text = format!("\n## {}\n\n", info.title);
    let key = match info.plural.split_once('.') {
        Some((group, rest)) => format!("{group}`, below it `{rest}"),
        None => info.plural.to_owned(),
    };
    let place = match of.inside() {
        None => format!("Top-level key `{key}`, address `{}.KEY`.", info.name),
        Some(inside) => {
            let inner = info.name.rsplit('/').next().unwrap_or_default();
            format!(
                "Written under `{}:` of a {}, address `{}.KEY/{inner}.KEY`.",
                inside.field, inside.kind, inside.kind
            )
        }
    };
    text.push_str(&format!("{place} {}\n\n", identity(info)));
    text.push_str(&format!("{}\n\n", info.about));
    if let Some(tree) = info.tree {
        text.push_str(&format!(
            "Things may be nested with `children:`, which means the same as `{tree}:`.\n\n"
        ));
    }
    if !info.lookups.is_empty() {
        text.push_str("One that is not managed here is named by:\n\n");
        for (name, about) in info.lookups {
            text.push_str(&format!("- `{{{name}: …}}`: {about}\n"));
        }
        text.push('\n');
    }
    text.push_str(
        "| Field | Type | Required | `null` | Change | Readable with | |\n|---|---|---|---|---|---|---|\n",
    );
    let around = of.inside().map(|inside| inside.attribute);
    for attribute in info.attributes.iter().filter(|a| around != Some(a.name)) {
        rows(attribute, "", &mut text);
    }
    text.push_str(&format!("\n```yaml\n{}\n```\n", info.example.trim_end()));
    text
}

fn rows(attribute: &'static Attribute, above: &str, text: &mut String) {
    let name = format!("{above}{}", attribute.name);
    let scopes = attribute.scopes.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(" or ");
    let change = match attribute.change {
        Change::Free => "",
        Change::Replace => "replaces the thing",
        Change::CreateOnly => "only at creation",
    };
    let mut about = attribute.about.to_owned();
    if attribute.sensitive {
        about.push_str(" Personal: masked in logs, hashed in the state.");
    }
    if attribute.local {
        about.push_str(" For rules of the manifest; never sent.");
    }
    if attribute.write_only {
        about.push_str(" Cannot be read back.");
    }
    if !attribute.example.is_empty() {
        about.push_str(&format!(" Example: `{}`.", attribute.example));
    }
    text.push_str(&format!(
        "| `{name}` | {} | {} | {} | {change} | {scopes} | {} |\n",
        cell(&typed(&attribute.shape)),
        if attribute.required { "yes" } else { "" },
        if attribute.clear { "clears" } else { "" },
        cell(&about),
    ));
    for field in fields(&attribute.shape) {
        rows(field, &format!("{name}."), text);
    }
}

/// The fields of objects inside a shape.
fn fields(shape: &'static Shape) -> Vec<&'static Attribute> {
    match shape {
        Shape::Object(fields) => fields.iter().collect(),
        Shape::Either(shapes) => shapes.iter().flat_map(fields).collect(),
        Shape::Set { of, .. } | Shape::List { of, .. } | Shape::Keyed { of, .. } | Shape::Free { of, .. } => {
            fields(of)
        }
        Shape::Text { .. }
        | Shape::Bool
        | Shape::Int { .. }
        | Shape::Date
        | Shape::Choice(_)
        | Shape::Ref { .. }
        | Shape::People { .. }
        | Shape::TextFile { .. }
        | Shape::Picture { .. } => Vec::new(),
    }
}

fn typed(shape: &Shape) -> String {
    let most = |max: usize| if max < usize::MAX { format!(", at most {max}") } else { String::new() };
    match shape {
        Shape::Text { min, max, format } => {
            let noun = match format {
                Format::Plain => "text".to_owned(),
                Format::Long => "text of many lines".to_owned(),
                Format::Mobile => return "mobile number in E.164, or of mainland China".to_owned(),
                Format::Email => "e-mail address".to_owned(),
                Format::Country => return "country, ISO 3166 of two letters".to_owned(),
                Format::Url => "web address".to_owned(),
                Format::Pattern(_, words) => format!("text: {words}"),
            };
            match (*min, *max) {
                (_, usize::MAX) => noun,
                (0 | 1, max) => format!("{noun}, at most {max} characters"),
                (min, max) => format!("{noun}, {min} to {max} characters"),
            }
        }
        Shape::Bool => "`true` or `false`".to_owned(),
        Shape::Int { min, max: i64::MAX } => format!("whole number from {min}"),
        Shape::Int { min, max } => format!("whole number from {min} to {max}"),
        Shape::Date => "date, `2024-03-01`".to_owned(),
        Shape::Choice(words) => {
            let all: Vec<String> = words.iter().map(|(word, about)| format!("`{word}` ({about})")).collect();
            all.join(", ")
        }
        Shape::Ref { kind, also } => {
            let words: String = also.iter().map(|word| format!(", or `{word}`")).collect();
            format!("reference to `{kind}`{words}")
        }
        Shape::Set { of, max, partial } => {
            let or = if *partial { ", or `{at_least: […]}`" } else { "" };
            format!("set of {}{}{or}", typed(of), most(*max))
        }
        Shape::List { of, max } => format!("list of {}{}", typed(of), most(*max)),
        Shape::Keyed { keys, of } => {
            let names: Vec<String> = keys.iter().map(|(key, _)| format!("`{key}`")).collect();
            format!("map of {}, each {}", names.join(", "), typed(of))
        }
        Shape::Free { of, max } => format!("map of any keys{}, each {}", most(*max), typed(of)),
        Shape::Object(fields) => {
            let names: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
            format!("map of {}", names.join(", "))
        }
        Shape::Either(shapes) => shapes.iter().map(typed).collect::<Vec<_>>().join("; or "),
        Shape::TextFile { max } => {
            format!("`{{file: PATH}}`: a text file beside the YAML, at most {max} characters")
        }
        Shape::Picture { max_bytes, side, gif_side } => format!(
            "path of a picture beside the YAML, at most {} MB and {side} × {side} pixels, a GIF {gif_side} × {gif_side}",
            max_bytes >> 20
        ),
        Shape::People { max } => format!(
            "people{}: list of users, or map of `users`, `departments`, `user_groups`, `where`, `except`, or \
             `{{at_least: …}}` of either",
            most(*max)
        ),
    }
}

/// A cell holds no bars and no line breaks.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}
