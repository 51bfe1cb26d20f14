use serde_json::json;

use super::{MAX_LABELS, Unusable};
use crate::sandbox::contact::catalogue_tests::Tenant;

#[test]
fn a_label_is_made_by_its_first_use_and_found_by_the_next() {
    let mut tenant = Tenant::new();
    tenant.world.contact.job_titles.ensure("Chef", "t1", 0).expect("made");
    tenant.world.contact.job_titles.ensure("Chef", "t2", 0).expect("found");
    let title = json!({ "job_title_id": "t1", "name": "Chef", "i18n_name": [], "status": true });
    assert_eq!(tenant.get("/job_titles/t1")["job_title"], title);
    assert_eq!(tenant.all("/job_titles", "items"), [title]);
    assert!(tenant.all("/work_cities", "items").is_empty());
}

#[test]
fn titles_and_cities_are_two_catalogues() {
    let mut tenant = Tenant::new();
    tenant.world.contact.work_cities.ensure("Köln", "c1", 0).expect("made");
    assert_eq!(tenant.get("/work_cities/c1")["work_city"]["work_city_id"], "c1");
    assert_eq!(tenant.get_code("/job_titles/c1"), 40001);
    assert_eq!(tenant.get_code("/work_cities/c2"), 40001);
}

#[test]
fn a_label_that_is_switched_off_cannot_be_used_but_is_read() {
    let mut tenant = Tenant::new();
    tenant.world.contact.job_titles.ensure("Chef", "t1", 0).expect("made");
    assert!(tenant.world.contact.job_titles.set_enabled("Chef", false));
    assert!(!tenant.world.contact.job_titles.set_enabled("Cook", false));
    assert_eq!(tenant.world.contact.job_titles.ensure("Chef", "t2", 0), Err(Unusable));
    assert_eq!(tenant.get("/job_titles/t1")["job_title"]["status"], false);
    tenant.world.contact.job_titles.set_enabled("Chef", true);
    tenant.world.contact.job_titles.ensure("Chef", "t2", 0).expect("usable again");
}

#[test]
fn the_10001st_label_is_refused() {
    let mut tenant = Tenant::new();
    for n in 0..MAX_LABELS {
        tenant.world.contact.work_cities.ensure(&n.to_string(), &n.to_string(), 0).expect("made");
    }
    assert_eq!(tenant.world.contact.work_cities.ensure("last", "last", 0), Err(Unusable));
    tenant.world.contact.work_cities.ensure("0", "new", 0).expect("known ones stay usable");
}

#[test]
fn labels_are_listed_ten_at_a_time() {
    let mut tenant = Tenant::new();
    for n in 0..12 {
        tenant.world.contact.job_titles.ensure(&n.to_string(), &n.to_string(), 0).expect("made");
        tenant.world.contact.work_cities.ensure(&n.to_string(), &n.to_string(), 0).expect("made");
    }
    for list in ["/job_titles", "/work_cities"] {
        assert_eq!(tenant.get(list)["items"].as_array().map(Vec::len), Some(10));
        assert_eq!(tenant.all(list, "items").len(), 12);
        assert_eq!(tenant.get_code(&format!("{list}?page_size=51")), 40001);
        assert_eq!(tenant.get_code(&format!("{list}?page_token=x")), 40001);
    }
}
