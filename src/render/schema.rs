//! JSON Schema (draft 2020-12) of manifests, made from the kinds' tables: what an editor completes and explains.
//!
//! It never refuses what `validate` accepts; `validate` knows more (references, uniqueness, circles). A file may
//! be a part of a manifest, so that nothing is required at the top level. Wherever a value is bounded, a text
//! with `${var.name}` may stand in its place.

use serde_json::{Map, Value as Json, json};

use crate::base::country;
use crate::resource::{Attribute, Change, Format, Kind, KindInfo, Naming, Registry, Shape};

/// The schema as it is stored: pretty, with a line break at its end.
pub fn text(registry: Registry) -> String {
    format!("{:#}\n", schema(registry))
}

/// The schema of a manifest file.
pub fn schema(registry: Registry) -> Json {
    let mut properties = top_level(registry);
    let mut defs = Map::new();
    defs.insert(
        "variable".to_owned(),
        json!({
            "type": "string",
            "pattern": r"\$\{var\.[^}]+\}",
            "description": "A text that holds a variable of `vars:`.",
        }),
    );
    for kind in registry.iter() {
        let info = kind.info();
        let plural = json!({
            "description": format!("{}: things by key. {}", info.title, info.about),
            "type": ["object", "null"],
            "propertyNames": key_schema(info),
            "additionalProperties": reference_to(&named(info)),
        });
        // What is written inside of something else has its place there.
        if kind.inside().is_none() {
            section(&mut properties, info.plural, plural);
        }
        defs.insert(named(info), thing(kind, registry, false));
        if info.tree.is_some() {
            defs.insert(format!("{}_nested", named(info)), thing(kind, registry, true));
        }
        defs.insert(format!("{}_lifecycle", named(info)), lifecycle(info));
        if kind.inside().is_none() || !info.lookups.is_empty() {
            defs.insert(format!("{}_reference", named(info)), lookup(info.name, info.title, info.lookups));
        }
    }
    // People and places are referred to by shapes that name their kinds; each must have its definition.
    let used = format!("{properties:?}{defs:?}");
    for kind in ["department", "user", "user_group"] {
        let name = format!("{kind}_reference");
        if used.contains(&format!("/{name}")) && !defs.contains_key(&name) {
            defs.insert(name, lookup(kind, kind, &[]));
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "larkctl manifest",
        "description": "A Feishu or Lark workspace as code. What is written is managed, what is left out is not.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "$defs": defs,
    })
}

/// Puts the section of a kind; one whose key several kinds share stands inside of that.
fn section(properties: &mut Map<String, Json>, key: &str, schema: Json) {
    let Some((group, rest)) = key.split_once('.') else {
        properties.insert(key.to_owned(), schema);
        return;
    };
    let group = properties.entry(group).or_insert_with(
        || json!({ "type": ["object", "null"], "additionalProperties": false, "properties": {} }),
    );
    if let Some(inner) = group.get_mut("properties").and_then(Json::as_object_mut) {
        inner.insert(rest.to_owned(), schema);
    }
}

/// The name of a kind's definition.
fn named(info: &KindInfo) -> String {
    info.name.replace('/', "_")
}

fn reference_to(definition: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{definition}") })
}

fn key_schema(info: &KindInfo) -> Json {
    let mut schema = json!({ "minLength": 1, "maxLength": 128, "pattern": r"^[^\s/]+$" });
    if let (Some((words, _)), Some(object)) = (info.key, schema.as_object_mut()) {
        object.insert("description".to_owned(), json!(format!("The key, which becomes the id: {words}.")));
    }
    schema
}

fn top_level(registry: Registry) -> Map<String, Json> {
    let words = |k: &'static dyn Kind| {
        let plural = Some(k.info().plural).filter(|_| k.inside().is_none());
        plural.into_iter().chain([k.info().name])
    };
    let kinds: Vec<&str> = registry.iter().flat_map(words).collect();
    let address = json!({
        "type": "string",
        "pattern": r"^[a-z_]+\..+$",
        "description": "Singular kind, dot, key: department.engineering",
    });
    let count = json!({ "type": "integer", "minimum": 0 });
    let or_variable = |schema: Json| json!({ "anyOf": [schema, reference_to("variable")] });
    let parts = json!({
        "version": { "const": 1, "description": "The version of the manifest's form. One file must say it." },
        "vars": {
            "description": "Variables, filled into texts as ${var.name}. --var wins over the environment, the environment over the default.",
            "type": ["object", "null"],
            "additionalProperties": { "anyOf": [
                { "type": ["string", "integer", "boolean", "null"], "description": "The default; without one --var must give a value." },
                {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "env": { "type": "string", "description": "The environment variable that gives the value." },
                        "default": { "type": ["string", "integer", "boolean"] },
                        "description": { "type": "string" },
                    },
                },
            ] },
            "examples": [{ "region": { "env": "LARK_REGION", "default": "cn" } }],
        },
        "include": {
            "description": "Further files and folders, relative to this file.",
            "anyOf": [{ "type": "string", "minLength": 1 }, { "type": "array", "items": { "type": "string", "minLength": 1 } }, { "type": "null" }],
        },
        "moved": {
            "description": "Keys that changed: the thing moves with its new key instead of being deleted and made anew.",
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["from", "to"],
                "properties": { "from": address, "to": address },
            },
            "examples": [[{ "from": "department.rnd", "to": "department.engineering" }]],
        },
        "import": {
            "description": "Live things to take under management: address to id.",
            "type": ["object", "null"],
            "additionalProperties": { "type": "string", "minLength": 1 },
            "examples": [{ "department.engineering": "D012345" }],
        },
        "settings": {
            "description": "How careful larkctl is.",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": {
                "max_destroy": {
                    "description": "How many things one run may delete: of every kind, or by kind. Without it 10, or a quarter once ten are managed.",
                    "anyOf": [
                        count,
                        { "type": "object", "propertyNames": { "enum": kinds }, "additionalProperties": or_variable(count.clone()) },
                        reference_to("variable"),
                    ],
                },
                "spare_mobiles": {
                    "description": "Numbers that nobody has, which may stand in while two people swap theirs.",
                    "type": "array",
                    "items": { "type": "string" },
                },
                "exclusive": {
                    "description": "Kinds of which everything is managed: a live thing that is not declared is deleted.",
                    "type": "array",
                    "items": or_variable(json!({ "enum": kinds })),
                },
            },
        },
        "state": {
            "description": "Where larkctl keeps what it remembers.",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": { "path": { "type": "string", "minLength": 1, "description": "A local file." } },
            "examples": [{ "path": ".larkctl/state.json" }],
        },
    });
    match parts {
        Json::Object(parts) => parts,
        _ => Map::new(),
    }
}

/// One thing. Nested ones have their place in the tree from where they stand.
fn thing(kind: &dyn Kind, registry: Registry, nested: bool) -> Json {
    let info = kind.info();
    let around = kind.inside().map(|inside| inside.attribute);
    let mut properties = Map::new();
    for attribute in info.attributes.iter().filter(|a| around != Some(a.name)) {
        properties.insert(attribute.name.to_owned(), field(attribute));
    }
    properties.insert("lifecycle".to_owned(), reference_to(&format!("{}_lifecycle", named(info))));
    for (inner, inside) in registry.within(info.name) {
        let inner = inner.info();
        properties.insert(
            inside.field.to_owned(),
            json!({
                "description": format!("{}: things by key. {}", inner.title, inner.about),
                "type": ["object", "null"],
                "propertyNames": key_schema(inner),
                "additionalProperties": reference_to(&named(inner)),
            }),
        );
    }
    if let Some(tree) = info.tree {
        properties.insert("children".to_owned(), json!({
            "description": format!("Things below this one, by key: the same as writing `{tree}:` in each."),
            "type": ["object", "null"],
            "propertyNames": key_schema(info),
            "additionalProperties": reference_to(&format!("{}_nested", named(info))),
        }));
    }
    let placed = |name: &str| nested && info.tree == Some(name) || around == Some(name);
    let required: Vec<&str> =
        info.attributes.iter().filter(|a| a.required && !placed(a.name)).map(|a| a.name).collect();
    let kind = if required.is_empty() { json!(["object", "null"]) } else { json!("object") };
    json!({
        "title": info.title,
        "description": format!("{} {}", info.about, identity(info)),
        "type": kind,
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

/// Where identity comes from, as a sentence.
pub(super) fn identity(info: &KindInfo) -> String {
    match (info.naming, info.key) {
        (Naming::Key, Some((words, _))) if info.attribute("id").is_some() => {
            format!("The key is the id, unless `id:` is written: {words}.")
        }
        (Naming::Key, Some((words, _))) => format!("The key is the id: {words}."),
        (Naming::Key, None) => "The key is the id.".to_owned(),
        (Naming::Attribute(name), _) => format!("A live one is found by its `{name}`."),
        (Naming::Own(words), _) => format!("A live one is found by its {words}."),
        (Naming::RecordedOnly, _) => "The state knows which live one it is.".to_owned(),
    }
}

fn lifecycle(info: &KindInfo) -> Json {
    let names: Vec<&str> = info.attributes.iter().map(|a| a.name).collect();
    json!({
        "description": "How carefully the thing is handled.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "prevent_destroy": {
                "description": "Refuse every plan that would delete it. Remembered when the block is taken out.",
                "type": "boolean",
            },
            "ignore_changes": {
                "description": "Fields that others may change: written once, then left alone.",
                "type": "array",
                "items": { "enum": names },
            },
            "on_remove": {
                "description": "What happens when it is taken out of the manifest.",
                "enum": ["delete", "deactivate", "forget"],
                "enumDescriptions": ["it is deleted", "it is switched off, where the kind can be", "it is left as it is"],
            },
        },
    })
}

/// `{email: …}`: one entry.
fn lookup(kind: &str, title: &str, lookups: &[(&str, &str)]) -> Json {
    let own = format!("{kind}_id");
    let mut properties = Map::new();
    properties
        .insert(own, json!({ "type": "string", "minLength": 1, "description": "The live thing's id." }));
    for (name, about) in lookups {
        properties
            .insert((*name).to_owned(), json!({ "type": "string", "minLength": 1, "description": about }));
    }
    json!({
        "description": format!("A live {title} that this manifest does not manage."),
        "type": "object",
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": properties,
    })
}

fn field(attribute: &Attribute) -> Json {
    let mut forms = forms(&attribute.shape, attribute.clear);
    if attribute.clear {
        forms.push(json!({ "type": "null", "description": "Clears it." }));
    }
    let mut schema = joined(forms);
    if let Some(object) = schema.as_object_mut() {
        object.insert("description".to_owned(), json!(explained(attribute)));
        // An example is YAML; one that is none fails its own test.
        if !attribute.example.is_empty()
            && let Ok(example) = serde_yaml::from_str::<Json>(attribute.example)
        {
            object.insert("examples".to_owned(), json!([example]));
        }
    }
    schema
}

fn explained(attribute: &Attribute) -> String {
    let mut text = attribute.about.to_owned();
    match attribute.change {
        Change::Free => {}
        Change::Replace => text.push_str(" Changing it deletes the thing and makes it anew."),
        Change::CreateOnly => {
            text.push_str(" It counts when the thing is created and cannot be changed later.");
        }
    }
    if attribute.clear {
        text.push_str(" `null` clears it.");
    }
    if attribute.local {
        text.push_str(" It is for rules of the manifest and is never sent.");
    }
    if attribute.write_only {
        text.push_str(" It can be written and not read back.");
    }
    text
}

fn joined(mut forms: Vec<Json>) -> Json {
    match forms.len() {
        1 => forms.remove(0),
        _ => json!({ "anyOf": forms }),
    }
}

fn one(shape: &Shape) -> Json {
    joined(forms(shape, false))
}

/// Every form that a value may have. `clear`: `null` may stand inside of open maps.
fn forms(shape: &Shape, clear: bool) -> Vec<Json> {
    let inner = |of: &Shape| {
        let mut all = forms(of, false);
        if clear {
            all.push(json!({ "type": "null" }));
        }
        joined(all)
    };
    match shape {
        Shape::Text { min, max, format } => vec![written(*min, *max, *format), reference_to("variable")],
        Shape::Bool => vec![json!({ "type": "boolean" }), reference_to("variable")],
        Shape::Int { min, max } => {
            vec![json!({ "type": "integer", "minimum": min, "maximum": max }), reference_to("variable")]
        }
        Shape::Date => {
            let pattern = r"^\d{4}-\d{2}-\d{2}$";
            vec![json!({ "type": "string", "format": "date", "pattern": pattern }), reference_to("variable")]
        }
        Shape::Choice(words) => {
            let (names, about): (Vec<&str>, Vec<&str>) = words.iter().copied().unzip();
            vec![json!({ "enum": names, "enumDescriptions": about }), reference_to("variable")]
        }
        Shape::Ref { kind, also } => {
            let mut all = Vec::new();
            if !also.is_empty() {
                all.push(json!({ "enum": also }));
            }
            all.push(
                json!({ "type": "string", "minLength": 1, "description": format!("The key of a {kind}.") }),
            );
            all.push(reference_to(&format!("{}_reference", kind.replace('/', "_"))));
            all
        }
        Shape::Set { of, max, partial } => {
            let list = array(&one(of), *max, true);
            let mut all = vec![list.clone()];
            if *partial {
                all.push(at_least(&list));
            }
            all
        }
        Shape::List { of, max } => vec![array(&one(of), *max, false)],
        Shape::Keyed { keys, of } => {
            let mut properties = Map::new();
            for (key, about) in *keys {
                let mut schema = inner(of);
                if let Some(object) = schema.as_object_mut() {
                    object.insert("description".to_owned(), json!(about));
                }
                properties.insert((*key).to_owned(), schema);
            }
            vec![json!({ "type": "object", "additionalProperties": false, "properties": properties })]
        }
        Shape::Free { of, max } => {
            let mut schema = json!({ "type": "object", "additionalProperties": inner(of) });
            bounded(&mut schema, "maxProperties", *max);
            vec![schema]
        }
        Shape::Object(fields) => vec![object(fields)],
        Shape::Either(shapes) => shapes.iter().flat_map(|shape| forms(shape, clear)).collect(),
        Shape::People { max } => people(*max),
        Shape::TextFile { .. } => vec![json!({
            "type": "object",
            "description": "The text of a file, whose path goes from the folder of this one.",
            "additionalProperties": false,
            "required": ["file"],
            "properties": { "file": { "type": "string", "minLength": 1 } },
        })],
        Shape::Picture { .. } => vec![json!({
            "type": "string",
            "minLength": 1,
            "description": "The path of a picture, from the folder of this file.",
        })],
    }
}

fn written(min: usize, max: usize, format: Format) -> Json {
    let mut schema = json!({ "type": "string" });
    let Some(object) = schema.as_object_mut() else { return schema };
    if min > 0 {
        object.insert("minLength".to_owned(), json!(min));
    }
    if max < usize::MAX {
        object.insert("maxLength".to_owned(), json!(max));
    }
    let pattern = match format {
        Format::Long => None,
        // One line, with nothing around it that cannot be seen.
        Format::Plain => Some(r"^(\S([^\n\t]*\S)?)?$"),
        Format::Mobile => Some(r"^\+?[0-9 ()\-]{7,}$"),
        Format::Email => Some(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
        Format::Url => Some(r"^https?://[^\s/?#]\S*$"),
        Format::Pattern(pattern, _) => Some(pattern),
        Format::Country => {
            let codes: Vec<&str> = country::all().collect();
            return json!({ "enum": codes });
        }
    };
    if let Some(pattern) = pattern {
        object.insert("pattern".to_owned(), json!(pattern));
    }
    schema
}

fn bounded(schema: &mut Json, word: &str, max: usize) {
    if let Some(object) = schema.as_object_mut()
        && max < usize::MAX
    {
        object.insert(word.to_owned(), json!(max));
    }
}

fn array(items: &Json, max: usize, unique: bool) -> Json {
    let mut schema = json!({ "type": "array", "items": items });
    bounded(&mut schema, "maxItems", max);
    if let Some(object) = schema.as_object_mut()
        && unique
    {
        object.insert("uniqueItems".to_owned(), json!(true));
    }
    schema
}

fn at_least(inner: &Json) -> Json {
    json!({
        "type": "object",
        "description": "Only adds: what else is there stays.",
        "additionalProperties": false,
        "required": ["at_least"],
        "properties": { "at_least": inner },
    })
}

fn object(fields: &[Attribute]) -> Json {
    let properties: Map<String, Json> =
        fields.iter().map(|attribute| (attribute.name.to_owned(), field(attribute))).collect();
    let required: Vec<&str> = fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn people(max: usize) -> Vec<Json> {
    let key = |kind: &str| {
        json!({ "anyOf": [
            { "type": "string", "minLength": 1, "description": format!("The key of a {kind}.") },
            reference_to(&format!("{kind}_reference")),
        ] })
    };
    let users = array(&key("user"), max, true);
    let who = json!({
        "type": "object",
        "additionalProperties": false,
        "minProperties": 1,
        "properties": {
            "users": { "description": "These users.", "allOf": [users.clone()] },
            "departments": {
                "description": "Everybody in these departments and below them; `root` is everybody.",
                "allOf": [array(&key("department"), usize::MAX, true)],
            },
            "user_groups": {
                "description": "Everybody in these user groups.",
                "allOf": [array(&key("user_group"), usize::MAX, true)],
            },
            "where": {
                "description": "Everybody for whom this rule (CEL) is true. The one variable is `user`, with the fields of a user.",
                "type": "string",
                "minLength": 1,
                "examples": ["user.job_title.startsWith(\"SRE\") && \"cn\" in user.tags"],
            },
            "except": { "description": "But not these users.", "allOf": [array(&key("user"), usize::MAX, true)] },
        },
    });
    let either = json!({ "anyOf": [users.clone(), who.clone()] });
    vec![users, who, at_least(&either)]
}
