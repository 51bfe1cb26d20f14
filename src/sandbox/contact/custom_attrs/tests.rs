use serde_json::{Value, json};

use super::{Choice, CustomAttr, Kind};
use crate::sandbox::contact::catalogue_tests::Tenant;

fn attr(id: &str, kind: Kind, open_to_api: bool) -> CustomAttr {
    let option = Choice { id: "o1".into(), value: "v".into(), name: "n".into() };
    CustomAttr { id: id.to_owned(), kind, i18n_name: Vec::new(), options: vec![option], open_to_api }
}

fn listed(tenant: &mut Tenant) -> Vec<Value> {
    tenant.all("/custom_attrs", "items").into_iter().map(|a| a["type"].clone()).collect()
}

#[test]
fn a_new_tenant_has_four_fields_of_which_three_are_listed() {
    let mut tenant = Tenant::new();
    assert_eq!(listed(&mut tenant), ["TEXT", "HREF", "ENUMERATION"]);
    let attrs = &tenant.world.contact.custom_attrs;
    assert_eq!(attrs.type_of("C-7000000000000000004"), Some("GENERIC_USER"));
    assert!(attrs.has_option("C-7000000000000000003", "sizelarg"));
    assert!(!attrs.has_option("C-7000000000000000003", "huge"));
    assert_eq!(attrs.type_of("C-1"), None);
}

#[test]
fn only_a_choice_shows_options_and_only_a_picture_names_them() {
    let mut tenant = Tenant::new();
    let items = tenant.all("/custom_attrs", "items");
    assert_eq!(items[0].get("options"), None);
    assert_eq!(items[2]["options"]["default_option_id"], "sizesmal");
    assert_eq!(items[2]["options"]["options"][1], json!({ "id": "sizemedi", "value": "M" }));
    assert_eq!(super::render(&attr("C-1", Kind::PictureEnum, true))["options"]["options"][0]["name"], "n");
}

#[test]
fn person_and_picture_fields_take_values_without_being_listed() {
    let mut tenant = Tenant::new();
    tenant.world.contact.custom_attrs.install(attr("C-1", Kind::PictureEnum, true));
    assert_eq!(listed(&mut tenant).len(), 3);
    assert_eq!(tenant.world.contact.custom_attrs.type_of("C-1"), Some("PICTURE_ENUM"));
}

#[test]
fn a_field_kept_from_the_api_neither_lists_nor_takes_values() {
    let mut tenant = Tenant::new();
    tenant.world.contact.custom_attrs.install(attr("C-1", Kind::Text, false));
    assert_eq!(listed(&mut tenant).len(), 3);
    assert_eq!(tenant.world.contact.custom_attrs.type_of("C-1"), None);
    assert!(tenant.world.contact.custom_attrs.remove("C-1"));
    assert!(!tenant.world.contact.custom_attrs.remove("C-1"));
}

#[test]
fn pages_of_fields_are_bounded() {
    let mut tenant = Tenant::new();
    assert_eq!(tenant.all("/custom_attrs?page_size=1", "items").len(), 3);
    assert_eq!(tenant.get_code("/custom_attrs?page_size=101"), 40011);
    assert_eq!(tenant.get_code("/custom_attrs?page_token=x"), 40012);
}
